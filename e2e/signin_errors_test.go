package e2e

import (
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
)

// isRefusal reports whether an error is an exception of the API whose message has a text.
func isRefusal(err error, exception, message string) bool {
	refusal, ok := errors.AsType[smithy.APIError](err)
	return ok && refusal.ErrorCode() == exception && strings.Contains(refusal.ErrorMessage(), message)
}

// csvText writes rows as a CSV file.
func csvText(t *testing.T, rows ...[]string) string {
	t.Helper()
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
