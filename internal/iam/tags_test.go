package iam

import (
	"fmt"
	"slices"
	"testing"
)

func TestTags(t *testing.T) {
	u, err := NewUser("ada", "", moment)
	refusedAs(t, "a user", err, Internal, "")
	p := &Policy{}
	for _, c := range []struct {
		what         string
		add          []Tag
		remove       []string
		user, policy Tags
		kind         Kind
	}{
		{"two", []Tag{{"team", "red"}, {"Cost", ""}}, nil, Tags{{"Cost", ""}, {"team", "red"}}, Tags{{"Cost", ""}, {"team", "red"}}, Internal},
		{"another case", []Tag{{"Team", "blue"}}, nil, Tags{{"Cost", ""}, {"Team", "blue"}}, Tags{{"Cost", ""}, {"Team", "blue"}, {"team", "red"}}, Internal},
		{"none", nil, []string{"x"}, Tags{{"Cost", ""}, {"Team", "blue"}}, Tags{{"Cost", ""}, {"Team", "blue"}, {"team", "red"}}, Internal},
		{"reserved", []Tag{{"a", "b"}, {"Aws:x", ""}}, nil, Tags{{"Cost", ""}, {"Team", "blue"}}, Tags{{"Cost", ""}, {"Team", "blue"}, {"team", "red"}}, InvalidInput},
		{"reserved value", []Tag{{"a", "aws:b"}}, nil, Tags{{"Cost", ""}, {"Team", "blue"}}, Tags{{"Cost", ""}, {"Team", "blue"}, {"team", "red"}}, InvalidInput},
		{"twice", []Tag{{"a", "b"}, {"a", "b"}}, nil, Tags{{"Cost", ""}, {"Team", "blue"}}, Tags{{"Cost", ""}, {"Team", "blue"}, {"team", "red"}}, InvalidInput},
		{"removed in another case", nil, []string{"cost", "TEAM"}, nil, Tags{{"Cost", ""}, {"Team", "blue"}, {"team", "red"}}, Internal},
		{"removed", nil, []string{"Cost", "Team", "team"}, nil, nil, Internal},
	} {
		before := slices.Clone(u.Tags)
		old := u.Tags
		refusedAs(t, c.what, u.Tag(c.add), c.kind, "")
		refusedAs(t, c.what, p.Tag(c.add), c.kind, "")
		u.Untag(c.remove)
		p.Untag(c.remove)
		if !slices.Equal(u.Tags, c.user) || !slices.Equal(p.Tags, c.policy) || !slices.Equal(old, before) {
			t.Errorf("%s: %v and %v, want %v and %v", c.what, u.Tags, p.Tags, c.user, c.policy)
		}
	}
	r := &Role{}
	refusedAs(t, "keys that differ in case", r.Tag([]Tag{{"a", "b"}, {"A", "b"}}), InvalidInput, "Duplicate tag keys found: A.")
	refusedAs(t, "the same of a policy", p.Tag([]Tag{{"a", "b"}, {"A", "b"}}), Internal, "")
	var many []Tag
	for i := range maxTags {
		many = append(many, Tag{fmt.Sprint("k", i), "v"})
	}
	refusedAs(t, "fifty", r.Tag(many), Internal, "")
	refusedAs(t, "one more", r.Tag([]Tag{{"more", "v"}}), LimitExceeded, "Cannot exceed quota for TagsPerRole: 50")
	refusedAs(t, "one in place of another", r.Tag([]Tag{{"K0", "w"}}), Internal, "")
	if len(r.Tags) != maxTags {
		t.Errorf("%d tags are there", len(r.Tags))
	}
}
