package logrole_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logrole"
)

// lacks checks that a role is refused for one of the three reasons, with all texts in the
// message. If want is "", the role must not be refused.
func lacks(t *testing.T, c *logrole.Checker, arn string, want logrole.Lack, texts ...string) {
	t.Helper()
	warning, err := c.Check(t.Context(), pool(), job(arn))
	if want == "" {
		if err != nil || warning != "" {
			t.Errorf("refused: %v, or with the warning %q", err, warning)
		}
		return
	}
	refusal, ok := errors.AsType[*logrole.Refusal](err)
	if !ok || refusal.Lack != want {
		t.Fatalf("got %v, want a refusal for the %s", err, want)
	}
	for _, text := range append(texts, arn) {
		if !strings.Contains(refusal.Error(), text) {
			t.Errorf("the message lacks %q: %s", text, refusal)
		}
	}
	brief, ok := errors.AsType[importjob.Forbidden](err)
	if n := utf8.RuneCountInString(string(brief)); !ok || n > 128 || !strings.Contains(string(brief), string(want)) {
		t.Errorf("in few words, %d characters of at most 128: %q", n, brief)
	}
}

func TestRole(t *testing.T) {
	c := newRole(t, policy(trusting("Allow", cognito, "{}")), documented())
	for name, tt := range map[string]struct {
		arn  string
		want logrole.Lack
		text string
	}{
		"there":             {roleARN, "", ""},
		"another name":      {"arn:aws:iam::123456789012:role/service-role/Export", logrole.NoRole, "does not exist"},
		"no path":           {"arn:aws:iam::123456789012:role/Import", logrole.NoRole, "does not exist"},
		"another path":      {"arn:aws:iam::123456789012:role/service/Import", logrole.NoRole, "does not exist"},
		"case of the name":  {"arn:aws:iam::123456789012:role/service-role/IMPORT", logrole.NoRole, "case"},
		"case of the path":  {"arn:aws:iam::123456789012:role/Service-Role/Import", logrole.NoRole, "path"},
		"another account":   {"arn:aws:iam::999999999999:role/service-role/Import", logrole.NoRole, "this server's account is 123456789012"},
		"another partition": {"arn:aws-cn:iam::123456789012:role/service-role/Import", logrole.NoRole, "does not exist"},
		"no name":           {"arn:aws:iam::123456789012:role/", logrole.NoRole, "does not exist"},
		"a user":            {"arn:aws:iam::123456789012:user/Import", logrole.NoRole, "does not exist"},
		"a name alone":      {"Import", logrole.NoRole, "does not exist"},
	} {
		t.Run(name, func(t *testing.T) { lacks(t, c, tt.arn, tt.want, tt.text) })
	}
}

