package policy

import "testing"

// meets reports whether a request with the context meets a condition, in an
// Allow and in a Deny.
func meets(t *testing.T, condition string, c Context) (inAllow, inDeny bool) {
	t.Helper()
	r := Request{Action: "a:B", Resource: "*", Principal: Principal{ARN: adaARN, UserName: "ada"}, Context: c}
	deny := mustParse(t, policy(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":`+condition+`}`))
	return allowed(t, allow(`,"Condition":`+condition), r), Evaluate([]*Document{deny}, r) == ExplicitDeny
}

// of returns a condition on the key aws:k.
func of(operator, values string) string { return `{"` + operator + `":{"aws:k":` + values + `}}` }

type comparison struct {
	operator, values, value string
	want                    bool
}

func checkComparisons(t *testing.T, cases []comparison) {
	t.Helper()
	for _, c := range cases {
		inAllow, inDeny := meets(t, of(c.operator, c.values), Context{"aws:k": {c.value}})
		if inAllow != c.want || inDeny != c.want {
			t.Errorf("%s %s with %q: %t, in a Deny %t; want %t", c.operator, c.values, c.value, inAllow, inDeny, c.want)
		}
	}
}

func TestTextOperators(t *testing.T) {
	checkComparisons(t, []comparison{
		{"StringEquals", `"Ada"`, "Ada", true},
		{"StringEquals", `"Ada"`, "ada", false},
		{"StringEquals", `"Ad*"`, "Ada", false},
		{"StringEquals", `"Ad*"`, "Ad*", true},
		{"StringEquals", `["Bob","Ada"]`, "Ada", true},
		{"StringEquals", `""`, "", true},
		{"StringEquals", `12`, "12", true},
		{"StringEquals", `true`, "true", true},
		{"StringEquals", `"${aws:username}"`, "ada", true},
		{"StringEquals", `"x-${aws:username}${*}"`, "x-ada*", true},
		{"StringEquals", "\"\ufffd\"", "\xff", false},
		{"StringEquals", `"${aws:PrincipalTag/none}"`, "", false}, // not even nothing
		{"StringNotEquals", `"${aws:PrincipalTag/none}"`, "", true},
		{"StringNotEquals", `"Ada"`, "Ada", false},
		{"StringNotEquals", `"Ada"`, "ada", true},
		{"StringNotEquals", `["Bob","Ada"]`, "Ada", false}, // NOR
		{"StringNotEquals", `["Bob","Ada"]`, "Eve", true},
		{"StringEqualsIgnoreCase", `"ADA"`, "ada", true},
		{"StringEqualsIgnoreCase", `"ÅDA"`, "åda", true},
		{"StringEqualsIgnoreCase", `"ADA*"`, "adam", false},
		{"StringEqualsIgnoreCase", `"ΣΑΣ"`, "σας", true},
		// Letters outside ASCII that Unicode folds into ASCII stay different: K is the
		// sign for kelvin, ſ the long s.
		{"StringEqualsIgnoreCase", `"kelvin"`, "\u212aelvin", false},
		{"StringEqualsIgnoreCase", `"desk"`, "de\u017fk", false},
		{"StringEqualsIgnoreCase", "\"\u212a\"", "\u212a", true},
		{"StringEqualsIgnoreCase", "\"\ufffd\"", "\xff", false},
		{"StringNotEqualsIgnoreCase", `"ADA"`, "ada", false},
		{"StringNotEqualsIgnoreCase", `"ADA"`, "bob", true},
		{"StringLike", `"A*"`, "Ada", true},
		{"StringLike", `"a*"`, "Ada", false},
		{"StringLike", `"A?a"`, "Ada", true},
		{"StringLike", `"?"`, "é", true},
		{"StringLike", `"??"`, "é", false},
		{"StringLike", `"?"`, "日", true},
		{"StringLike", `"*??"`, "日", false},
		{"StringLike", `"?"`, "\xff", true},
		{"StringLike", `"A"`, "Ada", false},
		{"StringLike", `["","home/","home/${aws:username}/*"]`, "home/ada/x", true},
		{"StringLike", `["","home/","home/${aws:username}/*"]`, "", true},
		{"StringLike", `["","home/","home/${aws:username}/*"]`, "home/bob/x", false},
		{"StringLike", `"a${*}"`, "ab", false},
		{"StringNotLike", `"A*"`, "Ada", false},
		{"StringNotLike", `["x*","y*"]`, "Ada", true},

		{"ArnEquals", `"` + adaARN + `"`, adaARN, true},
		{"ArnEquals", `"arn:aws:iam::*:user/a??"`, adaARN, true}, // the same as ArnLike
		{"ArnLike", `"arn:aws:iam::123456789012:user/*"`, adaARN, true},
		{"ArnLike", `"arn:aws:iam::123456789012:USER/*"`, adaARN, false},
		{"ArnLike", `"arn:aws:*:*:*:*"`, adaARN, true},
		{"ArnLike", `"arn:aws:iam::*:user"`, adaARN, false},
		{"ArnLike", `"${aws:PrincipalArn}"`, adaARN, true},
		{"ArnLike", `"arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}"`, adaARN, true},
		{"ArnLike", `"arn:aws:*:*:*:*"`, "ada", false},
		// The example of the guide (Condition operators, ARN).
		{"ArnLike", `"arn:aws:someservice:*:111122223333:finance/*"`, "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt", false},
		{"StringLike", `"arn:aws:someservice:*:111122223333:finance/*"`, "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt", true},
		{"ArnNotEquals", `"arn:aws:iam::*:user/ada"`, adaARN, false},
		{"ArnNotLike", `["arn:aws:iam::*:user/bob","arn:aws:iam::*:user/eve"]`, adaARN, true},
		{"ArnNotLike", `"arn:aws:*:*:*:*"`, "ada", true},
	})
	// The variable of the pattern has fewer parts than an ARN.
	checkComparisons(t, []comparison{{"ArnLike", `"${aws:username}"`, "ada", false}})
}

func TestNumericOperators(t *testing.T) {
	checkComparisons(t, []comparison{
		{"NumericEquals", `"10"`, "10", true},
		{"NumericEquals", `10`, "10.0", true},
		{"NumericEquals", `"0.1"`, "0.10", true},
		{"NumericEquals", `"-0"`, "0", true},
		{"NumericEquals", `"010"`, "10", true},
		{"NumericEquals", `"9007199254740993"`, "9007199254740992", false}, // equal as float64
		{"NumericEquals", `["1","2"]`, "2", true},
		{"NumericEquals", `"1"`, "one", false},
		{"NumericNotEquals", `"10"`, "11", true},
		{"NumericNotEquals", `["10","11"]`, "11", false},
		{"NumericLessThan", `"10"`, "9.99", true},
		{"NumericLessThan", `"10"`, "10", false},
		{"NumericLessThan", `"-1"`, "-2", true},
		{"NumericLessThan", `"10"`, "", false},
		{"NumericLessThanEquals", `"10"`, "10", true},
		{"NumericLessThanEquals", `"10"`, "11", false},
		{"NumericGreaterThan", `"10"`, "10.01", true},
		{"NumericGreaterThan", `"10"`, "9", false}, // not the order of texts
		{"NumericGreaterThanEquals", `"10"`, "10", true},
		{"NumericGreaterThanEquals", `"10"`, "1e9", false},
	})
}

func TestDateOperators(t *testing.T) {
	const noon = "2026-11-21T12:00:00Z"
	checkComparisons(t, []comparison{
		{"DateEquals", `"` + noon + `"`, noon, true},
		{"DateEquals", `"` + noon + `"`, "2026-11-21T13:00:00+01:00", true},
		{"DateEquals", `"` + noon + `"`, "1795262400", true},
		{"DateEquals", `1795262400`, noon, true},
		{"DateEquals", `"2026-11-21"`, "2026-11-21T00:00:00Z", true},
		{"DateEquals", `"2026-11"`, "2026-11-01T00:00Z", true},
		{"DateEquals", `"` + noon + `"`, "2026-11-21T12:00:00.001Z", false},
		{"DateNotEquals", `"` + noon + `"`, "2026-11-21T12:00:01Z", true},
		{"DateNotEquals", `["2026-11-21","` + noon + `"]`, noon, false},
		{"DateLessThan", `"` + noon + `"`, "2026-11-21T11:59:59Z", true},
		{"DateLessThan", `"` + noon + `"`, noon, false},
		{"DateLessThan", `"` + noon + `"`, "yesterday", false},
		{"DateLessThanEquals", `"` + noon + `"`, noon, true},
		{"DateGreaterThan", `"2026-11-21"`, noon, true},
		{"DateGreaterThan", `"` + noon + `"`, noon, false},
		{"DateGreaterThanEquals", `"` + noon + `"`, noon, true},
		{"DateGreaterThanEquals", `"` + noon + `"`, "2026-11-21", false},
	})
}

func TestOtherOperators(t *testing.T) {
	checkComparisons(t, []comparison{
		{"Bool", `"true"`, "true", true},
		{"Bool", `true`, "true", true},
		{"Bool", `"True"`, "true", true},
		{"Bool", `"false"`, "true", false},
		{"Bool", `["true","false"]`, "false", true},
		{"Bool", `"false"`, "", false},
		{"Bool", `"false"`, "fal\u017fe", false},
		{"BinaryEquals", `"QmluYXJ5"`, "Binary", true},
		{"BinaryEquals", `"QmluYXJ5"`, "QmluYXJ5", false},
		{"BinaryEquals", `"/wA="`, "\xff\x00", true},
		{"IpAddress", `"203.0.113.0/24"`, "203.0.113.255", true},
		{"IpAddress", `"203.0.113.0/24"`, "203.0.114.0", false},
		{"IpAddress", `"203.0.113.77/24"`, "203.0.113.1", true},
		{"IpAddress", `"203.0.113.7"`, "203.0.113.7", true},
		{"IpAddress", `"203.0.113.7"`, "203.0.113.8", false},
		{"IpAddress", `"203.0.113.7"`, "::ffff:203.0.113.7", true},
		{"IpAddress", `"::ffff:203.0.113.7"`, "203.0.113.7", true},
		{"IpAddress", `"0.0.0.0/0"`, "2001:db8::1", false},
		{"IpAddress", `"2001:DB8:1234:5678::/64"`, "2001:db8:1234:5678:9::1", true},
		{"IpAddress", `"2001:DB8:1234:5678::/64"`, "2001:db8:1234:5679::1", false},
		{"IpAddress", `"2001:db8::1"`, "2001:db8::2", false},
		{"IpAddress", `"fe80::/10"`, "fe80::1%eth0", true},
		{"IpAddress", `["203.0.113.0/24","2001:db8::/32"]`, "2001:db8::5", true},
		{"IpAddress", `"0.0.0.0/0"`, "unknown", false},
		{"NotIpAddress", `"203.0.113.0/24"`, "203.0.113.1", false},
		{"NotIpAddress", `["203.0.113.0/24","198.51.100.0/24"]`, "192.0.2.1", true},
		{"NotIpAddress", `["203.0.113.0/24","198.51.100.0/24"]`, "198.51.100.1", false},
	})
}
