package iam

import (
	"fmt"
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	const wrong = "It must contain only alphanumeric characters and/or the following: +=,.@_-"
	for name, text := range map[string]string{
		"ada": "", "Ada_1+=,.@-": "", strings.Repeat("x", 64): "", strings.Repeat("x", 65): "'userName' failed to satisfy constraint: Member must have length less than or equal to 64",
		"": wrong, "a b": wrong, "a/b": wrong, "ä": wrong, "a\x00": wrong, "\xff": wrong,
	} {
		kind := ValidationError
		if text == "" {
			kind = Internal
		}
		u, err := NewUser(name, "", moment)
		refusedAs(t, fmt.Sprintf("%q", name), err, kind, text)
		if (u == nil) != (err != nil) || err == nil && (u.Name != name || u.Path != "/") {
			t.Errorf("%q: %+v, %v", name, u, err)
		}
	}
	for name, key := range map[string]string{"Ada": "ada", "A+=,.@_-1": "a+=,.@_-1", "": "", "a b": "", "İ": "", "\u212a": "", "a\x00": "", strings.Repeat("X", 129): ""} {
		if got := NameKey(name); got != key {
			t.Errorf("the key of %q is %q, want %q", name, got, key)
		}
	}
}

func TestPaths(t *testing.T) {
	for path, ok := range map[string][2]bool{ // as a user's path, as a policy's path
		"/": {true, true}, "/a/": {true, true}, "/a/B-1/": {true, true}, "/a+=,.@_-/": {true, true},
		"/a!~/": {true, false}, "///": {true, false}, "/a//b/": {true, false},
		"//": {}, "a/": {}, "/a": {}, "/a b/": {}, "/ä/": {}, "/a\x00/": {}, "/\x7f/": {},
		"/" + strings.Repeat("x", 510) + "/": {true, true}, "/" + strings.Repeat("x", 511) + "/": {},
	} {
		_, err := NewUser("ada", path, moment)
		_, err2 := NewPolicy(PolicySpec{Name: "p", Path: path, Document: document(allow(""))}, moment)
		for i, err := range []error{err, err2} {
			if ok[i] != (err == nil) || err != nil && KindOf(err) != ValidationError {
				t.Errorf("%q: %v", path, err)
			}
		}
	}
}
