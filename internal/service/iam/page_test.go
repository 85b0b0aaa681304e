package iamservice_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/service/servicetest"
)

// pages reads a whole list. It returns the texts of a member of all items, "" for items that
// are texts themselves.
func (f *fixture) pages(call, list, member string, size int) (all []string) {
	f.T.Helper()
	for marker := ""; ; {
		page := f.Do(fmt.Sprintf("%s MaxItems=%d%s", call, size, marker))
		items := page.At(list).Elements
		for _, item := range items {
			if member != "" {
				item = item.At(member)
			}
			all = append(all, item.Text)
		}
		next := page.At("Marker").Text
		if more := page.At("IsTruncated").Text; len(items) > size || more != fmt.Sprint(next != "") || more == "true" && len(items) < size {
			f.T.Errorf("%s: a page of %d: %s", call, size, page)
		}
		if next == "" {
			return all
		}
		marker = " Marker=" + next
	}
}

func TestIAMPages(t *testing.T) {
	f := newFixture(t)
	var names, attached []string
	for i := range 7 {
		name := []string{"a", "B", "c", "D", "e", "F", "g"}[i]
		names = append(names, name)
		f.Do("CreateUser UserName=" + name)
		f.Do("CreateRole AssumeRolePolicyDocument=$trust RoleName=" + name)
		f.Do("CreatePolicy PolicyDocument=$doc PolicyName=" + name)
	}
	for _, name := range names {
		f.Do("PutUserPolicy UserName=a PolicyDocument=$doc PolicyName=" + name)
		f.Do("PutRolePolicy RoleName=a PolicyDocument=$doc PolicyName=" + name)
		if strings.ToLower(name) == name {
			attached = append(attached, name)
			f.Do("AttachUserPolicy UserName=a PolicyArn=$policy/" + name)
			f.Do("AttachRolePolicy RoleName=a PolicyArn=$policy/" + name)
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
	marker := " Marker=" + f.Do("ListUsers MaxItems=2").At("Marker").Text
	f.Refused("ListRoles"+marker, 400, "ValidationError", "ListRoles gave no such marker")
	f.Do("DeleteUser UserName=B") // the user that the marker names
	if got := f.Do("ListUsers MaxItems=1"+marker).At("Users", "member", "UserName").Text; got != "c" {
		t.Errorf("behind a user who is no longer there: %s", got)
	}
}

// TestIAMPagesOfAccessKeys: the oldest key comes first.
func TestIAMPagesOfAccessKeys(t *testing.T) {
	f := newFixture(t)
	f.Do("CreateUser UserName=ada")
	for range 8 {
		var want []string
		for range 2 {
			f.Now = f.Now.AddDate(0, 0, 1)
			want = append(want, f.Do("CreateAccessKey UserName=ada").At("AccessKey", "AccessKeyId").Text)
		}
		for size := 1; size <= 3; size++ {
			if got := f.pages("ListAccessKeys UserName=ada", "AccessKeyMetadata", "AccessKeyId", size); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		}
		for _, id := range want {
			f.Do("DeleteAccessKey UserName=ada AccessKeyId=" + id)
		}
	}
}

// TestIAMDocumentsAreEscaped stores a document with everything that a form or a URL could
// change, and compares the answer.
func TestIAMDocumentsAreEscaped(t *testing.T) {
	f := newFixture(t)
	f.Do("CreateUser UserName=a")
	document := strings.Replace(servicetest.Document, "{", `{"Id":"a+b~_-.'()*!$&;=@é%41/?#[]",`, 1)
	f.Do("PutUserPolicy UserName=a PolicyName=p PolicyDocument=" + document)
	const want = "%7B%22Id%22%3A%22a%2Bb~_-.%27%28%29%2A%21%24%26%3B%3D%40%C3%A9%2541%2F%3F%23%5B%5D%22%2C"
	if got := f.Do("GetUserPolicy UserName=a PolicyName=p").At("PolicyDocument").Text; !strings.HasPrefix(got, want) {
		t.Errorf("\n got %s\nwant %s…", got, want)
	}
}