func TestTrust(t *testing.T) {
	const no = logrole.NoTrust
	for name, tt := range map[string]struct {
		want       logrole.Lack
		statements []string
	}{
		"everybody":              {"", []string{trusting("Allow", `"*"`, "{}")}},
		"one service of several": {"", []string{trusting("Allow", `{"Service":["lambda.amazonaws.com","cognito-idp.amazonaws.com"]}`, "{}")}},
		"another service":        {no, []string{trusting("Allow", `{"Service":"cognito-identity.amazonaws.com"}`, "{}")}},
		"the account":            {no, []string{trusting("Allow", `{"AWS":"123456789012"}`, "{}")}},
		"another action":         {no, []string{`{"Effect":"Allow","Principal":` + cognito + `,"Action":"sts:TagSession"}`}},
		"denied":                 {no, []string{trusting("Allow", cognito, "{}"), trusting("Deny", cognito, "{}")}},
		"denied to others":       {"", []string{trusting("Allow", cognito, "{}"), trusting("Deny", `{"Service":"lambda.amazonaws.com"}`, "{}")}},
		"denied to no service":   {"", []string{trusting("Allow", cognito, "{}"), trusting("Deny", `"*"`, `{"Bool":{"aws:PrincipalIsAWSService":"false"}}`)}},

		"this user pool":           {"", []string{trusting("Allow", cognito, `{"ArnLike":{"aws:SourceArn":"`+poolARN+`"}}`)}},
		"user pools of a region":   {"", []string{trusting("Allow", cognito, `{"ArnLike":{"aws:SourceArn":"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/*"}}`)}},
		"another user pool":        {no, []string{trusting("Allow", cognito, `{"ArnLike":{"aws:SourceArn":"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_ZZZZZZZZZ"}}`)}},
		"this account":             {"", []string{trusting("Allow", cognito, `{"StringEquals":{"aws:SourceAccount":"123456789012"}}`)}},
		"another account":          {no, []string{trusting("Allow", cognito, `{"StringEquals":{"aws:SourceAccount":"999999999999"}}`)}},
		"pool and account":         {"", []string{trusting("Allow", cognito, `{"StringEquals":{"aws:SourceAccount":"123456789012"},"ArnLike":{"aws:SourceArn":"`+poolARN+`"}}`)}},
		"another external id":      {no, []string{trusting("Allow", cognito, `{"StringEquals":{"sts:ExternalId":"x"}}`)}},
		"until a day that is far":  {"", []string{trusting("Allow", cognito, `{"DateLessThan":{"aws:CurrentTime":"2999-01-01T00:00:00Z"}}`)}},
		"until a day that is past": {no, []string{trusting("Allow", cognito, `{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}`)}},
	} {
		t.Run(name, func(t *testing.T) {
			lacks(t, newRole(t, policy(tt.statements...), documented()), roleARN, tt.want, "sts:AssumeRole", "cognito-idp.amazonaws.com", poolARN)
		})
	}
}

