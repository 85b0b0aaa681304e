package service_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pages reads a list to its end, and returns the texts of a member of all
// items, "" for items that are texts.
func (f *iamFixture) pages(call, list, member string, size int) (all []string) {
	f.t.Helper()
	for marker := ""; ; {
		page := f.do(fmt.Sprintf("%s MaxItems=%d%s", call, size, marker))
		items := page.at(list).Elements
		for _, item := range items {
			if member != "" {
				item = item.at(member)
			}
			all = append(all, item.Text)
		}
		next := page.at("Marker").Text
		if more := page.at("IsTruncated").Text; len(items) > size || more != fmt.Sprint(next != "") || more == "true" && len(items) < size {
			f.t.Errorf("%s: a page of %d: %s", call, size, page)
		}
		if next == "" {
			return all
		}
		marker = " Marker=" + next
	}
}

func TestIAMPages(t *testing.T) {
	f := newIAMFixture(t)
	var names, attached []string
	for i := range 7 {
		name := []string{"a", "B", "c", "D", "e", "F", "g"}[i]
		names = append(names, name)
		f.do("CreateUser UserName=" + name)
		f.do("CreateRole AssumeRolePolicyDocument=$trust RoleName=" + name)
		f.do("CreatePolicy PolicyDocument=$doc PolicyName=" + name)
	}
	for _, name := range names {
		f.do("PutUserPolicy UserName=a PolicyDocument=$doc PolicyName=" + name)
		f.do("PutRolePolicy RoleName=a PolicyDocument=$doc PolicyName=" + name)
		if strings.ToLower(name) == name {
			attached = append(attached, name)
			f.do("AttachUserPolicy UserName=a PolicyArn=$policy/" + name)
			f.do("AttachRolePolicy RoleName=a PolicyArn=$policy/" + name)
		}
	}
	for _, tt := range []struct {
		call, list, member string
		want               []string
	}{
		{"ListUsers", "Users", "UserName", names},
		{"ListRoles", "Roles", "RoleName", names},
		{"ListPolicies", "Policies", "PolicyName", names},
		{"ListPolicies OnlyAttached=true", "Policies", "PolicyName", attached},
		{"ListUserPolicies UserName=a", "PolicyNames", "", names},
		{"ListRolePolicies RoleName=a", "PolicyNames", "", names},
		{"ListAttachedUserPolicies UserName=a", "AttachedPolicies", "PolicyName", attached},
		{"ListAttachedRolePolicies RoleName=a", "AttachedPolicies", "PolicyName", attached},
	} {
		for _, size := range []int{1, 2, 3, 4, 7, 8, 1000} {
			if diff := cmp.Diff(tt.want, f.pages(tt.call, tt.list, tt.member, size)); diff != "" {
				t.Errorf("%s by %d: %s", tt.call, size, diff)
			}
		}
	}
	marker := " Marker=" + f.do("ListUsers MaxItems=2").at("Marker").Text
	f.refused("ListRoles"+marker, 400, "ValidationError", "ListRoles gave no such marker")
	f.do("DeleteUser UserName=B") // the one that the marker is of
	if got := f.do("ListUsers MaxItems=1"+marker).at("Users", "member", "UserName").Text; got != "c" {
		t.Errorf("behind a user who is no longer there: %s", got)
	}
}

// TestIAMPagesOfAccessKeys: the oldest is the first.
func TestIAMPagesOfAccessKeys(t *testing.T) {
	f := newIAMFixture(t)
	f.do("CreateUser UserName=ada")
	for range 8 {
		var want []string
		for range 2 {
			f.now = f.now.AddDate(0, 0, 1)
			want = append(want, f.do("CreateAccessKey UserName=ada").at("AccessKey", "AccessKeyId").Text)
		}
		for size := 1; size <= 3; size++ {
			if got := f.pages("ListAccessKeys UserName=ada", "AccessKeyMetadata", "AccessKeyId", size); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		}
		for _, id := range want {
			f.do("DeleteAccessKey UserName=ada AccessKeyId=" + id)
		}
	}
}

// TestIAMDocumentsAreEscaped puts a document with everything that a form or a
// URL could change, and looks at it as it is answered.
func TestIAMDocumentsAreEscaped(t *testing.T) {
	f := newIAMFixture(t)
	f.do("CreateUser UserName=a")
	document := strings.Replace(iamDoc, "{", `{"Id":"a+b~_-.'()*!$&;=@é%41/?#[]",`, 1)
	f.do("PutUserPolicy UserName=a PolicyName=p PolicyDocument=" + document)
	const want = "%7B%22Id%22%3A%22a%2Bb~_-.%27%28%29%2A%21%24%26%3B%3D%40%C3%A9%2541%2F%3F%23%5B%5D%22%2C"
	if got := f.do("GetUserPolicy UserName=a PolicyName=p").at("PolicyDocument").Text; !strings.HasPrefix(got, want) {
		t.Errorf("\n got %s\nwant %s…", got, want)
	}
}
