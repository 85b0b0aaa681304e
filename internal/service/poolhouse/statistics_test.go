package poolhouseservice_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/userpool"
)

func TestDescribeUserPoolStatistics(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	in := object{"UserPoolId": pool}
	none := object{"UserPoolStatistics": object{"UserPoolId": pool, "Users": 0.0, "DisabledUsers": 0.0, "Statuses": []any{}, "Days": []any{}}}
	if diff := cmp.Diff(none, f.Do("DescribeUserPoolStatistics", in)); diff != "" {
		t.Errorf("of a pool without users:\n%s", diff)
	}
	p, err := f.Store.Pool(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	for name, u := range map[string]userpool.User{
		"ada": {Status: userpool.Confirmed, Enabled: true, Created: time.Date(2026, 11, 23, 23, 59, 59, 0, time.UTC)},
		"bob": {Status: userpool.ResetRequired, Enabled: true, Created: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)},
		"cyd": {Status: userpool.Confirmed, Enabled: false, Created: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)},
	} {
		u.PoolID, u.Username, u.Sub, u.Modified = pool, name, userpool.NewSub(), u.Created
		if err := f.Store.CreateUser(t.Context(), p, &u, false); err != nil {
			t.Fatal(err)
		}
	}
	want := object{"UserPoolStatistics": object{"UserPoolId": pool, "Users": 3.0, "DisabledUsers": 1.0,
		"Statuses": []any{object{"UserStatus": "CONFIRMED", "Users": 2.0}, object{"UserStatus": "RESET_REQUIRED", "Users": 1.0}},
		"Days":     []any{object{"Day": "2026-11-23", "Users": 2.0}, object{"Day": "2026-11-24", "Users": 1.0}}}}
	if diff := cmp.Diff(want, f.Do("DescribeUserPoolStatistics", in)); diff != "" {
		t.Error(diff)
	}
	f.Do("AdminDeleteUser", object{"UserPoolId": pool, "Username": "cyd"})
	if days := f.Do("DescribeUserPoolStatistics", in)["UserPoolStatistics"].(object)["Days"].([]any); len(days) != 1 {
		t.Errorf("a day whose users were deleted is there: %v", days)
	}
	f.Refused("DescribeUserPoolStatistics", object{"UserPoolId": "us-east-1_nothere"}, "ResourceNotFoundException", "us-east-1_nothere does not exist")
	f.Refused("DescribeUserPoolStatistics", object{"UserPoolId": "x"}, "InvalidParameterException", "userPoolId")
	f.Refused("DescribeUserPoolStatistics", object{}, "InvalidParameterException", "userPoolId")
}
