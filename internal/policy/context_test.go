package policy

import "testing"

// TestValuesOfTheRequest: missing keys and keys with no, one or several values, with and
// without set operators. nil is a missing key.
func TestValuesOfTheRequest(t *testing.T) {
	type values = []string
	for _, c := range []struct {
		operator, want string
		values         values
		allow, deny    bool
	}{
		// A missing key fails an operator and satisfies a negated one.
		{"StringEquals", `"a"`, nil, false, false},
		{"StringEquals", `"a"`, values{}, false, false},
		{"NumericLessThan", `"1"`, nil, false, false},
		{"Bool", `"false"`, nil, false, false},
		{"StringNotEquals", `"a"`, nil, true, true},
		{"ArnNotLike", `"arn:aws:iam::1:*"`, nil, true, true},
		{"NotIpAddress", `"10.0.0.0/8"`, nil, true, true},
		{"DateNotEquals", `"2026-11-21"`, nil, true, true},
		{"StringLike", `"*"`, nil, false, false},
		{"StringLike", `"*"`, values{""}, true, true},

		// IfExists asks for the value only if there is one.
		{"StringEqualsIfExists", `"a"`, nil, true, true},
		{"StringEqualsIfExists", `"a"`, values{"a"}, true, true},
		{"StringEqualsIfExists", `"a"`, values{"b"}, false, false},
		{"StringEqualsIfExists", `"a"`, values{""}, false, false},
		{"StringNotEqualsIfExists", `"a"`, nil, true, true},
		{"StringNotEqualsIfExists", `"a"`, values{"a"}, false, false},
		{"BoolIfExists", `"false"`, nil, true, true},

		// Null asks whether the key is there.
		{"Null", `"true"`, nil, true, true},
		{"Null", `"false"`, nil, false, false},
		{"Null", `true`, values{"a"}, false, false},
		{"Null", `false`, values{"a"}, true, true},
		{"Null", `"true"`, values{""}, true, true},
		{"Null", `"false"`, values{"", "a"}, true, true},
		{"Null", `["true","false"]`, values{"a"}, true, true},

		// ForAllValues: each value of the request is one of the policy's.
		{"ForAllValues:StringEquals", `["a","b","c"]`, values{"a", "b"}, true, true},
		{"ForAllValues:StringEquals", `["a","b","c"]`, values{"a", "x"}, false, false},
		{"ForAllValues:StringEquals", `["a","b","c"]`, nil, true, true},
		{"ForAllValues:StringEquals", `["a","b","c"]`, values{""}, true, true},
		{"ForAllValues:StringEquals", `["a","b","c"]`, values{"a", ""}, false, false},
		{"ForAllValues:StringLike", `"a*"`, values{"a", "ab"}, true, true},
		{"ForAllValues:StringNotEquals", `["a","b"]`, values{"x", "y"}, true, true},
		{"ForAllValues:StringNotEquals", `["a","b"]`, values{"x", "a"}, false, false},
		{"ForAllValues:StringNotEquals", `["a","b"]`, nil, true, true},
		{"ForAllValues:StringEqualsIfExists", `"a"`, nil, true, true},

		// ForAnyValue: at least one is.
		{"ForAnyValue:StringEquals", `["a","b","c"]`, values{"x", "b"}, true, true},
		{"ForAnyValue:StringEquals", `["a","b","c"]`, values{"x", "y"}, false, false},
		{"ForAnyValue:StringEquals", `["a","b","c"]`, nil, false, false},
		{"ForAnyValue:StringEquals", `["a",""]`, values{""}, false, false},
		{"ForAnyValue:StringNotEquals", `["a","b"]`, values{"a", "x"}, true, true},
		{"ForAnyValue:StringNotEquals", `["a","b"]`, values{"a", "b"}, false, false},
		{"ForAnyValue:StringNotEquals", `["a","b"]`, nil, false, false},
		{"ForAnyValue:StringEqualsIfExists", `"a"`, nil, true, true},
		{"ForAnyValue:StringEqualsIfExists", `"a"`, values{""}, false, false},
		{"ForAnyValue:ArnLike", `"arn:aws:iam::*:user/*"`, values{"x", adaARN}, true, true},

		// Several values without a set operator: an Allow wants all, a Deny one.
		{"StringEquals", `["a","b"]`, values{"a", "b"}, true, true},
		{"StringEquals", `["a","b"]`, values{"a", "x"}, false, true},
		{"StringEquals", `["a","b"]`, values{"x", "y"}, false, false},
		{"StringNotEquals", `"a"`, values{"a", "x"}, false, true},
	} {
		context := Context{}
		if c.values != nil {
			context["aws:k"] = c.values
		}
		inAllow, inDeny := meets(t, of(c.operator, c.want), context)
		if inAllow != c.allow || inDeny != c.deny {
			t.Errorf("%s %s with %q: %t, in a Deny %t; want %t, %t", c.operator, c.want, c.values, inAllow, inDeny, c.allow, c.deny)
		}
	}
}

