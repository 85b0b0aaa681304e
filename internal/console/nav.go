package console

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
)

// entry is a line of the side navigation.
type entry struct {
	Key, Text, Path string
	may             func(ctx context.Context, v *visit, pool string) bool // whether its page may be seen
}

// poolEntries are the pages of a user pool, in their order. A page that is added
// is a line here.
func poolEntries(pool string) []entry {
	describe := func(ctx context.Context, v *visit, pool string) bool {
		return may(ctx, v, cognitoapi.DescribeUserPool, &cognitoapi.DescribeUserPoolRequest{UserPoolId: pool})
	}
	return []entry{
		{"overview", "Overview", pathTo("pools", pool), describe},
		{"clients", "App clients", pathTo("pools", pool, "app-clients"), func(ctx context.Context, v *visit, pool string) bool {
			return may(ctx, v, cognitoapi.ListUserPoolClients, &cognitoapi.ListUserPoolClientsRequest{UserPoolId: pool})
		}},
		{"attributes", "Attributes", pathTo("pools", pool, "attributes"), describe},
		{"settings", "Settings", pathTo("pools", pool, "settings"), describe},
	}
}

// accessEntries are the pages below Access.
func accessEntries() []entry { return nil }

// allowed returns the entries that who is signed in may see.
func allowed(ctx context.Context, v *visit, pool string, all []entry) (shown []entry) {
	for _, e := range all {
		if e.may(ctx, v, pool) {
			shown = append(shown, e)
		}
	}
	return shown
}
