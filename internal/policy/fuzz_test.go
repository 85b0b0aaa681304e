package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
)

// requests are evaluated with the documents that Parse accepts.
var requests = []Request{
	{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/ada/x", Principal: Principal{ARN: adaARN, UserName: "ada"}, Context: Context{
		"aws:SourceIp": {"203.0.113.7"}, "aws:CurrentTime": {"2026-11-21T12:00:00Z"}, "aws:SecureTransport": {"true"}, "s3:max-keys": {"10"},
		"aws:TagKeys": {"a", "b", ""}, "aws:PrincipalTag/team": {"*"}, "aws:k": {"v"}}},
	{Action: "cognito-idp:ListUsers", Resource: poolARN, Context: Context{"aws:k": {}, "aws:SourceIp": {"\xff"}}},
	{Resource: "*"},
}

var documents = []string{
	policy(allow("")),
	`{"Version":"2008-10-17","Id":"x","Statement":{"Effect":"Deny","NotAction":["s3:*"],"NotResource":["arn:aws:s3:::${aws:x}"]}}`,
	policy(`{"Sid":"a","Effect":"Allow","Action":"s3:Get*","Resource":["arn:aws:s3:::b/${aws:username}/*","arn:aws:s3:*"]}`),
	policy(allow(`,"Condition":{"ForAllValues:StringLikeIfExists":{"aws:TagKeys":["a*","${aws:k, 'd'}"]},"Null":{"aws:k":false}}`)),
	policy(allow(`,"Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"},"DateLessThan":{"aws:CurrentTime":1795262400},"NumericEquals":{"s3:max-keys":[1,"-2.5"]}}`)),
	policy(allow(`,"Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"},"BinaryEquals":{"aws:k":"dg=="},"Bool":{"aws:SecureTransport":"true"}}`)),
	`{"Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}`,
	`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:k":"true"},"Bool":{"aws:k":"false"}}}]}`,
	`[[[[[[[[[[]]]]]]]]]]`,
}

// rewritten returns the same JSON as encoding/json writes it: with members in another
// order and other white space.
func rewritten(t *testing.T, text []byte) []byte {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%q is accepted and is no JSON: %v", text, err)
	}
	out, err := json.MarshalIndent(v, " ", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if tokens(text) != tokens(out) {
		t.Fatalf("%q is accepted, and encoding/json drops something of it", text)
	}
	return out
}

// tokens counts the tokens of a JSON text.
func tokens(text []byte) int {
	dec := json.NewDecoder(bytes.NewReader(text))
	for n := 0; ; n++ {
		if _, err := dec.Token(); err != nil {
			return n
		}
	}
}

func checkRefusal(t *testing.T, text []byte, err error) {
	t.Helper()
	if refused, ok := errors.AsType[*Error](err); !ok || refused.Message == "" || len(refused.Error()) > 2000 {
		t.Fatalf("%q is refused by %v", text, err)
	}
}

// FuzzParse gives the parser any text. It must not panic, a refusal must be an *Error, and
// an accepted document must mean the same after it is rewritten.
func FuzzParse(f *testing.F) {
	for _, text := range documents {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Parse(text)
		if err != nil {
			checkRefusal(t, text, err)
			return
		}
		again := mustParse(t, string(rewritten(t, text)))
		for _, r := range requests {
			if one, two := Evaluate([]*Document{d}, r), Evaluate([]*Document{again}, r); one != two {
				t.Fatalf("%q says %v, and in other words %v", text, one, two)
			}
		}
	})
}

// FuzzParseTrust is FuzzParse for trust policies.
func FuzzParseTrust(f *testing.F) {
	f.Add([]byte(policy(trusting("Allow", `{"AWS":["`+account+`","`+adaARN+`"],"Service":"`+cognito+`"}`, ""))))
	f.Add([]byte(policy(trusting("Deny", `"*"`, `,"Condition":{"StringEquals":{"sts:ExternalId":"v"}}`))))
	f.Add([]byte(policy(trusting("Allow", `{"AWS":"arn:aws:sts::123456789012:assumed-role/r/s"}`, `,"Sid":"x"`))))
	f.Fuzz(func(t *testing.T, text []byte) {
		trust, err := ParseTrust(text)
		if err != nil {
			checkRefusal(t, text, err)
			return
		}
		again := mustParseTrust(t, string(rewritten(t, text)))
		for _, c := range []Context{nil, {"sts:ExternalId": {"v"}}} {
			if trust.AllowsService(cognito, "sts:AssumeRole", c) != again.AllowsService(cognito, "sts:AssumeRole", c) ||
				allowsPrincipal(trust, adaARN, "sts:AssumeRole", c) != allowsPrincipal(again, adaARN, "sts:AssumeRole", c) {
				t.Fatalf("%q does not say the same in other words", text)
			}
		}
	})
}

// FuzzGlob compares the matcher with the simplest implementation.
func FuzzGlob(f *testing.F) {
	f.Add("a*b?c", "aXbYc")
	f.Add("**?**", "é")
	f.Add("*ab*ab", "aabab")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		p, text := runes(pattern), runes(s)
		if len(p) > 10 || len(text) > 14 { // the simplest is not quick
			newGlob(pattern).matches(text)
			return
		}
		if got, want := newGlob(pattern).matches(text), fits(p, text); got != want {
			t.Fatalf("%q matches %q: %t", pattern, s, got)
		}
	})
}
