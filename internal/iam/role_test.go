package iam

import (
	"strings"
	"testing"
)

// TestNewRole: what a role can have, and its defaults.
func TestNewRole(t *testing.T) {
	trust := document(trusting("Allow", `{"Service":"`+cognito+`"}`, ""))
	good := RoleSpec{Name: "r", Trust: trust}
	r, err := NewRole(good, moment)
	if err != nil || r.Path != "/" || r.MaxSessionSeconds != 3600 || r.Trust != trust || !r.Created.Equal(moment) {
		t.Errorf("a role is %+v, %v", r, err)
	}
	long := document(trusting("Allow", `{"Service":"`+cognito+`"}`, `,"Condition":{"StringEquals":{"sts:ExternalId":"`+strings.Repeat("x", maxTrustSize)+`"}}`))
	for what, c := range map[string]struct {
		change func(*RoleSpec)
		kind   Kind
		text   string
	}{
		"longest session":    {func(s *RoleSpec) { s.MaxSessionSeconds = 43200 }, Internal, ""},
		"session too long":   {func(s *RoleSpec) { s.MaxSessionSeconds = 43201 }, ValidationError, "'maxSessionDuration' failed to satisfy constraint: Member must have value less than or equal to 43200"},
		"session too short":  {func(s *RoleSpec) { s.MaxSessionSeconds = 3599 }, ValidationError, "greater than or equal to 3600"},
		"name":               {func(s *RoleSpec) { s.Name = "a b" }, ValidationError, "roleName"},
		"path":               {func(s *RoleSpec) { s.Path = "a" }, ValidationError, "path"},
		"description":        {func(s *RoleSpec) { s.Description = strings.Repeat("ü", 1000) }, Internal, ""},
		"long description":   {func(s *RoleSpec) { s.Description = strings.Repeat("ü", 1001) }, ValidationError, "'description'"},
		"odd description":    {func(s *RoleSpec) { s.Description = "日本" }, ValidationError, "description"},
		"no trust policy":    {func(s *RoleSpec) { s.Trust = "" }, MalformedPolicyDocument, ""},
		"policy as trust":    {func(s *RoleSpec) { s.Trust = document(allow("")) }, MalformedPolicyDocument, "Statement[0]"},
		"large trust policy": {func(s *RoleSpec) { s.Trust = long }, LimitExceeded, "Cannot exceed quota for ACLSizePerRole: 2048"},
		"other characters":   {func(s *RoleSpec) { s.Trust += "\u3000" }, ValidationError, "policyDocument"},
	} {
		spec := good
		c.change(&spec)
		r, err := NewRole(spec, moment)
		refusedAs(t, what, err, c.kind, c.text)
		if (r == nil) != (err != nil) {
			t.Errorf("%s: a role and an error, or neither", what)
		}
	}
}
