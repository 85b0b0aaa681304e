package usercsv

import (
	"strings"
	"testing"
)

// TestDrawnTables: drawn tables are not CSV; a file with vertical bars is.
func TestDrawnTables(t *testing.T) {
	const user = "| ann | ann@example.com | true |\n"
	for name, c := range map[string]struct {
		file  string
		drawn bool
	}{
		"markdown":           {"| cognito:username | email | email_verified |\n|---|---|---|\n" + user, true},
		"markdown, aligned":  {"| cognito:username | email | email_verified |\r\n| :--- | ---: | :-: |\r\n" + user, true},
		"psql":               {" cognito:username | email | email_verified \n------------------+-------+----------------\n ann | ann@example.com | true\n(1 row)\n", true},
		"bars":               {"cognito:username|email|email_verified\nann|ann@example.com|true\n", false},
		"bars, and hyphens":  {"cognito:username|email|email_verified|nickname\n--|a@example.com|true|--\n", false},
		"hyphens and commas": {"cognito:username,email,email_verified,nickname\n--,,,\n", false},
	} {
		_, _, err := surveySource(strings.NewReader(c.file), Limits{}, Import{Pool: testPool(t)})
		if is := err != nil && strings.Contains(err.Error(), "drawn with lines"); is != c.drawn {
			t.Errorf("%s: %v", name, err)
		}
	}
}
