package policy

import "testing"

func trusting(effect, principal, more string) string {
	return `{"Effect":"` + effect + `","Principal":` + principal + `,"Action":"sts:AssumeRole"` + more + `}`
}

func mustParseTrust(t *testing.T, text string) *Trust {
	t.Helper()
	trust, err := ParseTrust([]byte(text))
	if err != nil {
		t.Fatalf("ParseTrust(%s): %v", text, err)
	}
	return trust
}

const (
	cognito = "cognito-idp.amazonaws.com"
	account = "123456789012"
)

func TestParseTrustRefuses(t *testing.T) {
	withPrincipal := func(value string) string { return policy(trusting("Allow", value, "")) }
	withAction := func(value string) string {
		return policy(`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":` + value + `}`)
	}
	cases := []refusal{
		{"no principal", policy(`{"Effect":"Allow","Action":"sts:AssumeRole"}`), "Statement[0]", "no Principal"},
		{"NotPrincipal", policy(`{"Effect":"Deny","NotPrincipal":{"AWS":"*"},"Action":"sts:AssumeRole"}`), "Statement[0].NotPrincipal", "may not have a NotPrincipal"},
		{"Resource", policy(trusting("Allow", `"*"`, `,"Resource":"*"`)), "Statement[0].Resource", "names no resource"},
		{"NotResource", policy(trusting("Allow", `"*"`, `,"NotResource":"*"`)), "Statement[0].NotResource", "names no resource"},
		{"NotAction", policy(`{"Effect":"Allow","Principal":"*","NotAction":"sts:AssumeRole"}`), "Statement[0].NotAction", "may not have a NotAction"},
		{"no action", policy(`{"Effect":"Allow","Principal":"*"}`), "Statement[0]", "no Action"},
		{"action of another service", withAction(`["sts:AssumeRole","s3:GetObject"]`), "Statement[0].Action[1]", "one of STS"},
		{"action of almost STS", withAction(`"\u017fts:AssumeRole"`), "Statement[0].Action", "one of STS"},
		{"all actions", withAction(`"*"`), "Statement[0].Action", "one of STS"},
		{"all of STS", withAction(`"sts:*"`), "Statement[0].Action", "without wildcards"},
		{"principal as a string", withPrincipal(`"` + account + `"`), "Statement[0].Principal", `"*" or an object`},
		{"principal as a list", withPrincipal(`["*"]`), "Statement[0].Principal", `"*" or an object`},
		{"empty principal", withPrincipal(`{}`), "Statement[0].Principal", "empty"},
		{"canonical user", withPrincipal(`{"CanonicalUser":"79a5"}`), "Statement[0].Principal.CanonicalUser", "Possible are AWS, Service and Federated"},
		{"no provider", withPrincipal(`{"Federated":[]}`), "Statement[0].Principal.Federated", "at least one value"},
		{"any provider", withPrincipal(`{"Federated":"*"}`), "Statement[0].Principal.Federated", "no identity provider"},
		{"provider by pattern", withPrincipal(`{"Federated":["accounts.google.com","*.example.com"]}`), "Statement[0].Principal.Federated[1]", "no identity provider"},
		{"provider without a domain", withPrincipal(`{"Federated":"google"}`), "Statement[0].Principal.Federated", "no identity provider"},
		{"role as a provider", withPrincipal(`{"Federated":"arn:aws:iam::` + account + `:role/r"}`), "Statement[0].Principal.Federated", "oidc-provider or saml-provider"},
		{"provider of no account", withPrincipal(`{"Federated":"arn:aws:iam::1:saml-provider/p"}`), "Statement[0].Principal.Federated", "no identity provider"},
		{"provider without a name", withPrincipal(`{"Federated":"arn:aws:iam::` + account + `:oidc-provider/"}`), "Statement[0].Principal.Federated", "no identity provider"},
		{"principal in another case", withPrincipal(`{"aws":"*"}`), "Statement[0].Principal.aws", "Write AWS"},
		{"unknown kind", withPrincipal(`{"User":"ada"}`), "Statement[0].Principal.User", "Possible are AWS, Service, Federated"},
		{"no accounts", withPrincipal(`{"AWS":[]}`), "Statement[0].Principal.AWS", "at least one value"},
		{"any service", withPrincipal(`{"Service":"*"}`), "Statement[0].Principal.Service", "without wildcards"},
		{"services by pattern", withPrincipal(`{"Service":["` + cognito + `","*.amazonaws.com"]}`), "Statement[0].Principal.Service[1]", "without wildcards"},
		{"service in upper case", withPrincipal(`{"Service":"Cognito-idp.amazonaws.com"}`), "Statement[0].Principal.Service", "lower case"},
		{"short service", withPrincipal(`{"Service":"cognito-idp"}`), "Statement[0].Principal.Service", "cognito-idp.amazonaws.com"},
		{"no services", withPrincipal(`{"Service":[]}`), "Statement[0].Principal.Service", "at least one value"},
		{"unknown operator", policy(trusting("Allow", `"*"`, `,"Condition":{"Like":{}}`)), "Statement[0].Condition.Like", "no such condition operator"},
	}
	for _, principal := range []string{
		"ada", "12345678901", "12345678901x", "arn:aws:iam::" + account + ":user/*", "arn:aws:iam::" + account + ":*", "arn:aws:iam::*:root", "arn:aws:iam::1234:root",
		"arn:aws:iam::" + account + ":user/", "arn:aws:iam::" + account + ":group/admins", "arn:aws:iam::" + account + ":root/x",
		"arn:aws:iam:eu-west-1:" + account + ":user/ada", "arn:aws:s3:::bucket", "arn:aws:sts::" + account + ":assumed-role/role", "AIDAEXAMPLE",
	} {
		cases = append(cases, refusal{principal, withPrincipal(`{"AWS":["*","` + principal + `"]}`), "Statement[0].Principal.AWS[1]", "no principal of AWS"})
	}
	checkRefusals(t, func(text []byte) error {
		_, err := ParseTrust(text)
		return err
	}, cases)
}

