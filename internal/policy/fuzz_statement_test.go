package policy

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func quote(t *testing.T, s string) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// FuzzStatement gives the parser statements with any texts, and evaluates a request with
// those that it accepts. A condition must not allow more than the statement without it,
// and a Deny must cover all that the same Allow covers.
func FuzzStatement(f *testing.F) {
	f.Add("s3:Get*", "arn:aws:s3:::b/${aws:username}/*", "StringLikeIfExists", "aws:k", "a*${aws:k, 'd'}", "ad", "s3:GetObject", "arn:aws:s3:::b/ada/x")
	f.Add("*", "arn:aws:logs:*:*:log-group:a*", "ForAllValues:ArnNotLike", "aws:PrincipalArn", adaARN, adaARN, "logs:X", "arn:aws:logs:r:1:log-group:a:b")
	f.Add("a:*", "arn:aws:a*", "ForAnyValue:StringEqualsIgnoreCase", "aws:TagKeys", "\u212a", "k", "a:B", "arn:aws:a:::x")
	for operator, value := range map[string]string{
		"NumericLessThan": "-10.5", "NumericNotEquals": "010", "DateGreaterThanEquals": "2026-11-21T10:00:00.25+01:00", "DateEquals": "1795262400",
		"Bool": "TRUE", "BinaryEquals": "QQ==", "IpAddress": "203.0.113.77/24", "NotIpAddress": "::ffff:10.0.0.1", "ArnEquals": "arn:aws:*:::${*}", "Null": "false",
	} {
		f.Add("*", "*", operator, "aws:k", value, value, "a:B", "*")
	}
	f.Fuzz(func(t *testing.T, action, resource, operator, key, value, given, asked, about string) {
		if strings.Count(asked+about, "*") > 8 || len(action+resource+value+given+about) > 1000 {
			return // the time that patterns take has a test of its own
		}
		statement := func(effect, not, more string) string {
			return fmt.Sprintf(`{"Effect":%q,"Action":%s,"%sResource":%s%s}`, effect, quote(t, action), not, quote(t, resource), more)
		}
		condition := fmt.Sprintf(`,"Condition":{%s:{%s:%s}}`, quote(t, operator), quote(t, key), quote(t, value))
		r := Request{Action: asked, Resource: about, Principal: Principal{ARN: adaARN, UserName: "ada"}, Context: Context{key: {given}}}
		decide := func(statement string) Decision {
			d, err := Parse([]byte(policy(statement)))
			if err != nil {
				checkRefusal(t, []byte(statement), err)
				return ImplicitDeny
			}
			return Evaluate([]*Document{d}, r)
		}
		for _, not := range []string{"", "Not"} {
			plain, allowed, denied := decide(statement("Allow", not, "")), decide(statement("Allow", not, condition)), decide(statement("Deny", not, condition))
			if allowed == Allow && (plain != Allow || denied != ExplicitDeny) {
				t.Fatalf("%s allows, without its condition %v, as a Deny %v", statement("Allow", not, condition), plain, denied)
			}
		}
	})
}

// FuzzPrincipal trusts one principal and evaluates a request of another. An allowed
// caller must be of the trusted account.
func FuzzPrincipal(f *testing.F) {
	for _, principal := range []string{
		account, adaARN, "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/team/deploy",
		"arn:aws:sts::123456789012:assumed-role/deploy/s", "arn:aws:sts::123456789012:federated-user/x", "arn:", "arn:aws:iam::1:group/g",
	} {
		f.Add(principal, principal)
		f.Add(principal, "arn:aws:sts::123456789012:assumed-role/deploy/s")
	}
	f.Fuzz(func(t *testing.T, principal, caller string) {
		text := []byte(policy(trusting("Allow", `{"AWS":`+quote(t, principal)+`}`, "")))
		trust, err := ParseTrust(text)
		if err != nil {
			checkRefusal(t, text, err)
			return
		}
		if !allowsPrincipal(trust, caller, "sts:AssumeRole", nil) || principal == "*" {
			return
		}
		if parts := strings.Split(caller, ":"); len(parts) < arnParts || !isAccount(parts[4]) || !strings.Contains(principal, parts[4]) {
			t.Fatalf("%q is trusted, and %q is allowed", principal, caller)
		}
	})
}
