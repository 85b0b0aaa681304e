package usercsv

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// TestCures: each kind of wrong column is reported with its cure, all at once. Missing
// columns are reported separately.
func TestCures(t *testing.T) {
	const least = "cognito:username,email_verified"
	tests := []struct {
		name, header string
		pool         []func(*userpool.UserPool)
		says         []string
	}{
		{"case", "Cognito:Username,Email,Email_Verified", nil,
			[]string{"Cognito:Username (write cognito:username)", "Email (write email)", "Email_Verified (write email_verified)",
				"lacks the columns cognito:username, email_verified."}},
		{"no prefix", least + ",team", nil, []string{"team (write custom:team)"}},
		{"developer attribute", least + ",custom:secret", nil, []string{"custom:secret (write dev:custom:secret)"}},
		{"prefix too many", least + ",custom:email", nil, []string{"custom:email (write email)"}},
		{"camel case", "cognito:username,email,emailVerified", nil, []string{"emailVerified (write email_verified)", "lacks the column email_verified."}},
		{"spaces", least + ",Given Name,Phone-Number", nil, []string{"Given Name (write given_name)", "Phone-Number (write phone_number)"}},
		{"username", "Username,email_verified", nil, []string{"Username (write cognito:username)", "lacks the column cognito:username"}},
		{"hash", least + ",passwordHash", nil, []string{"passwordHash (write password_hash)"}},
		{"sub", least + ",sub", nil, []string{"sub (take it out: every imported user gets a new sub)"}},
		{"groups", least + ",cognito:groups", nil, []string{"cognito:groups (take it out: an import puts users into no groups"}},
		{"password", least + ",password", nil, []string{"password (take it out: passwords are imported as hashes only", "PasswordHashingAlgorithm"}},
		{"ListUsers", least + ",UserStatus,Enabled,UserCreateDate", nil, []string{"UserStatus (take it out", "Enabled (take it out", "UserCreateDate (take it out"}},
		{"synonyms", least + ",First Name,E-Mail,DOB", nil, []string{"First Name (write given_name)", "E-Mail (write email)", "DOB (write birthdate)"}},
		{"slip", least + ",emial,phone_numer,nickanme", nil, []string{"emial (is it email?)", "phone_numer (is it phone_number?)", "nickanme (is it nickname?)"}},
		{"another pool's", least + ",custom:tenant", nil, []string{"custom:tenant (add the attribute to the user pool with AddCustomAttributes"}},
		{"unknown", least + ",shoe_size", nil, []string{"shoe_size (take it out, or add an attribute"}},
		{"there already", least + ",Email,email", nil, []string{"Email (take it out: the file has the column email)"}},
		{"twice the same", least + ",Email,EMAIL", nil, []string{"Email (write email)", "EMAIL (take it out: the file has the column email)"}},
		{"several kinds", "email,email,,shoe_size", opts(requires("name")), []string{"does not know: shoe_size (", "The CSV file has the column email twice.",
			"Column 3 of the CSV file has no name", "lacks the columns cognito:username, email_verified, name (the user pool requires it)"}},
		{"lacks several", "email", opts(requires("name")), []string{"The CSV file's header lacks the columns cognito:username, email_verified, name"}},
		{"lacks one of two flags", "cognito:username", opts(verifies("email", "phone_number")), []string{"lacks the column email_verified or phone_number_verified."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := testPool(t, tt.pool...)
			_, err := NewDecoder(p, strings.Split(tt.header, ","), "", Limits{}, nil)
			fileCode(t, err)
			for _, part := range tt.says {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("%v\ndoes not say %q", err, part)
				}
			}
			problem, _ := errors.AsType[*FileError](err)
			if unknown := problem.Code == CodeFileHeader; unknown != strings.HasPrefix(problem.Reason, "Unexpected headers: ") ||
				unknown != strings.HasPrefix(problem.Detail, "Unexpected headers: ") {
				t.Errorf("the beginning is not the one of its class: %s", problem.Reason)
			}
			if strings.Contains(problem.Reason, "(") && strings.Contains(tt.says[0], "(write") && !strings.Contains(problem.Reason, tt.says[0]) {
				t.Errorf("the short text %q does not say %q", problem.Reason, tt.says[0])
			}
		})
	}
}

