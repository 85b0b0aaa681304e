package iamservice_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/service/servicetest"
)

// TestIAMTags sets tags on each kind of entity, at its creation and later.
func TestIAMTags(t *testing.T) {
	tags := func(pairs ...string) string {
		var b strings.Builder
		for i := 0; i < len(pairs); i += 2 {
			fmt.Fprintf(&b, " Tags.member.%d.Key=%s Tags.member.%[1]d.Value=%[3]s", i/2+1, pairs[i], pairs[i+1])
		}
		return b.String()
	}
	written := func(pairs ...string) string {
		var members []string
		for i := 0; i < len(pairs); i += 2 {
			members = append(members, "member(Key="+pairs[i]+" Value="+pairs[i+1]+")")
		}
		return "Tags(" + strings.Join(members, " ") + ")"
	}
	for kind, c := range map[string]struct{ create, owner, list string }{
		"User":   {"CreateUser UserName=x", " UserName=x", "ListUsers"},
		"Role":   {"CreateRole RoleName=x AssumeRolePolicyDocument=$trust", " RoleName=x", "ListRoles"},
		"Policy": {"CreatePolicy PolicyName=x PolicyDocument=$doc", " PolicyArn=$policy/x", "ListPolicies"},
	} {
		f := newFixture(t)
		created := f.Do(c.create + tags("team", "red", "Cost", "7")).At(kind)
		for _, got := range []servicetest.Element{created, f.Do("Get" + kind + c.owner).At(kind)} {
			if got := got.At("Tags").String(); got != written("Cost", "7", "team", "red") {
				t.Errorf("%s: %s", kind, got)
			}
		}
		if got := f.Do(c.list).String(); strings.Contains(got, "Tags") || !strings.Contains(got, "x") {
			t.Errorf("%s: %s", c.list, got)
		}
		list := "List" + kind + "Tags" + c.owner
		after := written("Cost", "7", "Team", "blue", "a", "")
		left := written("Cost", "7", "Team", "blue")
		if kind == "Policy" { // its keys differ in case
			after, left = written("Cost", "7", "Team", "blue", "a", "", "team", "red"), written("Cost", "7", "Team", "blue", "team", "red")
		}
		f.Steps([][2]string{
			{"Tag" + kind + c.owner + tags("Team", "blue", "a", ""), ""},
			{list, after + " IsTruncated=false"},
			{"Untag" + kind + c.owner + " TagKeys.member.1=a TagKeys.member.2=none", ""},
			{list, left + " IsTruncated=false"},
		})
		for size := 1; size <= 4; size++ {
			want := []string{"Cost", "Team"}
			if kind == "Policy" {
				want = append(want, "team")
			}
			if got := f.pages(list, "Tags", "Key", size); !slices.Equal(got, want) {
				t.Errorf("%s by %d: %v", list, size, got)
			}
		}
		var many []string
		for i := range 48 {
			many = append(many, fmt.Sprint("k", i), "v")
		}
		if kind == "Policy" {
			many = many[2:]
		}
		f.Do("Tag" + kind + c.owner + tags(many...))
		f.Refused("Tag"+kind+c.owner+tags("Team", "green", "one-more", "v"), 409, "LimitExceeded", "Cannot exceed quota for TagsPer"+kind+": 50")
		f.Do("Tag" + kind + c.owner + tags("Team", "green")) // replaces one
		f.Steps([][2]string{{"Untag" + kind + c.owner + " TagKeys.member.1=Team TagKeys.member.2=Cost TagKeys.member.3=k1", ""}})
	}
}
