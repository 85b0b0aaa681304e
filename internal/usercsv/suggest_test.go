package usercsv

import (
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/userpool"
)

// findingsOf returns what is wrong with the only row of a file.
func findingsOf(t testing.TB, p *userpool.UserPool, algorithm, file string) []Finding {
	t.Helper()
	r := NewReader(strings.NewReader(file), Position{}, Limits{})
	header, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDecoder(p, header, algorithm, Limits{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	record, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	return d.Findings(record)
}

// TestSuggestions has a column, a value, and the suggestions. A reading follows its value
// after a bar.
func TestSuggestions(t *testing.T) {
	const dates = "02/01/1985|DAY_FIRST 01/02/1985|MONTH_FIRST"
	tests := []struct {
		column, value string
		want          string // values without spaces
		pool          []func(*userpool.UserPool)
	}{
		{"phone_number", "+1 (555) 010-0199", "+15550100199", nil},
		{"phone_number", "+1.555.010.0199", "+15550100199", nil},
		{"phone_number", "tel:+1-555-010-0199", "+15550100199", nil},
		{"phone_number", "'+15550100199", "+15550100199", nil},
		{"phone_number", "＋１ ５５５ ０１０ ０１９９", "+15550100199", nil},
		{"phone_number", "\u202a+1\u00a0555\u2011010\u20110199\u202c", "+15550100199", nil},
		{"phone_number", "0049 30 123456", "+4930123456", nil},
		{"phone_number", "0049 (0)30 123456", "+4930123456", nil},
		{"phone_number", "(+49) 30 123456", "+4930123456", nil},
		{"phone_number", "+49 30/123456", "+4930123456", nil},
		{"phone_number", "+49 30 123456/57", "", nil},
		{"phone_number", "0155 501 0188", "", nil},
		{"phone_number", "14255550100", "", nil},
		{"phone_number", "0011 44 1632 960961", "", nil},
		{"phone_number", "1.42556E+10", "", nil},
		{"phone_number", "+1 555 0100 ext. 5", "", nil},
		{"phone_number", "+1 555 010 0199, +1 555 010 0200", "", nil},
		{"phone_number", "+1 555", "", nil},
		{"phone_number", "NULL", "<empty>", nil},

		{"birthdate", "1.2.1985", dates, nil},
		{"birthdate", "1. 2. 1985", dates, nil},
		{"birthdate", "1/2/1985", dates, nil},
		{"birthdate", "1-2-1985", dates, nil},
		{"birthdate", "01-02-1985", dates, nil},
		{"birthdate", "1/2/1985 0:00", dates, nil},
		{"birthdate", "31.1.1985", "01/31/1985", nil},
		{"birthdate", "31/01/1985", "01/31/1985", nil},
		{"birthdate", "1/31/1985", "01/31/1985", nil},
		{"birthdate", "1.1.1985", "01/01/1985", nil},
		{"birthdate", "1985/02/01", "02/01/1985", nil},
		{"birthdate", "1985.2.1", "02/01/1985", nil},
		{"birthdate", "1985-2-1", "02/01/1985", nil},
		{"birthdate", "1985-31-01", "01/31/1985", nil},
		{"birthdate", "1985-02-01T00:00:00Z", "02/01/1985", nil},
		{"birthdate", "1985-02-01 00:00:00.000", "02/01/1985", nil},
		{"birthdate", "1984-12-31T23:00:00Z", "", nil}, // midnight of the next day elsewhere
		{"birthdate", "19850201", "02/01/1985", nil},
		{"birthdate", "31011985", "01/31/1985", nil},
		{"birthdate", "01021985", dates, nil},
		{"birthdate", "31/02/1990", "", nil},
		{"birthdate", "1985-02-30", "", nil},
		{"birthdate", "1 Feb 1985", "02/01/1985", nil},
		{"birthdate", "Feb 1st, 1985", "02/01/1985", nil},
		{"birthdate", "1. März 1985", "03/01/1985", nil},
		{"birthdate", "1 février 1985", "02/01/1985", nil},
		{"birthdate", "31.1.85", "01/31/1985|DAY_FIRST_1900 01/31/2085|DAY_FIRST_2000", nil},
		{"birthdate", "1-Feb-85", "02/01/1985|DAY_FIRST_1900 02/01/2085|DAY_FIRST_2000", nil},
		{"birthdate", "85-02-01", "02/01/1985|YEAR_FIRST_1900 02/01/2085|YEAR_FIRST_2000", nil},
		{"birthdate", "1.2.85", "02/01/1985|DAY_FIRST_1900 02/01/2085|DAY_FIRST_2000 01/02/1985|MONTH_FIRST_1900 01/02/2085|MONTH_FIRST_2000", nil},
		{"birthdate", "29.2.00", "02/29/2000", nil},
		{"birthdate", "1.2.5", "", nil},
		{"birthdate", "31079", "", nil},
		{"birthdate", "yesterday", "", nil},
		{"birthdate", "0000-00-00", "<empty>", nil},
		{"birthdate", "NULL", "", opts(requires("birthdate"))},

		{"custom:vip", "yes", "true", nil}, {"custom:vip", "No", "false", nil}, {"custom:vip", "1", "true", nil}, {"custom:vip", "0", "false", nil},
		{"custom:vip", "T", "true", nil}, {"custom:vip", "f", "false", nil}, {"custom:vip", "ja", "true", nil}, {"custom:vip", "Nein", "false", nil},
		{"custom:vip", "WAHR", "true", nil}, {"custom:vip", "FALSCH", "false", nil}, {"custom:vip", "oui", "true", nil}, {"custom:vip", "non", "false", nil},
		{"custom:vip", "VRAI", "true", nil}, {"custom:vip", "FAUX", "false", nil}, {"custom:vip", "si", "true", nil}, {"custom:vip", "on", "true", nil},
		{"custom:vip", "off", "false", nil}, {"custom:vip", "x", "true", nil}, {"custom:vip", "'true'", "true", nil}, {"custom:vip", "N/A", "<empty>", nil},
		{"custom:vip", "perhaps", "", nil}, {"custom:vip", "2", "", nil},

		{"custom:count", "1,234,567", "1234567", nil}, {"custom:count", "1.234.567", "1234567", nil}, {"custom:count", "1 234 567", "1234567", nil},
		{"custom:count", "1’234’567.5", "1234567.5", nil}, {"custom:count", "1,234.56", "1234.56", nil}, {"custom:count", "1.234,56", "1234.56", nil},
		{"custom:count", "1\u202f234,567", "1234.567", nil}, {"custom:count", "12,5", "12.5", nil}, {"custom:count", "0,125", "0.125", nil},
		{"custom:count", "1234,567", "1234.567", nil}, {"custom:count", "−3", "-3", nil}, {"custom:count", "-1,5", "-1.5", nil},
		{"custom:count", "1,234", "", nil}, {"custom:count", "1,23,456", "", nil}, {"custom:count", "1,2.3,4", "", nil}, {"custom:count", "12 EUR", "", nil},
		{"custom:count", "12.5 34", "", nil}, {"custom:count", "1 2 3", "", nil}, {"custom:count", "(5)", "", nil},

		{"updated_at", "2016-08-17", "1471392000", nil}, {"updated_at", "2016-08-17T17:04:31Z", "1471453471", nil},
		{"updated_at", "2016-08-17 17:04:31", "1471453471", nil}, {"updated_at", "2016-08-17T19:04:31.250+02:00", "1471453471.25", nil},
		{"updated_at", "1471453471000", "1471453471", opts(below("updated_at", "99999999999"))}, {"updated_at", "17.8.2016", "", nil},

		{"custom:since", "21.11.2026", "2026-11-21", nil}, {"custom:since", "2026-11-21T10:00:00", "2026-11-21T10:00:00Z", nil},
		{"custom:since", "1.2.2026", "2026-02-01|DAY_FIRST 2026-01-02|MONTH_FIRST", nil},

		{"email", "mailto:jane@example.com", "jane@example.com", nil},
		{"email", "mailto:jane@example.com?subject=x", "jane@example.com", nil},
		{"email", "Jane Doe <jane@example.com>", "jane@example.com", nil},
		{"email", "<jane@example.com>,", "jane@example.com", nil},
		{"email", "jane@example.com (Jane)", "jane@example.com", nil},
		{"email", "jane @ example.com", "jane@example.com", nil},
		{"email", "jane. doe@example. com", "jane.doe@example.com", nil},
		{"email", "jane doe@example.com", "janedoe@example.com|WITHOUT_SPACES jane.doe@example.com|DOTS_FOR_SPACES jane_doe@example.com|UNDERSCORES_FOR_SPACES", nil},
		{"email", "jane@example.com.", "jane@example.com", nil},
		{"email", "jane@example.com,", "jane@example.com", nil},
		{"email", "'jane@example.com'", "jane@example.com", nil},
		{"email", "\u200bjane@example.com", "jane@example.com", nil},
		{"email", "jane@a.com; joe@b.com", "", nil},
		{"email", "jane@example", "", nil},
		{"email", "jane.example.com", "", nil},

		{"cognito:username", "jane doe", "janedoe|WITHOUT_SPACES jane.doe|DOTS_FOR_SPACES jane_doe|UNDERSCORES_FOR_SPACES", nil},
		{"cognito:username", "ja\u200bne", "jane", nil},
		{"cognito:username", "ja\x00ne", "jane", nil},
		{"cognito:username", "jane", "j@example.com", opts(namedBy("email"))},
		{"cognito:username", "", "j@example.com", opts(namedBy("email"))},
		{"cognito:username", "", "", nil},
		{"cognito:username", "mailto:j@example.com", "j@example.com", opts(namedBy("email"))},
		{"cognito:username", "mailto:k@example.com", "k@example.com|TIDIED j@example.com|VALUE_OF_EMAIL", opts(namedBy("email"))},
		{"cognito:username", "+1 555 010 0199", "+15550100199", opts(namedBy("phone_number"))},
		{"cognito:username", "j@example.com", "", opts(aliases("email"))},
		{"cognito:username", strings.Repeat("x", 129), "", nil},

		{"email_verified", "", "true|VERIFIED", nil},
		{"email_verified", "no", "", nil}, // false would be no better
		{"email_verified", "ja", "true", nil},
		{"phone_number_verified", "true", "false", nil},
		{"cognito:mfa_enabled", "true", "<empty>", nil},
		{"cognito:mfa_enabled", "yes", "<empty>", nil},
		{"cognito:mfa_enabled", "yes", "true", opts(mfa(userpool.MFAOptional))},
		{"cognito:mfa_enabled", "false", "<empty>", opts(mfa(userpool.MFAOn))},
		{"name", "a\x00b", "ab", nil},
		{"name", strings.Repeat("x", 3000), "", nil},
		{"custom:team", "elevenchars", "", nil},
		{"custom:code", "scant", "", nil},
		{"poolhouse:external_id", "a\x01b", "ab", nil},
		{"poolhouse:external_id", strings.Repeat("x", 257), "", nil},
	}
	for _, tt := range tests {
		columns := map[string]string{ColumnUsername: "jane", "email": "j@example.com", "email_verified": "true"}
		if slices.Equal(testPool(t, tt.pool...).UsernameAttributes, f("email")) {
			columns[ColumnUsername] = "j@example.com"
		}
		columns[tt.column] = tt.value
		var header, row []string
		for _, name := range slices.Sorted(mapKeys(columns)) {
			header, row = append(header, name), append(row, columns[name])
		}
		p := testPool(t, append(tt.pool, numbers)...)
		var got []string
		for _, found := range findingsOf(t, p, "", strings.Join(header, ",")+"\n"+FormatRow(row)) {
			if found.Column != tt.column {
				t.Errorf("%s %q: %s is wrong: %s", tt.column, tt.value, found.Column, found.Code)
			}
			for _, s := range found.Suggestions {
				value := s.Value
				if value == "" {
					value = "<empty>"
				}
				if s.Reading != "" {
					value += "|" + s.Reading
				}
				got = append(got, value)
				if s.Reason == "" {
					t.Errorf("%s %q: %s has no reason", tt.column, tt.value, value)
				}
			}
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%s %q:\ngot  %s\nwant %s", tt.column, tt.value, got, tt.want)
		}
	}
}

// TestReadingsInWords: each reading of a date says what it means.
func TestReadingsInWords(t *testing.T) {
	found := findingsOf(t, testPool(t), "", "cognito:username,email,email_verified,birthdate\njane,j@example.com,true,1.2.1985")
	want := []Suggestion{{"02/01/1985", "1 February 1985", ReadingDayFirst}, {"01/02/1985", "2 January 1985", ReadingMonthFirst}}
	if len(found) != 1 || !slices.Equal(found[0].Suggestions, want) {
		t.Errorf("%+v", found)
	}
	found = findingsOf(t, testPool(t), "", "cognito:username,email,email_verified\njane,j@example.com,")
	if len(found) != 1 || len(found[0].Suggestions) != 1 || !strings.Contains(found[0].Suggestions[0].Reason, "only if the email address is known to be the user's") {
		t.Errorf("%+v", found)
	}
}
