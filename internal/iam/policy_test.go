package iam

import (
	"strings"
	"testing"
)

// TestNewPolicies: documents are checked before anything is stored.
func TestNewPolicies(t *testing.T) {
	text := func(size int) string { // of a document with that many counted characters
		empty := document(allow(`,"Sid":""`))
		return " \n" + document(allow(`,"Sid":"`+strings.Repeat("x", size-sizeOf(empty))+`"`))
	}
	for what, c := range map[string]struct {
		document string
		managed  Kind
		inline   Kind
	}{
		"good": {document(allow("")), Internal, Internal}, "largest": {text(maxPolicySize), Internal, Internal},
		"too large to be managed": {text(maxPolicySize + 1), LimitExceeded, Internal},
		"no JSON":                 {"x", MalformedPolicyDocument, MalformedPolicyDocument},
		"a trust policy":          {document(trusting("Allow", `"*"`, "")), MalformedPolicyDocument, MalformedPolicyDocument},
		"vast":                    {strings.Repeat(" ", 131072) + document(allow("")), MalformedPolicyDocument, MalformedPolicyDocument},
		"other characters":        {document(allow(`,"Sid":"日本"`)), ValidationError, ValidationError},
		"NUL":                     {"\x00", ValidationError, ValidationError}, "no UTF-8": {"\xff", ValidationError, ValidationError},
	} {
		p, err := NewPolicy(PolicySpec{Name: "p", Document: c.document}, moment)
		refusedAs(t, what, err, c.managed, "")
		if (p == nil) != (err != nil) || p != nil && (p.Document != c.document || p.Attachments != 0) {
			t.Errorf("%s: %+v, %v", what, p, err)
		}
		inline, err := NewInlinePolicy("p", c.document)
		refusedAs(t, what, err, c.inline, "")
		if err == nil && (inline.Document != c.document || inline.Size() != sizeOf(c.document)) {
			t.Errorf("%s: %+v", what, inline)
		}
	}
	_, err := NewPolicy(PolicySpec{Name: "p", Document: document(allow("")), Description: "日本"}, moment)
	refusedAs(t, "description", err, Internal, "")
	_, err = NewPolicy(PolicySpec{Name: "p", Document: document(allow("")), Description: "\x00"}, moment)
	refusedAs(t, "NUL in a description", err, ValidationError, "")
	_, err = NewInlinePolicy(strings.Repeat("x", 129), document(allow("")))
	refusedAs(t, "long name", err, ValidationError, "policyName")
}