// TestCuresLead: the header is accepted after every cure was applied.
func TestCuresLead(t *testing.T) {
	p := testPool(t)
	for _, name := range Header(p) {
		for _, change := range []func(string) string{
			strings.ToUpper, camel, withoutPrefix,
			func(s string) string { return strings.ReplaceAll(s, "_", " ") },
			func(s string) string { return strings.ReplaceAll(s, "_", "-") },
		} {
			wrong := change(name)
			if wrong == name {
				continue
			}
			c := newCatalogue(p, "")
			if got := c.cure(wrong, map[string]bool{}, false); got.column != name || !got.clear || got.short != "write "+name {
				t.Errorf("%s: the cure is %+v", wrong, got)
			}
		}
	}
}

func camel(name string) string {
	parts := strings.Split(name, "_")
	for i, p := range parts[1:] {
		parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, "")
}

// TestManyUnknownColumns: the short text counts what it leaves out, and the whole text is
// bounded.
func TestManyUnknownColumns(t *testing.T) {
	header := []string{"cognito:username", "email_verified"}
	for i := range 4000 {
		header = append(header, fmt.Sprintf("custom:unknown%d", i))
	}
	_, err := NewDecoder(testPool(t), header, "", Limits{}, nil)
	fileCode(t, err)
	problem, _ := errors.AsType[*FileError](err)
	if !strings.Contains(problem.Reason, "custom:unknown0") || !strings.Contains(problem.Reason, " more") || !strings.Contains(problem.Reason, "See the job's log.") {
		t.Errorf("the short text is %q", problem.Reason)
	}
	if !strings.Contains(problem.Detail, "custom:unknown49") || !strings.Contains(problem.Detail, "and 3950 more") {
		t.Errorf("the whole text is %q", problem.Detail)
	}
}

// TestNoValuesInMessages: if the first line may not be a header, no message repeats a
// possible value of a user.
func TestNoValuesInMessages(t *testing.T) {
	for _, line := range []string{
		"grace,Grace Hopper,grace@example.com,TRUE", "grace,Hopper,female,+14255550100", "Grace,Hopper",
		"cognito:username,grace,hopper@example.com,TRUE,Hopper", "name,grace,hopper,hopper@example.com,true",
		"hopper@example.com", "Email,grace,hopper@example.com,TRUE,Hopper",
	} {
		_, err := NewDecoder(testPool(t), strings.Split(line, ","), "", Limits{}, nil)
		if fileCode(t, err) == "" || strings.Contains(strings.ToLower(err.Error()), "grace") || strings.Contains(strings.ToLower(err.Error()), "hopper") {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// FuzzHeader: every header is judged, and the messages are bounded.
func FuzzHeader(fz *testing.F) {
	fz.Add("cognito:username,email_verified,shoe_size")
	fz.Add("Cognito:Username,ada@example.com,,custom:,dev:custom:,\x00,ü")
	fz.Fuzz(func(t *testing.T, line string) {
		header := strings.Split(line, ",")
		d, err := NewDecoder(testPool(t), header, password.BCrypt, Limits{}, nil)
		if code := fileCode(t, err); (code == "") != (d != nil) {
			t.Errorf("%q: %v", header, err)
		}
	})
}

func TestSlips(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"email", "email", 0}, {"emial", "email", 1}, {"emal", "email", 1}, {"emaill", "email", 1}, {"emajl", "email", 1}, {"name", "email", 4}, {"", "a", 1}} {
		if got := slips(tt.a, tt.b, 10); got != tt.want {
			t.Errorf("%s and %s: %d", tt.a, tt.b, got)
		}
	}
}
