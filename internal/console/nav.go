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

// section is a part of the side navigation with a label.
type section struct {
	ID, Label string
	Entries   []entry
}

// Sections returns the parts of the side navigation below User pools, with what who
// is signed in may see.
func (f *frame) Sections() (shown []section) {
	if f.Pool != nil {
		shown = append(shown, section{"navpool", f.Pool.Name, allowed(f.Visit.r.Context(), f.Visit, f.Pool.ID, poolEntries(f.Pool.ID))})
	}
	return shown
}

// allowed returns the entries that who is signed in may see.
func allowed(ctx context.Context, v *visit, pool string, all []entry) (shown []entry) {
	for _, e := range all {
		if e.may(ctx, v, pool) {
			shown = append(shown, e)
		}
	}
	return shown
}
