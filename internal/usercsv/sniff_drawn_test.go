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
		"mariadb":            {"+------------------+-----------------+----------------+\n| cognito:username | email           | email_verified |\n+------------------+-----------------+----------------+\n" + user, true},
		"boxes":              {"┌──────────────────┬───────┐\n│ cognito:username │ email │\n└──────────────────┴───────┘\n", true},
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

// TestOtherTables: the reason why a file is refused says what the file is.
func TestOtherTables(t *testing.T) {
	for file, want := range map[string]string{
		"\"cognito:username\" \"email\"\n\"ann\" \"ann@example.com\"\n":            "separates its values by spaces",
		"cognito:username   email             name\nann   ann@example.com   Ann\n": "separates its values by spaces",
		"cognito:username\x1femail\x1eann\x1f\"ann@example.com\"\x1e":              "separates its values by the control character 0x1F",
		"cognito:username\u241femail\u241eann\u241fann@example.com\u241e":          "separates its values by the symbol \u241f",
		"cognito:username^email\nann^ann@example.com\n":                            "separates its values by carets (^)",
		"INSERT INTO users(\"cognito:username\",email) VALUES('ann','a@x.org');\n": "holds statements of SQL",
		"insert into users values('ann','a@x.org');\n":                             "holds statements of SQL",
	} {
		_, _, err := surveySource(strings.NewReader(file), Limits{}, Import{Pool: testPool(t)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", file, err)
		}
	}
}
