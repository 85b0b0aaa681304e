package iam

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestQuotas: the last item within the quota is accepted.
func TestQuotas(t *testing.T) {
	user, role := UserOwner("ada"), RoleOwner("r")
	for what, c := range map[string]struct {
		fits, exceeds error
		text          string
	}{
		"keys":           {CheckAccessKeys(1), CheckAccessKeys(2), "Cannot exceed quota for AccessKeysPerUser: 2"},
		"of a user":      {user.CheckAttachedPolicies(9), user.CheckAttachedPolicies(10), "Cannot exceed quota for PoliciesPerUser: 10"},
		"of a role":      {role.CheckAttachedPolicies(9), role.CheckAttachedPolicies(10), "Cannot exceed quota for PoliciesPerRole: 10"},
		"size, a user's": {user.CheckInlineSize(2048), user.CheckInlineSize(2049), "Maximum policy size of 2048 bytes exceeded for user ada"},
		"size, a role's": {role.CheckInlineSize(10240), role.CheckInlineSize(10241), "Maximum policy size of 10240 bytes exceeded for role r"},
	} {
		refusedAs(t, what, c.fits, Internal, "")
		refusedAs(t, what, c.exceeds, LimitExceeded, c.text)
	}
	for _, text := range []string{"", "active", "Expired", "x"} {
		_, err := ParseStatus(text)
		refusedAs(t, text, err, ValidationError, "[Active, Inactive]")
	}
	for _, status := range []Status{Active, Inactive} {
		if got, err := ParseStatus(string(status)); err != nil || got != status {
			t.Errorf("%s: %v", status, err)
		}
	}
	if KindOf(fmt.Errorf("x: %w", NoRole("r"))) != NoSuchEntity || KindOf(fmt.Errorf("x")) != Internal || KindOf(nil) != Internal {
		t.Error("KindOf")
	}
}

func TestSize(t *testing.T) {
	for text, want := range map[string]int{
		"":                                 0,
		" \t\r\n":                          0,
		`{"Id": "a b"}`:                    11,
		"{\n  \"Id\": \"é\"\n}":            10,
		document(allow("")):                len(document(allow(""))),
		" " + document(allow("")) + "\n":   len(document(allow(""))),
		strings.Repeat("x", maxPolicySize): 6144,
	} {
		if got := sizeOf(text); got != want {
			t.Errorf("sizeOf(%.40q) = %d, want %d", text, got, want)
		}
	}
}

// FuzzSize: the size is the number of characters without white space.
func FuzzSize(f *testing.F) {
	for _, text := range []string{"", " {}\n", "é\t\r", "\xff \xc3"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		left := strings.NewReplacer(" ", "", "\t", "", "\n", "", "\r", "").Replace(text)
		if size := sizeOf(text); size != utf8.RuneCountInString(left) && utf8.ValidString(text) || size < 0 || size > len(text) {
			t.Errorf("sizeOf(%q) = %d", text, size)
		}
	})
}
