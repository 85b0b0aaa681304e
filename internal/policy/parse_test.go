package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// policy returns a document of the version 2012-10-17 with the statements.
func policy(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// allow returns a statement that allows everything, with more elements.
func allow(more string) string {
	return `{"Effect":"Allow","Action":"*","Resource":"*"` + more + `}`
}

func mustParse(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string) *Document {
	t.Helper()
	d, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return d
}

func TestParseAccepts(t *testing.T) {
	for name, text := range map[string]string{
		"one statement, no list":     `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b"}}`,
		"no version":                 `{"Statement":{"Effect":"Deny","Action":["a:B","c:D*"],"Resource":["*","arn:aws:s3:::b"]}}`,
		"the old version and an Id":  `{"Version":"2008-10-17","Id":"My policy","Statement":` + allow("") + `}`,
		"any order, white space":     " {\n\"Statement\" : [ {\"Resource\":\"*\",\t\"Action\":\"*\",\"Effect\":\"Allow\"} ],\r\n \"Version\":\"2012-10-17\" } ",
		"Sids":                       policy(allow(`,"Sid":"Read1"`), allow(`,"Sid":"read1"`), allow(`,"Sid":""`), allow(`,"Sid":""`)),
		"NotAction and NotResource":  policy(`{"Effect":"Deny","NotAction":"iam:*","NotResource":"arn:aws:s3:::b/*"}`),
		"prefix of an action":        policy(`{"Effect":"Allow","Action":["COGNITO-IDP:Admin*","s3.x:?et*"],"Resource":"*"}`),
		"empty Condition":            policy(allow(`,"Condition":{}`)),
		"operator without keys":      policy(allow(`,"Condition":{"StringEquals":{}}`)),
		"values of every JSON type":  policy(allow(`,"Condition":{"Bool":{"aws:a":true},"NumericEquals":{"aws:b":[1,"2",-3.5]},"StringEquals":{"aws:c":[1,true,"x"]}}`)),
		"empty string as a value":    policy(allow(`,"Condition":{"StringLike":{"s3:prefix":["","home/"]}}`)),
		"set operators, IfExists":    policy(allow(`,"Condition":{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":"a*"},"ForAllValues:ArnNotLike":{"x:y":"arn:aws:a:::*"}}`)),
		"key of an OIDC provider":    policy(allow(`,"Condition":{"StringEquals":{"oidc.example.com/id/7:aud":"x"}}`)),
		"partitions":                 policy(`{"Effect":"Allow","Action":"*","Resource":["arn:aws-cn:s3:::b","arn:*:s3:::b","arn:aws*:iam::*:role/x","arn:aws-us-gov:s3:::b"]}`),
		"short ARN that ends in *":   policy(`{"Effect":"Allow","Action":"*","Resource":["arn:aws:cognito-idp:*","arn:aws:iam::*","arn:aws:iam::123456789012:*"]}`),
		"variables":                  policy(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}/${aws:PrincipalTag/team, 'a: b}c'}/${*}${?}${$}$"}`),
		"no variables in 2008":       `{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:${x::b/${}${x"}}`,
		"escaped characters in JSON": `{"Statement":{"Effect":"Allow","\u0041ction":"s3:\u0047et","Resource":"*"}}`,
		"dates": policy(allow(`,"Condition":{"DateLessThan":{"aws:CurrentTime":["2026-11","2026-11-21","2026-11-21T10:00Z",` +
			`"2026-11-21T10:00:00Z","2026-11-21T10:00:00.25+01:00","1795255200",1795255200]}}`)),
		"addresses": policy(allow(`,"Condition":{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","203.0.113.7","2001:DB8:1234:5678::/64","::1","203.0.113.9/24"]}}`)),
	} {
		if _, err := Parse([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// refusal is a malformed document, the place of the error, and a part of the message.
type refusal struct{ name, text, at, says string }

func checkRefusals(t *testing.T, parse func([]byte) error, cases []refusal) {
	t.Helper()
	for _, c := range cases {
		err := parse([]byte(c.text))
		refused, ok := errors.AsType[*Error](err)
		switch {
		case err == nil:
			t.Errorf("%s: accepted", c.name)
		case !ok:
			t.Errorf("%s: %v is a %T", c.name, err, err)
		case refused.At != c.at || !strings.Contains(refused.Message, c.says):
			t.Errorf("%s: refused at %q: %q; want %q: %q", c.name, refused.At, refused.Message, c.at, c.says)
		}
	}
}

func parseOnly(text []byte) error {
	_, err := Parse(text)
	return err
}

func TestParseRefusesDocuments(t *testing.T) {
	const whole = `"Effect":"Allow","Action":"*","Resource":"*"`
	checkRefusals(t, parseOnly, []refusal{
		{"nothing", "", "", "not one valid JSON object"},
		{"no JSON", "allow all", "", "not one valid JSON object"},
		{"two objects", policy(allow("")) + policy(allow("")), "", "after top-level value"},
		{"trailing comma", `{"Statement":[{` + whole + `},]}`, "", "not one valid JSON object"},
		{"not UTF-8", "{\"Id\":\"\xff\"}", "", "UTF-8"},
		{"a list", `[]`, "", "a JSON object, and this is a list"},
		{"null", `null`, "", "and this is null"},
		{"too long", strings.Repeat(" ", maxText+1), "", "131073 bytes"},
		{"too deep", `{"Statement":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, "Statement[0][0][0][0][0][0][0]", "nested too deep"},
		{"unknown element", `{"Statement":{` + whole + `},"Conditions":{}}`, "Conditions", "no such element here. Possible are Version, Id, Statement."},
		{"element in another case", `{"statement":{` + whole + `}}`, "statement", "Write Statement"},
		{"strange name", `{"a.\n":1}`, `"a.\n"`, "no such element"},
		{"Statement twice", `{"Statement":{` + whole + `},"Statement":{` + whole + `}}`, "Statement", "twice"},
		{"the same name, escaped", `{"Statement":{"Effect":"Deny","Eff\u0065ct":"Allow"}}`, "Statement.Effect", "twice"},
		{"no statement", `{"Version":"2012-10-17"}`, "", "no Statement"},
		{"empty list of statements", `{"Statement":[]}`, "Statement", "at least one statement"},
		{"empty statement", `{"Statement":[{}]}`, "Statement[0]", "no Effect"},
		{"statement that is a string", `{"Statement":["x"]}`, "Statement[0]", "A statement is an object"},
		{"Version of a later day", `{"Version":"2013-10-17"}`, "Version", `Write "2012-10-17"`},
		{"Version as a number", `{"Version":2012}`, "Version", "a string, and this is a number"},
		{"Id as a list", `{"Id":["x"],"Statement":{` + whole + `}}`, "Id", "a string, and this is a list"},
		{"unknown element of a statement", policy(allow(`,"Conditions":{}`)), "Statement[0].Conditions", "no such element here"},
		{"Principal", policy(allow(""), allow(`,"Principal":"*"`)), "Statement[1].Principal", "names no principal"},
		{"NotPrincipal", policy(allow(`,"NotPrincipal":"*"`)), "Statement[0].NotPrincipal", "names no principal"},
		{"Sid with a space", policy(allow(`,"Sid":"My statement"`)), "Statement[0].Sid", "only the letters"},
		{"Sid twice", policy(allow(`,"Sid":"a"`), allow(`,"Sid":"a"`)), "Statement[1].Sid", "once"},
		{"Sid as a number", policy(allow(`,"Sid":1`)), "Statement[0].Sid", "a string"},
		{"no Effect", `{"Statement":{"Action":"*","Resource":"*"}}`, "Statement", "no Effect"},
		{"Effect in another case", `{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}`, "Statement.Effect", "in this case"},
		{"Effect as a list", `{"Statement":{"Effect":["Allow"],"Action":"*","Resource":"*"}}`, "Statement.Effect", "string"},
	})
}

func TestParseRefusesActionsAndResources(t *testing.T) {
	action := func(value string) string {
		return `{"Statement":{"Effect":"Allow","Action":` + value + `,"Resource":"*"}}`
	}
	resource := func(value string) string { return policy(`{"Effect":"Deny","Action":"*","Resource":` + value + `}`) }
	const wholeARN = "arn:partition:service:region:account:resource"
	checkRefusals(t, parseOnly, []refusal{
		{"no action", `{"Statement":{"Effect":"Allow","Resource":"*"}}`, "Statement", "neither Action nor NotAction"},
		{"both", `{"Statement":{"Effect":"Allow","Action":"*","NotAction":"a:b","Resource":"*"}}`, "Statement", "both Action and NotAction"},
		{"no actions", action(`[]`), "Statement.Action", "at least one value"},
		{"object", action(`{}`), "Statement.Action", "an object where a string belongs"},
		{"list in a list", action(`["a:b",["c:d"]]`), "Statement.Action[1]", "a list where a string belongs"},
		{"no service", action(`["a:b","ListUsers"]`), "Statement.Action[1]", "has no service"},
		{"empty", action(`""`), "Statement.Action", "has no service"},
		{"wildcard for the service", action(`"*:*"`), "Statement.Action", "Name one service"},
		{"wildcard in the service", action(`"cognito-*:ListUsers"`), "Statement.Action", "Name one service"},
		{"empty service", action(`":ListUsers"`), "Statement.Action", "no prefix of a service"},
		{"space in the service", action(`"a a:ListUsers"`), "Statement.Action", "no prefix of a service"},
		{"empty name", action(`"s3:"`), "Statement.Action", "no name of an action"},
		{"two colons", action(`"s3:List:Bucket"`), "Statement.Action", "no name of an action"},
		{"trailing space", action(`"s3:List "`), "Statement.Action", "without spaces"},
		{"variable", action(`"s3:${aws:x}"`), "Statement.Action", "no name of an action"},

		{"no resource", policy(`{"Effect":"Allow","Action":"*"}`), "Statement[0]", "neither Resource nor NotResource"},
		{"both resources", policy(allow(`,"NotResource":"*"`)), "Statement[0]", "both Resource and NotResource"},
		{"no resources", resource(`[]`), "Statement[0].Resource", "at least one value"},
		{"a number", resource(`[1]`), "Statement[0].Resource[0]", "a number where a string belongs"},
		{"no ARN", resource(`"users"`), "Statement[0].Resource", "neither an ARN nor *"},
		{"empty resource", resource(`""`), "Statement[0].Resource", "neither an ARN nor *"},
		{"no arn before it", resource(`"aws:s3:::b"`), "Statement[0].Resource", "neither an ARN nor *"},
		{"wildcard for arn", resource(`"*:aws:s3:::b"`), "Statement[0].Resource", "neither an ARN nor *"},
		{"arn in another case", resource(`"ARN:aws:s3:::b"`), "Statement[0].Resource", "neither an ARN nor *"},
		{"a part too few", resource(`"arn:aws:s3::b"`), "Statement[0].Resource", "has 5 of an ARN's six parts: " + wholeARN},
		{"no partition", resource(`"arn:s3:::b/*"`), "Statement[0].Resource", "partition"},
		{"another partition", resource(`"arn:gcp:s3:::b"`), "Statement[0].Resource", "partition"},
		{"almost a partition", resource(`"arn:awsome:s3:::b"`), "Statement[0].Resource", "partition"},
		{"wildcard for the service", resource(`"arn:aws:*:::b"`), "Statement[0].Resource", "without wildcards"},
		{"wildcard for all", resource(`"arn:*"`), "Statement[0].Resource", "without wildcards"},
		{"no service in the ARN", resource(`"arn:aws::::b"`), "Statement[0].Resource", "named in full"},
		{"variable for the account", resource(`"arn:aws:s3::${aws:PrincipalAccount}:b"`), "Statement[0].Resource", "before the fifth colon"},
		{"variable not closed", resource(`"arn:aws:s3:::b/${aws:username"`), "Statement[0].Resource", "no closing brace"},
		{"empty variable", resource(`"arn:aws:s3:::b/${}"`), "Statement[0].Resource", "is no policy variable"},
		{"variable without prefix", resource(`"arn:aws:s3:::b/${username}"`), "Statement[0].Resource", "is no policy variable"},
		{"space in a variable", resource(`"arn:aws:s3:::b/${aws:user name}"`), "Statement[0].Resource", "without spaces"},
		{"variable in a variable", resource(`"arn:aws:s3:::b/${aws:${aws:x}}"`), "Statement[0].Resource", "is no policy variable"},
		{"default value without quotes", resource(`"arn:aws:s3:::b/${aws:x, y}"`), "Statement[0].Resource", "'value'"},
		{"default value without space", resource(`"arn:aws:s3:::b/${aws:x,'y'}"`), "Statement[0].Resource", "space behind the comma"},
		{"default value not closed", resource(`"arn:aws:s3:::b/${aws:x, 'y}"`), "Statement[0].Resource", "'value'"},
		{"quote in a default value", resource(`"arn:aws:s3:::b/${aws:x, 'y'z'}"`), "Statement[0].Resource", "'value'"},
	})
}

func TestParseRefusesConditions(t *testing.T) {
	var cases []refusal
	add := func(name, condition, at, says string) {
		if at != "" {
			at = "." + at
		}
		cases = append(cases, refusal{name, policy(allow(""), allow(`,"Condition":`+condition)), "Statement[1].Condition" + at, says})
	}
	add("a list", `[]`, "", "an object like")
	add("unknown operator", `{"StringMatches":{"aws:x":"y"}}`, "StringMatches", "no such condition operator")
	add("unknown operator without keys", `{"a":{}}`, "a", "no such condition operator")
	add("operator in another case", `{"Stringlike":{"aws:x":"y"}}`, "Stringlike", "Write StringLike")
	add("two colons", `{"ForAnyValue::StringLike":{"aws:x":"y"}}`, "ForAnyValue::StringLike", "no such condition operator")
	add("two set operators", `{"ForAnyValue:ForAllValues:StringLike":{}}`, "ForAnyValue:ForAllValues:StringLike", "no such condition operator")
	add("IfExists alone", `{"IfExists":{}}`, "IfExists", "no such condition operator")
	add("Null with IfExists", `{"NullIfExists":{"aws:x":"true"}}`, "NullIfExists", "Remove IfExists")
	add("Null with a set operator", `{"ForAllValues:Null":{"aws:x":"true"}}`, "ForAllValues:Null", "Remove ForAllValues:")
	add("operator with a string", `{"StringLike":"x"}`, "StringLike", "object of keys and values")
	add("key without prefix", `{"StringLike":{"username":"x"}}`, "StringLike.username", "no condition key")
	add("empty key", `{"StringLike":{"":"x"}}`, `StringLike.""`, "no condition key")
	add("key twice in two cases", `{"StringLike":{"aws:x":"a","AWS:X":"b"}}`, "StringLike.AWS:X", "twice")
	add("no values", `{"StringLike":{"aws:x":[]}}`, "StringLike.aws:x", "at least one value")
	add("null", `{"StringLike":{"aws:x":null}}`, "StringLike.aws:x", "This is null")
	add("object", `{"StringLike":{"aws:x":["a",{}]}}`, "StringLike.aws:x[1]", "This is an object")
	add("variable not closed", `{"StringEquals":{"aws:x":"${aws:y"}}`, "StringEquals.aws:x", "no closing brace")

	for operator, values := range map[string][]string{
		"NumericLessThan": {"many", "", "1e3", "0x10", "1/2", "1.", ".5", "+1", "--1", "${aws:x}", strings.Repeat("9", 65)},
		"DateGreaterThan": {"tomorrow", "", "2026-13-01", "2026-11-21T10:00:00", "21.11.2026", "-5", "2026-11-2*", "1795255200000", "${aws:x}"},
		"Bool":            {"yes", "", "1", "fal\u017fe", "${aws:x}"},
		"Null":            {"no"},
		"BinaryEquals":    {"QQ", "Q Q=", "QR==", "QQ==\\n", "${aws:x}"},
		"IpAddress":       {"", "203.0.113", "203.0.113.0/33", "010.0.0.1", "fe80::1%eth0", "example.com", "203.0.113.*", "::ffff:10.0.0.0/104", "${aws:x}"},
		"ArnLike":         {"", "*", "x:aws:s3:::b", "arn:aws:iam::*"},
	} {
		for _, v := range values {
			add(fmt.Sprintf("%s of %q", operator, v), fmt.Sprintf(`{%q:{"aws:x":["%s"]}}`, operator, v), operator+".aws:x[0]", "Write")
		}
	}
	checkRefusals(t, parseOnly, cases)
}

func TestErrorSaysWhere(t *testing.T) {
	_, err := Parse([]byte(policy(allow(""), allow(`,"Condition":{"Stringlike":{"aws:x":"y"}}`))))
	const want = "Statement[1].Condition.Stringlike: There is no such condition operator. Write StringLike: the case of names counts."
	if err == nil || err.Error() != want {
		t.Errorf("Parse: %v; want %s", err, want)
	}
}
