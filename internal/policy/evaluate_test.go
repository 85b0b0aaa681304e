package policy

import (
	"strings"
	"testing"
)

const (
	poolARN   = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf"
	adaARN    = "arn:aws:iam::123456789012:user/ada"
	listUsers = "cognito-idp:ListUsers"
)

func statementOf(effect, more string) string { return `{"Effect":"` + effect + `",` + more + `}` }

// TestEvaluationOrder: a request that no statement allows is denied, and a Deny wins at
// any place (Policy evaluation logic).
func TestEvaluationOrder(t *testing.T) {
	const (
		all     = `"Action":"*","Resource":"*"`
		listing = `"Action":"cognito-idp:List*","Resource":"*"`
		other   = `"Action":"s3:*","Resource":"*"`
	)
	allowing := func(what string) string { return policy(statementOf("Allow", what)) }
	denying := func(what string) string { return policy(statementOf("Deny", what)) }
	for name, c := range map[string]struct {
		documents []string
		want      Decision
	}{
		"no document":                             {nil, ImplicitDeny},
		"nothing about the action":                {[]string{allowing(other)}, ImplicitDeny},
		"a deny of something else allows no more": {[]string{denying(other)}, ImplicitDeny},
		"an allow":                                {[]string{allowing(listing)}, Allow},
		"an allow among others":                   {[]string{allowing(other), allowing(listing)}, Allow},
		"a deny of something else":                {[]string{allowing(all), denying(other)}, Allow},
		"a deny alone":                            {[]string{denying(listing)}, ExplicitDeny},
		"a deny after an allow":                   {[]string{allowing(all), denying(listing)}, ExplicitDeny},
		"a deny before an allow":                  {[]string{denying(listing), allowing(all)}, ExplicitDeny},
		"both in a document":                      {[]string{policy(statementOf("Allow", listing), statementOf("Deny", all))}, ExplicitDeny},
		"the other way round":                     {[]string{policy(statementOf("Deny", all), statementOf("Allow", listing))}, ExplicitDeny},
		"a wide deny, a narrow allow":             {[]string{denying(all), allowing(`"Action":"` + listUsers + `","Resource":"` + poolARN + `"`)}, ExplicitDeny},
	} {
		var docs []*Document
		for _, text := range c.documents {
			docs = append(docs, mustParse(t, text))
		}
		if got := Evaluate(docs, Request{Action: listUsers, Resource: poolARN}); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if may := MayAllow(docs, listUsers); may != anyAllows(c.documents, all, listing, listUsers) || c.want == Allow && !may {
			t.Errorf("%s: may an allow be found? %t", name, may)
		}
	}
}

// anyAllows reports whether one of the documents contains one of these texts.
func anyAllows(documents []string, those ...string) bool {
	for _, text := range documents {
		for _, statement := range strings.Split(text, `{"Effect":"`) {
			for _, that := range those {
				if strings.HasPrefix(statement, "Allow") && strings.Contains(statement, that) {
					return true
				}
			}
		}
	}
	return false
}

func TestDecisionString(t *testing.T) {
	for d, want := range map[Decision]string{Allow: "allowed", ExplicitDeny: "explicitDeny", ImplicitDeny: "implicitDeny", 7: "implicitDeny"} {
		if d.String() != want {
			t.Errorf("%d is %q, want %q", d, d, want)
		}
	}
}

// allowed reports whether a policy with one statement allows the request.
func allowed(t *testing.T, statement string, r Request) bool {
	t.Helper()
	return Evaluate([]*Document{mustParse(t, policy(statement))}, r) == Allow
}