func TestKeysAreTheSameInAnyCase(t *testing.T) {
	for key, context := range map[string]Context{
		"aws:SourceIP":           {"AWS:sourceip": {"v"}},
		"aws:ResourceTag/TagKey": {"aws:ResourceTag/tagkey": {"v"}},
		"aws:resourcetag/tagkey": {"AWS:ResourceTag/TAGKEY": {"v"}},
		"aws:ResourceTag/Größe":  {"aws:ResourceTag/GRÖßE": {"v"}},
	} {
		if inAllow, _ := meets(t, `{"StringEquals":{"`+key+`":"v"}}`, context); !inAllow {
			t.Errorf("%s is not found in %v", key, context)
		}
		if inAllow, _ := meets(t, `{"StringEquals":{"`+key+`":"V"}}`, context); inAllow {
			t.Errorf("the value of %s is the same in any case", key)
		}
	}
	// A tag whose key equals the other only by Unicode's folding is a different tag.
	for _, key := range []string{"aws:ResourceTag/Des\u212a", "aws:ResourceTag/De\u017fk"} {
		if inAllow, _ := meets(t, `{"StringEquals":{"aws:ResourceTag/desk":"v"}}`, Context{key: {"v"}}); inAllow {
			t.Errorf("%s is taken for desk", key)
		}
	}
	// Two tags that differ in case are one key with two values.
	inAllow, inDeny := meets(t, `{"StringEquals":{"aws:ResourceTag/EC2":"1"}}`, Context{"aws:ResourceTag/EC2": {"1"}, "aws:ResourceTag/ec2": {"2"}})
	if inAllow || !inDeny {
		t.Errorf("two tags: %t, in a Deny %t", inAllow, inDeny)
	}
}

// TestConditionsAreAllWanted: all conditions must be met. The cases are the guide's
// (Conditions with multiple context keys or values).
func TestConditionsAreAllWanted(t *testing.T) {
	const two = `"StringEquals":{"aws:PrincipalTag/department":["finance","hr","legal"],"aws:PrincipalTag/role":["audit","security"]}`
	const ana, nikki = "arn:aws:iam::222222222222:user/Ana", "arn:aws:iam::222222222222:user/Nikki"
	const like = `{` + two + `,"ArnLike":{"aws:PrincipalArn":["` + ana + `","arn:aws:iam::222222222222:user/Mary"]}}`
	const notLike = `{` + two + `,"ArnNotLike":{"aws:PrincipalArn":["` + ana + `","arn:aws:iam::222222222222:user/Mary"]}}`
	for _, c := range []struct {
		condition, department, role, arn string
		want                             bool
	}{
		{like, "legal", "audit", ana, true},
		{like, "hr", "audit", nikki, false},
		{like, "hr", "payroll", ana, false},
		{like, "hr", "", ana, false},
		{like, "", "", ana, false},
		{notLike, "legal", "audit", nikki, true},
		{notLike, "hr", "audit", ana, false},
		{notLike, "hr", "payroll", nikki, false},
		{notLike, "hr", "", nikki, false},
	} {
		context := Context{"aws:PrincipalArn": {c.arn}}
		if c.department != "" {
			context["aws:PrincipalTag/Department"] = []string{c.department}
		}
		if c.role != "" {
			context["aws:PrincipalTag/role"] = []string{c.role}
		}
		inAllow, inDeny := meets(t, c.condition, context)
		if inAllow != c.want || inDeny != c.want {
			t.Errorf("%s with %v: %t, in a Deny %t", c.condition, context, inAllow, inDeny)
		}
	}
}

// TestPrincipalTags: policies can use the caller's tags in conditions and as variables.
func TestPrincipalTags(t *testing.T) {
	who := Principal{ARN: "arn:aws:iam::" + account + ":user/ada", Tags: map[string]string{"Team": "red", "none": ""}}
	for condition, allowed := range map[string]bool{
		`{"StringEquals":{"aws:PrincipalTag/team":"red"}}`:      true,
		`{"StringEquals":{"AWS:principaltag/TEAM":"red"}}`:      true,
		`{"StringEquals":{"aws:PrincipalTag/Team":"blue"}}`:     false,
		`{"Null":{"aws:PrincipalTag/other":"true"}}`:            true,
		`{"Null":{"aws:PrincipalTag/team":"true"}}`:             false,
		`{"StringLike":{"aws:k":"${aws:PrincipalTag/Team}-*"}}`: true,
		`{"StringEquals":{"aws:PrincipalTag/none":""}}`:         true,
	} {
		d := mustParse(t, policy(allow(`,"Condition":`+condition)))
		r := Request{Action: "a:Get", Resource: "*", Principal: who, Context: Context{"aws:k": {"red-1"}}}
		if got := Evaluate([]*Document{d}, r); (got == Allow) != allowed {
			t.Errorf("%s: %v", condition, got)
		}
	}
	d := mustParse(t, policy(allow(`,"Condition":{"StringEquals":{"aws:PrincipalTag/Team":"green"}}`)))
	r := Request{Action: "a:Get", Resource: "*", Principal: who, Context: Context{"aws:PrincipalTag/team": {"green"}}}
	if Evaluate([]*Document{d}, r) != Allow {
		t.Error("what the context has does not count")
	}
}