// allowsPrincipal reports whether a trust policy lets a principal assume the
// role whose own policies allow everything.
func allowsPrincipal(trust *Trust, arn, action string, c Context) bool {
	everything, err := Parse([]byte(policy(`{"Effect":"Allow","Action":"*","Resource":"*"}`)))
	if err != nil {
		panic(err)
	}
	r := Request{Action: action, Resource: "*", Principal: Principal{ARN: arn}, Context: c}
	return MayAssume(trust, []*Document{everything}, nil, arn, r) == Allow
}

func TestAllowsPrincipal(t *testing.T) {
	const (
		ada     = "arn:aws:iam::" + account + ":user/ada"
		role    = "arn:aws:iam::" + account + ":role/team/deploy"
		session = "arn:aws:sts::" + account + ":assumed-role/deploy/job-7"
		root    = "arn:aws:iam::" + account + ":root"
		other   = "arn:aws:iam::999999999999:user/ada"
	)
	all := []string{ada, role, session, root, other}
	for _, c := range []struct {
		principal string
		allowed   []string
	}{
		{`"*"`, all},
		{`{"AWS":"*"}`, all},
		{`{"AWS":["*","` + account + `"]}`, all},
		{`{"AWS":"` + account + `"}`, []string{ada, role, session, root}},
		{`{"AWS":"` + root + `"}`, []string{ada, role, session, root}},
		{`{"AWS":"arn:aws-cn:iam::` + account + `:root"}`, nil},
		{`{"AWS":"` + ada + `"}`, []string{ada}},
		{`{"AWS":"arn:aws:iam::` + account + `:user/Ada"}`, nil},
		{`{"AWS":"` + role + `"}`, []string{role, session}},
		{`{"AWS":"arn:aws:iam::999999999999:role/team/deploy"}`, nil},
		{`{"AWS":"` + session + `"}`, []string{session}},
		{`{"AWS":["` + ada + `","999999999999"],"Service":"` + cognito + `"}`, []string{ada, other}},
		{`{"Service":"` + cognito + `"}`, nil},
	} {
		trust := mustParseTrust(t, policy(trusting("Allow", c.principal, "")))
		var allowed []string
		for _, arn := range all {
			if allowsPrincipal(trust, arn, "sts:AssumeRole", nil) {
				allowed = append(allowed, arn)
			}
		}
		if len(allowed) != len(c.allowed) {
			t.Errorf("%s allows %q, want %q", c.principal, allowed, c.allowed)
			continue
		}
		for i := range allowed {
			if allowed[i] != c.allowed[i] {
				t.Errorf("%s allows %q, want %q", c.principal, allowed, c.allowed)
			}
		}
	}
	everyone := mustParseTrust(t, policy(trusting("Allow", `"*"`, "")))
	for _, nobody := range []string{"", "*", account, cognito, "arn:aws:s3:::b", "arn:aws:iam::" + account + ":group/g"} {
		if allowsPrincipal(everyone, nobody, "sts:AssumeRole", nil) {
			t.Errorf("%q is allowed", nobody)
		}
	}
}