func TestActions(t *testing.T) {
	for _, c := range []struct {
		element, action string
		want            bool
	}{
		{`"Action":"*"`, listUsers, true},
		{`"Action":"cognito-idp:ListUsers"`, listUsers, true},
		{`"Action":"COGNITO-IDP:listusers"`, listUsers, true},
		{`"Action":"cognito-idp:ListUsers"`, "Cognito-IDP:LISTUSERS", true},
		{`"Action":"cognito-idp:ListUsers"`, "cognito-idp:ListUsersInGroup", false},
		{`"Action":"cognito-idp:*"`, listUsers, true},
		{`"Action":"cognito-idp:List*"`, listUsers, true},
		{`"Action":"cognito-idp:*Users"`, listUsers, true},
		{`"Action":"cognito-idp:l*u*s"`, listUsers, true},
		{`"Action":"cognito-idp:?istUsers"`, listUsers, true},
		{`"Action":"cognito-idp:ListUsers?"`, listUsers, false},
		{`"Action":"cognito-identity:*"`, listUsers, false},
		{`"Action":"cognito-i:*"`, listUsers, false},
		{`"Action":["s3:*","cognito-idp:ListUsers"]`, listUsers, true},
		{`"Action":["s3:*","iam:*"]`, listUsers, false},
		{`"NotAction":"iam:*"`, listUsers, true},
		{`"NotAction":"iam:*"`, "iam:CreateUser", false},
		{`"NotAction":["iam:*","cognito-idp:List*"]`, listUsers, false},
		{`"NotAction":"*"`, listUsers, false},
	} {
		if got := allowed(t, statementOf("Allow", c.element+`,"Resource":"*"`), Request{Action: c.action, Resource: "*"}); got != c.want {
			t.Errorf("%s: %s is allowed: %t", c.element, c.action, got)
		}
	}
}

func TestResources(t *testing.T) {
	const bucket = "arn:aws:s3:::amzn-s3-demo-bucket"
	for _, c := range []struct {
		element, resource string
		want              bool
	}{
		{`"Resource":"*"`, poolARN, true},
		{`"Resource":"*"`, "*", true},
		{`"Resource":"` + poolARN + `"`, poolARN, true},
		{`"Resource":"` + poolARN + `"`, "*", false}, // an action that is about no resource
		{`"Resource":"arn:aws:cognito-idp:*:*:*"`, "*", false},
		{`"Resource":"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abcdef"`, poolARN, false}, // case counts
		{`"Resource":"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/*"`, poolARN, true},
		{`"Resource":"arn:aws:cognito-idp:*:*:userpool/eu-west-?_*"`, poolARN, true},
		{`"Resource":"arn:aws:cognito-idp:eu-*:*:*"`, poolARN, true},
		{`"Resource":"arn:aws:cognito-idp:us-*:*:*"`, poolARN, false},
		{`"Resource":"arn:aws*:cognito-idp:*:*:*"`, poolARN, true},
		{`"Resource":"arn:aws-cn:cognito-idp:*:*:*"`, poolARN, false},
		{`"Resource":"arn:aws:cognito-idp:*"`, poolARN, true},
		{`"Resource":"arn:aws:cognito-idp:eu-west-1*"`, poolARN, true},
		{`"Resource":"arn:aws:cognito-idp:us*"`, poolARN, false},
		{`"Resource":"arn:aws:s3:*"`, poolARN, false},
		{`"Resource":"arn:aws:cognito-idp:eu-west-1::userpool/*"`, poolARN, false},
		{`"Resource":["arn:aws:s3:::*","` + poolARN + `"]`, poolARN, true},

		// The examples of the guide (Resource element, wildcards).
		{`"Resource":"` + bucket + `/*/test/*"`, bucket + "/1/test/object.jpg", true},
		{`"Resource":"` + bucket + `/*/test/*"`, bucket + "/1/2/3/test/4/object.jpg", true},
		{`"Resource":"` + bucket + `/*/test/*"`, bucket + "/1///test///object.jpg", true},
		{`"Resource":"` + bucket + `/*/test/*"`, bucket + "//test/object.jpg", true},
		{`"Resource":"` + bucket + `/*/test/*"`, bucket + "/1/test/", true},
		{`"Resource":"` + bucket + `/*/test/*"`, bucket + "/1-test/object.jpg", false},
		{`"Resource":"` + bucket + `/*/test/*"`, bucket + "/test/object.jpg", false},
		{`"Resource":"` + bucket + `/*/test/*"`, bucket + "/1/2/test.jpg", false},

		// Parts do not shift, but the last may contain anything.
		{`"Resource":"arn:aws:x:*:111122223333:finance/*"`, "arn:aws:x:us-east-2:999999999999:store/abc:111122223333:finance/a.txt", false},
		{`"Resource":"arn:aws:x:*:*:finance"`, "arn:aws:x:a:b:c:finance", false},
		{`"Resource":"arn:aws:x:?:?:finance"`, "arn:aws:x:a:::finance", false},
		{`"Resource":"arn:aws:x:::a*d"`, "arn:aws:x:::a:b:c:d", true},
		{`"Resource":"arn:aws:x:::a?b"`, "arn:aws:x:::a:b", true},
		{`"Resource":"arn:aws:x:::*"`, "arn:aws:x:::", true},
		{`"Resource":"arn:aws:x:::*"`, "arn:aws:x::", false},

		{`"NotResource":"` + poolARN + `"`, poolARN, false},
		{`"NotResource":"arn:aws:s3:::*"`, poolARN, true},
		{`"NotResource":"arn:aws:s3:::*"`, "*", true},
		{`"NotResource":["arn:aws:s3:::*","arn:aws:cognito-idp:*"]`, poolARN, false},
		{`"NotResource":"*"`, poolARN, false},
	} {
		if got := allowed(t, statementOf("Allow", c.element+`,"Action":"*"`), Request{Action: "x:Y", Resource: c.resource}); got != c.want {
			t.Errorf("%s: %s is allowed: %t", c.element, c.resource, got)
		}
	}
}

