package importjob

import (
	"context"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Adding returns what tells of the users of one file, from its first row on, what a commit
// would say of them in a pool as it is: for [usercsv.Import].
func Adding(ctx context.Context, checker Checker, p *userpool.UserPool) func([]*userpool.User) ([]*userpool.Error, error) {
	before := NewTaken()
	return func(users []*userpool.User) ([]*userpool.Error, error) {
		rows := make([]Row, len(users))
		for i, u := range users {
			rows[i].User = u
		}
		return checker.CheckRows(ctx, p, rows, before)
	}
}

// DefaultFailedShare is the largest share of a file's rows that may fail or be skipped,
// unless the server's configuration says otherwise.
const DefaultFailedShare = 0.5

// Completion returns how a job would end whose rows got these verdicts, and its
// completion message. problem is what is wrong with the file as a whole, nil for nothing;
// share is [Config].FailedShare.
func Completion(c Counts, problem *usercsv.FileError, share float64, b Budget) (State, string) {
	switch {
	case problem != nil:
		return Failed, problem.Reason
	case b.Exceeded(c.Failed, c.Sum()):
		return Stopped, MessageOverBudget
	case tooMany(c, share, b):
		return Failed, MessageTooMany
	}
	return Succeeded, MessageSucceeded
}

// tooMany reports whether more rows were not imported than a job may have that succeeds.
// The real service publishes no number; a majority fits every observation.
func tooMany(c Counts, share float64, b Budget) bool {
	return !b.NeverFail && float64(c.Failed+c.Skipped) > orDefault(share, DefaultFailedShare)*float64(c.Sum())
}

// MessageOverBudget is what is said of a job that its error budget would stop. One that
// it did stop says how many rows had failed then.
const MessageOverBudget = "The Import Job would stop itself: more rows fail than its error budget allows."