func TestPolicies(t *testing.T) {
	const all = "logs:CreateLogGroup, logs:CreateLogStream, logs:DescribeLogStreams, logs:PutLogEvents"
	streams := quoted(group + ":*")
	for name, tt := range map[string]struct {
		lacking  string // "" for nothing
		policies []string
	}{
		"the guide's":            {"", []string{documented()}},
		"all resources":          {"", []string{policy(allow(every, `"*"`))}},
		"all resources of logs":  {"", []string{policy(allow(every, `"arn:aws:logs:*:*:*"`))}},
		"all actions":            {"", []string{policy(allow(`"*"`, `"*"`))}},
		"the role's tag":         {"", []string{policy(tagged("red"))}},
		"another tag":            {all, []string{policy(tagged("blue"))}},
		"the pool's own group":   {"", []string{policy(allow(every, streams))}},
		"groups of all pools":    {"", []string{policy(allow(`"logs:*"`, quoted("arn:aws:logs:*:*:log-group:/aws/cognito/userpools/*:*")))}},
		"group and stream":       {"", []string{policy(allow(`["logs:C*","logs:D*"]`, streams), allow(`"logs:PutLogEvents"`, quoted(group+":log-stream:import-1/first job")))}},
		"two policies":           {"", []string{policy(allow(`["logs:C*","logs:D*"]`, streams)), policy(allow(`"logs:PutLogEvents"`, streams))}},
		"denied on another pool": {"", []string{documented(), policy(deny(`"logs:*"`, quoted("arn:aws:logs:*:*:log-group:/aws/cognito/userpools/eu-west-1_ZZZZZZZZZ/*")))}},

		"none":                       {all, nil},
		"none about logs":            {all, []string{policy(allow(`"s3:*"`, `"*"`))}},
		"one action missing":         {"logs:CreateLogStream", []string{policy(allow(`["logs:CreateLogGroup","logs:DescribeLogStreams","logs:PutLogEvents"]`, `"*"`))}},
		"that and DescribeStreams":   {"logs:CreateLogStream, logs:DescribeLogStreams", []string{policy(allow(`["logs:CreateLogGroup","logs:PutLogEvents"]`, `"*"`))}},
		"two actions missing":        {"logs:CreateLogGroup, logs:PutLogEvents", []string{policy(allow(`["logs:CreateLogStream","logs:DescribeLogStreams"]`, `"*"`))}},
		"the group without streams":  {all, []string{policy(allow(every, quoted(group)))}},
		"another group":              {all, []string{policy(allow(every, quoted("arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/*")))}},
		"a group whose name is more": {all, []string{policy(allow(every, quoted(group+"-old:*")))}},
		"another region":             {all, []string{policy(allow(every, quoted("arn:aws:logs:us-east-1:123456789012:log-group:/aws/cognito/*")))}},
		"another account":            {all, []string{policy(allow(every, quoted("arn:aws:logs:eu-west-1:999999999999:log-group:/aws/cognito/*")))}},
		"another job's stream":       {"logs:PutLogEvents", []string{policy(allow(`["logs:C*","logs:D*"]`, streams), allow(`"logs:PutLogEvents"`, quoted(group+":log-stream:import-2/first job")))}},
		"denied":                     {"logs:PutLogEvents", []string{documented(), policy(deny(`"logs:Put*"`, `"*"`))}},
		"denied on this stream":      {"logs:PutLogEvents", []string{documented(), policy(deny(`"logs:*"`, quoted(group+":log-stream:import-1/*")))}},

		"in this region":      {"", []string{policy(statement("Allow", every, `"*"`, `{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}`))}},
		"but in this region":  {all, []string{documented(), policy(statement("Deny", `"*"`, `"*"`, `{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}`))}},
		"for this role":       {"", []string{policy(statement("Allow", every, `"*"`, `{"ArnEquals":{"aws:PrincipalArn":"`+roleARN+`"}}`))}},
		"for this account":    {"", []string{policy(statement("Allow", every, `"*"`, `{"StringEquals":{"aws:PrincipalAccount":"123456789012","aws:ResourceAccount":"123456789012"}}`))}},
		"from an address":     {all, []string{policy(statement("Allow", every, `"*"`, `{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`))}},
		"not without TLS":     {"", []string{documented(), policy(statement("Deny", `"*"`, `"*"`, `{"Bool":{"aws:SecureTransport":"false"}}`))}},
		"by a session's keys": {"", []string{policy(statement("Allow", every, `"*"`, `{"StringEquals":{"aws:PrincipalType":"AssumedRole"},"Bool":{"aws:ViaAWSService":"false","aws:PrincipalIsAWSService":"false"}}`))}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newRole(t, policy(trusting("Allow", cognito, "{}")), tt.policies...)
			if tt.lacking == "" {
				lacks(t, c, roleARN, "")
				return
			}
			lacks(t, c, roleARN, logrole.NoPermission, " allow "+tt.lacking+" on "+group+":*.")
			_, err := c.Check(t.Context(), pool(), job(roleARN))
			brief, _ := errors.AsType[importjob.Forbidden](err)
			if want := "policy lacks " + tt.lacking + "."; !strings.Contains(string(brief), want) {
				t.Errorf("in few words: %q, want %q", brief, want)
			}
		})
	}
}

// TestLookingAtStreams: a role that lacks only logs:DescribeLogStreams gets a warning,
// whether nothing allows the action or a statement denies it.
func TestLookingAtStreams(t *testing.T) {
	trust := policy(trusting("Allow", cognito, "{}"))
	for name, policies := range map[string][]string{
		"public scripts":  {policy(allow(`["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"]`, `"*"`))},
		"denied":          {documented(), policy(deny(`"logs:Describe*"`, `"*"`))},
		"on other groups": {policy(allow(`["logs:Create*","logs:Put*"]`, `"*"`), allow(`"logs:DescribeLogStreams"`, quoted("arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/*")))},
	} {
		t.Run(name, func(t *testing.T) {
			warning, err := newRole(t, trust, policies...).Check(t.Context(), pool(), job(roleARN))
			if want := "The role " + roleARN + " does not allow logs:DescribeLogStreams on " + group + ":*."; err != nil || !strings.HasPrefix(warning, want) {
				t.Errorf("%q, %v; want a warning that begins with %q", warning, err, want)
			}
		})
	}
}