// TestColonsInResources: the guide contradicts itself about wildcards and colons. A
// wildcard reaches beyond a colon where that gives less access.
func TestColonsInResources(t *testing.T) {
	const group = "arn:aws:logs:eu-west-1:123456789012:log-group:secret-1"
	for _, pattern := range []string{"arn:aws:logs:eu-west-1:*:secret-*", "arn:aws:logs:*:*:secret-1", "arn:aws:logs:*:*-group:secret*"} {
		for element, want := range map[string]Decision{
			`"Allow","Resource"`: ImplicitDeny, `"Allow","NotResource"`: ImplicitDeny, `"Deny","Resource"`: ExplicitDeny, `"Deny","NotResource"`: ExplicitDeny,
		} {
			d := mustParse(t, policy(`{"Action":"*","Effect":`+element+`:"`+pattern+`"}`))
			if got := Evaluate([]*Document{d}, Request{Action: "logs:GetLogEvents", Resource: group}); got != want {
				t.Errorf("%s %s: %v, want %v", element, pattern, got, want)
			}
		}
	}
}

func TestVariables(t *testing.T) {
	ada := Principal{ARN: adaARN, UserName: "ada", UserID: "AIDA1"}
	tags := func(values ...string) Context { return Context{"aws:PrincipalTag/Team": values} }
	const home = "arn:aws:s3:::b/home/"
	for _, c := range []struct {
		name, pattern, object string
		principal             Principal
		context               Context
		want                  bool
	}{
		{"the user's name", "${aws:username}/*", "ada/x", ada, nil, true},
		{"of another user", "${aws:username}/*", "bob/x", ada, nil, false},
		{"in another case", "${AWS:UserName}/*", "ada/x", ada, nil, true},
		{"in the middle", "a-${aws:username}-${aws:userid}-b", "a-ada-AIDA1-b", ada, nil, true},
		{"the principal's ARN", "${aws:PrincipalArn}", adaARN, ada, nil, true},
		{"the principal's account", "${aws:PrincipalAccount}", "123456789012", ada, nil, true},
		{"a principal without a name", "${aws:username}*", "*", Principal{ARN: adaARN}, nil, false},
		{"without value it is not literal either", "${aws:username}", "${aws:username}", Principal{}, nil, false},
		{"what the context says counts", "${aws:username}", "eve", ada, Context{"AWS:USERNAME": {"eve"}}, true},
		{"a tag", "${aws:PrincipalTag/team}", "red", ada, tags("red"), true},
		{"a value that is not UTF-8", "${aws:PrincipalTag/team}", "\xff", ada, tags("\xff"), true},
		{"another that is not", "${aws:PrincipalTag/team}", "\xfe", ada, tags("\xff"), false},
		{"an empty tag", "${aws:PrincipalTag/team}*", "x", ada, tags(""), false},
		{"a key with several values", "${aws:PrincipalTag/team}", "red", ada, tags("red", "blue"), false},
		{"wildcards of a value are plain", "${aws:PrincipalTag/team}", "red", ada, tags("*"), false},
		{"and equal themselves", "${aws:PrincipalTag/team}", "*", ada, tags("*"), true},
		{"a value is not read for variables", "${aws:PrincipalTag/team}", "ada", ada, tags("${aws:username}"), false},
		{"a default value", "${aws:PrincipalTag/team, 'company-wide'}/*", "company-wide/x", ada, nil, true},
		{"a default value that is not needed", "${aws:PrincipalTag/team, 'company-wide'}", "company-wide", ada, tags("red"), false},
		{"an empty default value", "a${aws:PrincipalTag/team, ''}b", "ab", ada, nil, true},
		{"wildcards of a default value are plain", "${aws:PrincipalTag/team, '*'}", "x", ada, nil, false},
		{"an asterisk", "a${*}", "a*", ada, nil, true},
		{"an asterisk only", "a${*}", "ab", ada, nil, false},
		{"a question mark only", "a${?}", "ab", ada, nil, false},
		{"a dollar", "${$}{aws:username}", "${aws:username}", ada, nil, true},
		{"a dollar alone", "a$b$", "a$b$", ada, nil, true},
	} {
		statement := statementOf("Allow", `"Action":"*","Resource":"`+home+c.pattern+`"`)
		r := Request{Action: "s3:GetObject", Resource: home + c.object, Principal: c.principal, Context: c.context}
		if got := allowed(t, statement, r); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

// TestVariablesWithoutValue: a pattern whose variable has no value matches nothing. The
// other patterns in the list still count. That never gives more access.
func TestVariablesWithoutValue(t *testing.T) {
	for _, c := range []struct {
		statement string
		want      Decision
	}{
		{`{"Effect":"Allow","Action":"*","Resource":["arn:aws:s3:::${aws:username}","arn:aws:s3:::b"]}`, Allow},
		{`{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::${aws:username}"}`, ImplicitDeny},
		{`{"Effect":"Deny","Action":"*","NotResource":"arn:aws:s3:::${aws:username}"}`, ExplicitDeny},
		{`{"Effect":"Deny","Action":"*","NotResource":["arn:aws:s3:::${aws:username}","arn:aws:s3:::b"]}`, ImplicitDeny},
		{`{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::${aws:username}"}`, ImplicitDeny},
		{`{"Effect":"Allow","Action":"*","NotResource":["arn:aws:s3:::x","arn:aws:s3:::${aws:username}"]}`, ImplicitDeny},
		{allow(`,"Condition":{"StringEquals":{"s3:x":["${aws:username}","v"]}}`), Allow},
		{allow(`,"Condition":{"StringEquals":{"s3:x":"${aws:username}"}}`), ImplicitDeny},
		{allow(`,"Condition":{"StringNotEquals":{"s3:x":"${aws:username}"}}`), Allow}, // as documented
		// The example of the guide (Variables and tags, policy variables with no value).
		{`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"s3:x":"${aws:PrincipalTag/Team}"}}}`, ExplicitDeny},
	} {
		r := Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b", Context: Context{"s3:x": {"v"}}}
		if got := Evaluate([]*Document{mustParse(t, policy(c.statement))}, r); got != c.want {
			t.Errorf("%s: %v, want %v", c.statement, got, c.want)
		}
	}
}

// TestVariablesNeedAVersion: before 2012-10-17 a variable is plain text.
func TestVariablesNeedAVersion(t *testing.T) {
	for _, version := range []string{``, `"Version":"2008-10-17",`} {
		d := mustParse(t, `{`+version+`"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}",`+
			`"Condition":{"StringEquals":{"aws:x":"${aws:username}"}}}}`)
		r := Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::ada", Principal: Principal{UserName: "ada"}, Context: Context{"aws:x": {"ada"}}}
		if got := Evaluate([]*Document{d}, r); got != ImplicitDeny {
			t.Errorf("%s the variable is filled in: %v", version, got)
		}
		r.Resource, r.Context = "arn:aws:s3:::${aws:username}", Context{"aws:x": {"${aws:username}"}}
		if got := Evaluate([]*Document{d}, r); got != Allow {
			t.Errorf("%s the text of the variable: %v", version, got)
		}
	}
}

// TestExpansionIsBounded: a short policy and a long value do not make a very long
// pattern. A pattern that would be too long matches nothing.
func TestExpansionIsBounded(t *testing.T) {
	const bucket = "arn:aws:s3:::"
	name := strings.Repeat("x", maxExpanded/4)
	for times, want := range map[int]bool{3: true, 4: false} {
		statement := statementOf("Allow", `"Action":"*","Resource":"`+bucket+strings.Repeat("${aws:username}", times)+`"`)
		r := Request{Action: "s3:GetObject", Resource: bucket + strings.Repeat(name, times), Principal: Principal{UserName: name}}
		if got := allowed(t, statement, r); got != want {
			t.Errorf("%d times a long name: %t", times, got)
		}
	}
}
