package iam

import (
	"testing"
)

func TestVersionIDs(t *testing.T) {
	for id, want := range map[string]VersionNo{
		"v1": 1, "v2": 2, "v10": 10, "v9223372036854775807": 9223372036854775807,
		"": 0, "v": 0, "v0": 0, "v01": 0, "v+1": 0, "v-1": 0, "1": 0, "V1": 0, "v1.abc": 0, "v9223372036854775808": 0, "v1 ": 0,
	} {
		if got := ParseVersionID(id); got != want {
			t.Errorf("%q is number %d, want %d", id, got, want)
		}
		if want != 0 && want.ID() != id {
			t.Errorf("%d is %q", want, want.ID())
		}
	}
}

func TestNewPolicyVersion(t *testing.T) {
	for _, isDefault := range []bool{true, false} {
		v, err := NewPolicyVersion(document(allow("")), isDefault, moment)
		if err != nil || *v != (PolicyVersion{Document: document(allow("")), Default: isDefault, Created: moment}) {
			t.Errorf("%+v, %v", v, err)
		}
	}
	for document, kind := range map[string]Kind{"x": MalformedPolicyDocument, "\x00": ValidationError, largePolicy(): LimitExceeded} {
		v, err := NewPolicyVersion(document, false, moment)
		refusedAs(t, document, err, kind, "")
		if v != nil {
			t.Errorf("%q is a version", document)
		}
	}
	refusedAs(t, "a sixth", CheckVersions(5), LimitExceeded, "A managed policy can have up to 5 versions. Before you create")
	refusedAs(t, "a fifth", CheckVersions(4), Internal, "")
}

// largePolicy has one character more than a managed policy may.
func largePolicy() string {
	text := document(allow(`,"Sid":""`))
	sid := make([]byte, maxPolicySize+1-sizeOf(text))
	for i := range sid {
		sid[i] = 'x'
	}
	return document(allow(`,"Sid":"` + string(sid) + `"`))
}

// TestMove: a user gets another name or path, and everything else stays.
func TestMove(t *testing.T) {
	for what, c := range map[string]struct {
		name, path, want string
		kind             Kind
	}{
		"nothing": {"", "", "/a/Ada", Internal}, "name": {"Eve", "", "/a/Eve", Internal}, "path": {"", "/b/", "/b/Ada", Internal},
		"both": {"Eve", "/", "/Eve", Internal}, "odd name": {"a b", "", "", ValidationError}, "odd path": {"", "b", "", ValidationError},
	} {
		u, err := NewUser("Ada", "/a/", moment)
		refusedAs(t, "a user", err, Internal, "")
		id := u.ID
		err = u.Move(c.name, c.path)
		refusedAs(t, what, err, c.kind, "")
		if err == nil && (u.Path+u.Name != c.want || u.ID != id) {
			t.Errorf("%s: %+v", what, u)
		}
	}
}
