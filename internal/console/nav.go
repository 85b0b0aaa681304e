package console

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// entry is an entry of the side navigation.
type entry struct {
	Key, Text, Path string
	may             func(ctx context.Context, v *visit, pool string) bool // reports whether the caller may see the page
}

// poolEntries are the pages of a user pool, in order. A new page gets a line here.
func poolEntries(pool string) []entry {
	describe := func(ctx context.Context, v *visit, pool string) bool {
		return may(ctx, v, cognitoapi.DescribeUserPool, &cognitoapi.DescribeUserPoolRequest{UserPoolId: pool})
	}
	return []entry{
		{"overview", "Overview", pathTo("pools", pool), describe},
		{"users", "Users", pathTo("pools", pool, "users"), func(ctx context.Context, v *visit, pool string) bool {
			return may(ctx, v, cognitoapi.ListUsers, &cognitoapi.ListUsersRequest{UserPoolId: pool})
		}},
		{"jobs", "Import jobs", pathTo("pools", pool, "import-jobs"), func(ctx context.Context, v *visit, pool string) bool {
			return may(ctx, v, cognitoapi.ListUserImportJobs, &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool})
		}},
		{"clients", "App clients", pathTo("pools", pool, "app-clients"), func(ctx context.Context, v *visit, pool string) bool {
			return may(ctx, v, cognitoapi.ListUserPoolClients, &cognitoapi.ListUserPoolClientsRequest{UserPoolId: pool})
		}},
		{"outbox", "Outbox", pathTo("pools", pool, "outbox"), func(ctx context.Context, v *visit, pool string) bool {
			return may(ctx, v, poolhouseapi.ListOutboxMessages, &poolhouseapi.ListOutboxMessagesRequest{UserPoolId: pool})
		}},
		{"attributes", "Attributes", pathTo("pools", pool, "attributes"), describe},
		{"settings", "Settings", pathTo("pools", pool, "settings"), describe},
	}
}

// accessEntries are the pages about permissions and the audit.
func accessEntries() []entry {
	return []entry{
		{"roles", "Roles", pathTo("roles"), func(ctx context.Context, v *visit, _ string) bool {
			return may(ctx, v, iamapi.ListRoles, &iamapi.ListRolesRequest{})
		}},
		{"keys", "Users and keys", pathTo("keys"), func(ctx context.Context, v *visit, _ string) bool {
			return may(ctx, v, iamapi.ListUsers, &iamapi.ListUsersRequest{}) || v.mayOwnKeys(ctx)
		}},
		{"audit", "Audit", pathTo("audit"), func(ctx context.Context, v *visit, _ string) bool {
			return may(ctx, v, poolhouseapi.ListAuditEvents, &poolhouseapi.ListAuditEventsRequest{})
		}},
	}
}

// section is a labelled part of the side navigation.
type section struct {
	ID, Label string
	Entries   []entry
}

// Sections returns the parts of the side navigation below User pools, with the entries that
// the caller may see.
func (f *frame) Sections() (shown []section) {
	if f.Pool != nil {
		shown = append(shown, section{"navpool", f.Pool.Name, allowed(f.Visit.r.Context(), f.Visit, f.Pool.ID, poolEntries(f.Pool.ID))})
	}
	if entries := allowed(f.Visit.r.Context(), f.Visit, "", accessEntries()); len(entries) > 0 {
		shown = append(shown, section{"navaccess", "Access", entries})
	}
	return shown
}

// allowed returns the entries that the caller may see.
func allowed(ctx context.Context, v *visit, pool string, all []entry) (shown []entry) {
	for _, e := range all {
		if e.may(ctx, v, pool) {
			shown = append(shown, e)
		}
	}
	return shown
}
