package logrole_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logrole"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/userpool"
)

const (
	region  = "eu-west-1"
	account = "123456789012"
	roleARN = "arn:aws:iam::123456789012:role/service-role/Import"
	poolARN = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI"
	group   = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/cognito/userpools/eu-west-1_AbCdEfGhI/people"
	every   = `["logs:CreateLogGroup","logs:CreateLogStream","logs:DescribeLogStreams","logs:PutLogEvents"]`
)

// policy returns a policy document of statements.
func policy(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// allow and deny return statements of a role's policy. actions and resource are JSON.
func allow(actions, resource string) string { return statement("Allow", actions, resource, "{}") }
func deny(actions, resource string) string  { return statement("Deny", actions, resource, "{}") }

func statement(effect, actions, resource, condition string) string {
	return `{"Effect":"` + effect + `","Action":` + actions + `,"Resource":` + resource + `,"Condition":` + condition + `}`
}

// trusting returns a statement of a trust policy. principal and condition are JSON.
func trusting(effect, principal, condition string) string {
	return `{"Effect":"` + effect + `","Principal":` + principal + `,"Action":"sts:AssumeRole","Condition":` + condition + `}`
}

const cognito = `{"Service":"cognito-idp.amazonaws.com"}`

func quoted(s string) string { return `"` + s + `"` }

// documented returns the policy of the Developer Guide.
func documented() string {
	return policy(allow(every, quoted("arn:aws:logs:eu-west-1:123456789012:log-group:/aws/cognito/*")))
}

// newRole stores the role Import with these policies. If there are two, one of them is a
// managed policy.
func newRole(t *testing.T, trust string, policies ...string) *logrole.Checker {
	t.Helper()
	store, err := sqlstore.OpenSQLite(t.Context(), sqlstore.SQLite{Path: filepath.Join(t.TempDir(), "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	roles, owner := store.IAM(), iam.RoleOwner("Import")
	role, err := iam.NewRole(iam.RoleSpec{Name: "Import", Path: "/service-role/", Trust: trust}, time.Now())
	check(err)
	check(role.Tag([]iam.Tag{{Key: "team", Value: "red"}}))
	check(roles.CreateRole(t.Context(), role))
	if len(policies) > 0 {
		inline, err := iam.NewInlinePolicy("inline", policies[0])
		check(err)
		check(roles.PutInlinePolicy(t.Context(), owner, inline))
	}
	if len(policies) > 1 {
		managed, err := iam.NewPolicy(iam.PolicySpec{Name: "managed", Document: policies[1]}, time.Now())
		check(err)
		check(roles.CreatePolicy(t.Context(), managed))
		check(roles.AttachPolicy(t.Context(), owner, managed.Ref(account)))
	}
	return &logrole.Checker{Account: account, Roles: roles, Data: store}
}

func pool() *userpool.UserPool {
	return &userpool.UserPool{ID: "eu-west-1_AbCdEfGhI", Name: "people", ARN: poolARN}
}

func job(role string) *importjob.Job {
	return &importjob.Job{PoolID: "eu-west-1_AbCdEfGhI", ID: "import-1", Name: "first job", RoleARN: role}
}