func TestTrustDecides(t *testing.T) {
	const ada = "arn:aws:iam::" + account + ":user/ada"
	for name, c := range map[string]struct {
		text          string
		service, user bool
	}{
		"a service":             {policy(trusting("Allow", `{"Service":["s3.amazonaws.com","`+cognito+`"]}`, "")), true, false},
		"another service":       {policy(trusting("Allow", `{"Service":"s3.amazonaws.com"}`, "")), false, false},
		"everyone":              {policy(trusting("Allow", `"*"`, "")), true, true},
		"everyone under AWS":    {policy(trusting("Allow", `{"AWS":"*"}`, "")), false, true},
		"a deny":                {policy(trusting("Allow", `"*"`, ""), trusting("Deny", `{"AWS":"`+account+`"}`, "")), true, false},
		"a deny first":          {policy(trusting("Deny", `{"Service":"`+cognito+`"}`, ""), trusting("Allow", `"*"`, "")), false, true},
		"a deny of all":         {policy(trusting("Allow", `"*"`, ""), trusting("Deny", `{"AWS":"*"}`, "")), false, false},
		"another action":        {policy(`{"Effect":"Allow","Principal":"*","Action":"sts:TagSession"}`), false, false},
		"an action in any case": {policy(`{"Effect":"Allow","Principal":"*","Action":["sts:TagSession","STS:assumerole"]}`), true, true},
		"a condition that is met": {policy(trusting("Allow", `"*"`,
			`,"Condition":{"StringEquals":{"sts:ExternalId":"e1","aws:SourceAccount":"`+account+`"}}`)), true, true},
		"a condition that is not": {policy(trusting("Allow", `"*"`, `,"Condition":{"StringEquals":{"sts:ExternalId":"e2"}}`)), false, false},
		"a condition on the principal": {policy(trusting("Allow", `"*"`,
			`,"Condition":{"ArnEquals":{"aws:PrincipalArn":"`+ada+`"},"StringEquals":{"aws:PrincipalAccount":"`+account+`"}}`)), false, true},
	} {
		trust := mustParseTrust(t, c.text)
		context := Context{"sts:ExternalId": {"e1"}, "aws:SourceAccount": {account}}
		if got := trust.AllowsService(cognito, "sts:AssumeRole", context); got != c.service {
			t.Errorf("%s: the service is allowed: %t", name, got)
		}
		if got := allowsPrincipal(trust, ada, "sts:AssumeRole", context); got != c.user {
			t.Errorf("%s: the user is allowed: %t", name, got)
		}
	}
}

// TestTrustOfASession: the context says which role a session has.
func TestTrustOfASession(t *testing.T) {
	const role = "arn:aws:iam::" + account + ":role/deploy"
	trust := mustParseTrust(t, policy(trusting("Allow", `{"AWS":"`+account+`"}`, `,"Condition":{"ArnLike":{"aws:PrincipalArn":"`+role+`"}}`)))
	if !allowsPrincipal(trust, "arn:aws:sts::"+account+":assumed-role/deploy/x", "sts:AssumeRole", Context{"aws:PrincipalArn": {role}}) {
		t.Error("the session is not allowed")
	}
}

// TestFederated: principals of other identity providers are accepted, and no caller is one
// of them, neither by name nor by another action.
func TestFederated(t *testing.T) {
	const ada = "arn:aws:iam::" + account + ":user/ada"
	for _, provider := range []string{
		`"cognito-identity.amazonaws.com"`, `"www.amazon.com"`, `"graph.facebook.com"`, `["accounts.google.com"]`,
		`"arn:aws:iam::` + account + `:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/4E4F"`,
		`["arn:aws:iam::` + account + `:oidc-provider/localhost:8080","arn:aws-cn:iam::` + account + `:saml-provider/Example.Corp_1"]`,
	} {
		webIdentity := `{"Effect":"Allow","Principal":{"Federated":` + provider + `},"Action":"sts:AssumeRoleWithWebIdentity",
			"Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"eu-west-1:1"}}}`
		assume := trusting("Allow", `{"Federated":`+provider+`}`, "")
		deny := trusting("Deny", `{"Federated":`+provider+`}`, "")
		also := trusting("Allow", `{"Federated":`+provider+`,"AWS":"`+ada+`","Service":"`+cognito+`"}`, "")
		for _, c := range []struct {
			text    string
			allowed bool
		}{
			{policy(webIdentity), false},
			{policy(assume), false},
			{policy(webIdentity, also), true},
			{policy(also, deny), true},
		} {
			trust := mustParseTrust(t, c.text)
			for _, action := range []string{"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"} {
				want := c.allowed && action == "sts:AssumeRole"
				if got := allowsPrincipal(trust, ada, action, nil); got != want {
					t.Errorf("%s lets a user do %s: %t", c.text, action, got)
				}
				if got := trust.AllowsService(cognito, action, nil); got != want {
					t.Errorf("%s lets a service do %s: %t", c.text, action, got)
				}
			}
			if allowsPrincipal(trust, "arn:aws:sts::"+account+":federated-user/bob", "sts:AssumeRole", nil) {
				t.Errorf("%s lets another principal in", c.text)
			}
		}
	}
}
