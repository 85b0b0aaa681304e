package policy

import "testing"

// TestMayAssume combines the trust policy, the caller's own policies and the policy of
// the caller's session.
func TestMayAssume(t *testing.T) {
	const (
		ada     = "arn:aws:iam::" + account + ":user/ada"
		session = "arn:aws:sts::" + account + ":assumed-role/deploy/s1"
		deploy  = "arn:aws:iam::" + account + ":role/deploy"
		target  = "arn:aws:iam::" + account + ":role/watch"
		assume  = `"Action":"sts:AssumeRole","Resource":"*"`
	)
	var (
		allows  = policy(statementOf("Allow", assume))
		denies  = policy(statementOf("Deny", assume))
		other   = policy(statementOf("Allow", `"Action":"sts:AssumeRole","Resource":"`+deploy+`"`))
		trusts  = func(principal string) string { return policy(trusting("Allow", principal, "")) }
		byName  = trusts(`{"AWS":["` + ada + `","` + deploy + `"]}`)
		byAll   = trusts(`"*"`)
		byRoot  = trusts(`{"AWS":"` + account + `"}`)
		nobody  = trusts(`{"Service":"` + cognito + `"}`)
		distant = trusts(`{"AWS":"999999999999"}`)
		allBut  = policy(trusting("Allow", `"*"`, ""), trusting("Deny", `{"AWS":"`+ada+`"}`, ""))
		keyed   = policy(trusting("Allow", `{"AWS":"`+ada+`"}`, `,"Condition":{"StringEquals":{"sts:ExternalId":"x"}}`))
		none    = ""
	)
	for name, c := range map[string]struct {
		trust, own, bound, caller string
		want                      Decision
	}{
		"both allow":                           {byRoot, allows, none, ada, Allow},
		"the account is trusted, and no more":  {byRoot, none, none, ada, ImplicitDeny},
		"everybody is trusted, and no more":    {byAll, none, none, ada, ImplicitDeny},
		"for another role":                     {byAll, other, none, ada, ImplicitDeny},
		"everybody is trusted":                 {byAll, allows, none, ada, Allow},
		"the user is named":                    {byName, none, none, ada, Allow},
		"the user is named and denied":         {byName, denies, none, ada, ExplicitDeny},
		"another user is named":                {byName, none, none, "arn:aws:iam::" + account + ":user/bob", ImplicitDeny},
		"nobody is trusted":                    {nobody, allows, none, ada, ImplicitDeny},
		"another account is trusted":           {distant, allows, none, ada, ImplicitDeny},
		"the trust policy denies":              {allBut, allows, none, ada, ExplicitDeny},
		"it denies another":                    {allBut, allows, none, session, Allow},
		"a condition is not met":               {keyed, allows, none, ada, ImplicitDeny},
		"the session's role is named":          {byName, none, none, session, Allow},
		"the session's policy allows":          {byName, none, allows, session, Allow},
		"the session's policy allows another":  {byName, allows, other, session, ImplicitDeny},
		"the session's policy denies":          {byName, allows, denies, session, ExplicitDeny},
		"the session's policy alone":           {byRoot, none, allows, session, ImplicitDeny},
		"no principal":                         {byAll, allows, none, account, ImplicitDeny},
		"a principal that cannot assume roles": {byAll, allows, none, "arn:aws:s3:::b", ImplicitDeny},
	} {
		var docs []*Document
		if c.own != none {
			docs = append(docs, mustParse(t, c.own))
		}
		var bound *Document
		if c.bound != none {
			bound = mustParse(t, c.bound)
		}
		r := Request{Action: "sts:AssumeRole", Resource: target, Principal: Principal{ARN: c.caller}}
		if got := MayAssume(mustParseTrust(t, c.trust), docs, bound, c.caller, r); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