// TestAdvice: the refusal of a missing role says how to create it, and a role that is created
// that way passes.
func TestAdvice(t *testing.T) {
	good := newRole(t, logrole.TrustPolicy, logrole.Policy(region, account))
	lacks(t, good, roleARN, "")
	const other, odd = "arn:aws:iam::999999999999:role/service-role/Import", "arn:aws:iam::999999999999:role/a'b"
	here := "create the role " + roleARN + " on this server"
	create := "aws iam create-role --role-name Import --path /service-role/ --assume-role-policy-document '" + logrole.TrustPolicy + "'"
	allows := "aws iam put-role-policy --role-name Import --policy-name write-import-logs --policy-document '" + logrole.Policy(region, account) + "'"
	anew := "start it with --account-id 999999999999 on an empty data directory"
	lacks(t, good, other, logrole.NoRole, here, create, allows, "poolhouse import", "--skip-log-role-check", anew)
	lacks(t, good, odd, logrole.NoRole, "--role-name Cognito-UserImport-Role --path /service-role/")
	lacks(t, good, "arn:aws:iam::123456789012:role/Import", logrole.NoRole, "--role-name Import --path / ", "--skip-log-role-check")

	used := *good
	used.Data = hasData(false)
	_, err := used.Check(t.Context(), pool(), job(other))
	if err == nil || strings.Contains(err.Error(), "account-id") {
		t.Errorf("a server that has data is told of another account id: %v", err)
	}
}

// hasData says whether a server is unused.
type hasData bool

func (d hasData) IsUnused(context.Context) (bool, error) { return bool(d), nil }

// TestTheFirstLackIsTold: a role that lacks everything is refused for the first of the three
// reasons.
func TestTheFirstLackIsTold(t *testing.T) {
	lacks(t, newRole(t, policy(trusting("Allow", `{"AWS":"123456789012"}`, "{}"))), roleARN, logrole.NoTrust)
}

// oneRole is a store with one role, or one that fails.
type oneRole struct {
	access iam.RoleAccess
	err    error
}

func (r oneRole) RoleAccess(context.Context, string) (*iam.RoleAccess, error) {
	return &r.access, r.err
}

// TestNoAnswer: an unknown answer is not a refusal. The store accepts no unreadable policy,
// but its file may be damaged.
func TestNoAnswer(t *testing.T) {
	role := iam.Role{Name: "Import", Path: "/service-role/", Trust: policy(trusting("Allow", cognito, "{}"))}
	damaged := role
	damaged.Trust = "{"
	failed := errors.New("the database is gone")
	for name, tt := range map[string]struct {
		roles oneRole
		text  string
	}{
		"store":        {oneRole{err: failed}, failed.Error()},
		"trust policy": {oneRole{access: iam.RoleAccess{Role: damaged}}, "the trust policy of " + roleARN + " cannot be read"},
		"policy":       {oneRole{access: iam.RoleAccess{Role: role, Documents: []string{documented(), "{"}}}, "a policy of " + roleARN + " cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			c := &logrole.Checker{Account: account, Roles: tt.roles}
			_, err := c.Check(t.Context(), pool(), job(roleARN))
			if _, refused := errors.AsType[importjob.Forbidden](err); refused || err == nil || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v, want an error with %q that is no refusal", err, tt.text)
			}
		})
	}
}

// tagged is a policy that allows everything to roles with a tag, which [newRole] sets.
func tagged(team string) string {
	return `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"` + team + `"}}}`
}
