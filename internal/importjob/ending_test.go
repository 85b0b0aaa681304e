package importjob

import (
	"errors"
	"io"
	"strings"
	"testing"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// TestEndingTellsAll: if the file of a job cannot be imported, the message is the first
// reason and the detail has all reasons.
func TestEndingTellsAll(t *testing.T) {
	file := "cognito:username,email,birthdate,shoe_size\n" + strings.Repeat("a,a@example.com,31/12/1985,44\n", 3)
	pool := &userpool.UserPool{Schema: userpool.StandardSchema(), AutoVerified: []string{"email"}}
	_, err := usercsv.Survey(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(file)), nil }, usercsv.Limits{}, usercsv.Import{Pool: pool, Asked: usercsv.Asked{Strict: true}})
	end, ok := errors.AsType[*ending](asEnding(err))
	if !ok || end.state != Failed || !strings.HasPrefix(end.message, "Unexpected headers: ") || len(end.message) > 128 {
		t.Fatalf("%+v", end)
	}
	for _, says := range []string{"shoe_size", "email_verified", "dd/mm/yyyy"} {
		if !strings.Contains(end.detail, says) {
			t.Errorf("%q does not say %s", end.detail, says)
		}
	}
	one := &usercsv.FileError{Code: usercsv.CodeFileNoUsers, Reason: "No users."}
	if end, _ := errors.AsType[*ending](asEnding(one)); end == nil || end.message != "No users." || end.detail != "" {
		t.Errorf("%+v", end)
	}
}
