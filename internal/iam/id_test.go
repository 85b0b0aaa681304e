package iam

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

// TestIDs: ids have AWS's forms and are unique.
func TestIDs(t *testing.T) {
	forms := map[string]*regexp.Regexp{
		"user": regexp.MustCompile(`^AIDA[A-Z2-7]{17}$`), "role": regexp.MustCompile(`^AROA[A-Z2-7]{17}$`),
		"policy": regexp.MustCompile(`^ANPA[A-Z2-7]{17}$`), "key": regexp.MustCompile(`^AKIA[A-Z2-7]{16}$`),
		"secret": regexp.MustCompile(`^[A-Za-z0-9+/]{40}$`),
	}
	seen := map[string]bool{}
	for range 100 {
		u, err := NewUser("ada", "", moment)
		r, err2 := NewRole(RoleSpec{Name: "r", Trust: document(trusting("Allow", `{"Service":"`+cognito+`"}`, ""))}, moment)
		p, err3 := NewPolicy(PolicySpec{Name: "p", Document: document(allow(""))}, moment)
		if err := errors.Join(err, err2, err3); err != nil {
			t.Fatal(err)
		}
		k, secret := NewAccessKey("ada", testSealer(t, 0), moment)
		for kind, id := range map[string]string{"user": u.ID, "role": r.ID, "policy": p.ID, "key": k.ID, "secret": string(secret)} {
			if !forms[kind].MatchString(id) || seen[id] {
				t.Errorf("the %s's id is %s, which has the wrong form or is not new", kind, id)
			}
			seen[id] = true
		}
		if !IsAccessKeyID(k.ID) || k.Status != Active || k.UserName != "ada" || !k.Created.Equal(moment) {
			t.Errorf("the new access key is %+v", k)
		}
	}
	for _, id := range []string{"", "AKIA", strings.Repeat("A", 129), "AKIAAAAAAAAAAAAAAAA\x00", "AKIA AAAAAAAAAAAAAAAAA", "AKIAÄAAAAAAAAAAAAAAA"} {
		if IsAccessKeyID(id) {
			t.Errorf("%q is taken for an access key's id", id)
		}
	}
}

// TestARNs: ARNs have the account, the path and the name in the given case.
func TestARNs(t *testing.T) {
	const account = "123456789012"
	for want, got := range map[string]string{
		"arn:aws:iam::123456789012:user/Ada":       (&User{Name: "Ada", Path: "/"}).ARN(account),
		"arn:aws:iam::123456789012:user/a/b/Ada":   (&User{Name: "Ada", Path: "/a/b/"}).ARN(account),
		"arn:aws:iam::123456789012:role/x/R":       (&Role{Name: "R", Path: "/x/"}).ARN(account),
		"arn:aws:iam::123456789012:policy/t/All":   (&Policy{Name: "All", Path: "/t/"}).ARN(account),
		"arn:aws:iam::123456789012:user/principal": (&User{Name: "principal", Path: "/"}).ARN(account),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestPolicyARNs: ParsePolicyARN reads what ARN wrote, and refuses the rest.
func TestPolicyARNs(t *testing.T) {
	const account = "123456789012"
	for _, p := range []*Policy{{Name: "All", Path: "/"}, {Name: "a+=,.@_-", Path: "/t/x+=,.@_-/"}} {
		if ref, err := ParsePolicyARN(account, p.ARN(account)); err != nil || ref != p.Ref(account) {
			t.Errorf("%s is read as %+v, %v", p.ARN(account), ref, err)
		}
	}
	for arn, kind := range map[string]Kind{
		"arn:aws:iam::aws:policy/AdministratorAccess": NoSuchEntity, "arn:aws:iam::210987654321:policy/All": NoSuchEntity,
		"All": InvalidInput, "": InvalidInput, "arn:aws:iam::123456789012:user/ada": InvalidInput, "arn:aws:iam::123456789012:policy/": InvalidInput,
		"arn:aws:iam::123456789012:policy": InvalidInput, "arn:aws:iam:us-east-1:123456789012:policy/All": InvalidInput, "arn:aws:s3::123456789012:policy/All": InvalidInput,
		"arn:aws:iam::123456789012:policy//All": InvalidInput, "arn:aws:iam::123456789012:policy/a b": InvalidInput, "arn:aws:iam::123456789012:policy/a\x00/b": InvalidInput,
		"arn:aws:iam::123456789012:policy/" + strings.Repeat("x", 129): InvalidInput, "arn:aws:iam::123456789012:policy/" + strings.Repeat("x/", 300) + "y": InvalidInput,
	} {
		if ref, err := ParsePolicyARN(account, arn); KindOf(err) != kind {
			t.Errorf("%q is read as %+v, %v; want kind %d", arn, ref, err, kind)
		}
	}
}
