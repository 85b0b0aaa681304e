package awsquery

import (
	"slices"
	"testing"
)

// TestEnded shows that the end of every call is told, with who called as soon
// as that was known.
func TestEnded(t *testing.T) {
	h := newHarness(t)
	for _, form := range []string{doForm + "Name=a", doForm, "Action=Soon&Version=2027-01-01", "Action=Do"} {
		h.post(form)
	}
	want := []string{
		"test Do  200 arn:aws:iam::123456789012:root",
		"test Do ValidationError 400 arn:aws:iam::123456789012:root",
		"later Soon MissingAuthenticationToken 403 ",
		"  NoSuchVersion 400 ",
	}
	if !slices.Equal(h.ended, want) {
		t.Errorf("told of %q, want %q", h.ended, want)
	}
}
