package importjob

import (
	"context"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// AddFunc returns a function for [usercsv.Import]. It is called with the users of one file,
// from its first row on. It returns what a commit would say of each in the pool as it is now.
func AddFunc(ctx context.Context, checker Checker, p *userpool.UserPool) func([]*userpool.User) ([]*userpool.Error, error) {
	before := NewTaken()
	return func(users []*userpool.User) ([]*userpool.Error, error) {
		rows := make([]Row, len(users))
		for i, u := range users {
			rows[i].User = u
		}
		return checker.CheckRows(ctx, p, rows, before)
	}
}

// DefaultFailedShare is the default of [Config].FailedShare: the largest share of a file's
// rows that may fail or be skipped.
const DefaultFailedShare = 0.5

// Completion returns the state in which a job with these counts would end, and its completion
// message. problem is what is wrong with the file as a whole, or nil. share is
// [Config].FailedShare.
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

// tooMany reports whether so many rows were not imported that the job fails. The real service
// publishes no number; a majority fits every observation.
func tooMany(c Counts, share float64, b Budget) bool {
	return !b.NeverFail && float64(c.Failed+c.Skipped) > orDefault(share, DefaultFailedShare)*float64(c.Sum())
}

// MessageOverBudget is the message of a check if a job would be stopped by its error budget.
// The message of a job that was stopped has the number of failed rows.
const MessageOverBudget = "The Import Job would stop itself: more rows fail than its error budget allows."
