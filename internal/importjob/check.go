package importjob

import (
	"context"

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
