package console

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// figure is a number of users and its meaning.
type figure struct {
	Label string
	Users int64
	Hint  string
}

// statusFigures are the statuses whose number is always shown, each with its meaning for
// the user.
var statusFigures = []struct {
	status cognitoapi.UserStatusType
	hint   string
}{
	{cognitoapi.UserStatusTypeConfirmed, "can sign in"},
	{cognitoapi.UserStatusTypeResetRequired, "must set a new password"},
	{cognitoapi.UserStatusTypeForceChangePassword, "have a temporary password"},
}

// statisticsOf returns the numbers of a pool's users.
func (v *visit) statisticsOf(ctx context.Context, pool string) (*poolhouseapi.UserPoolStatisticsType, error) {
	out, err := do(ctx, v, poolhouseapi.DescribeUserPoolStatistics, &poolhouseapi.DescribeUserPoolStatisticsRequest{UserPoolId: pool})
	if err != nil {
		return nil, err
	}
	return out.UserPoolStatistics, nil
}

// figuresOf returns the numbers of users by status. Rare statuses appear only if a user has
// them. Disabled comes last, because it is not a status.
func figuresOf(s *poolhouseapi.UserPoolStatisticsType) []figure {
	users := map[cognitoapi.UserStatusType]int64{}
	for _, each := range s.Statuses {
		users[cognitoapi.UserStatusType(each.UserStatus)] = *each.Users
	}
	all := []figure{{"All users", *s.Users, "of every status"}}
	for _, each := range statusFigures {
		all = append(all, figure{statusOfUser(each.status).Text, users[each.status], each.hint})
		delete(users, each.status)
	}
	for _, each := range s.Statuses {
		status := cognitoapi.UserStatusType(each.UserStatus)
		if n := users[status]; n > 0 {
			known := statusOfUser(status)
			all = append(all, figure{known.Text, n, known.hint()})
		}
	}
	return append(all, figure{"Disabled", *s.DisabledUsers, "cannot sign in, regardless of the status"})
}
