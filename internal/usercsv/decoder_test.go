package usercsv

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

func TestHeaderColumns(t *testing.T) {
	// The Developer Guide's answer of GetCSVHeader, and password_hash, which the service
	// was seen to list.
	want := f("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
		"website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number",
		"phone_number_verified", "address", "updated_at", "cognito:mfa_enabled", "cognito:username", "password_hash")
	if got := Header(&userpool.UserPool{Schema: userpool.StandardSchema()}); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	want = append(want[:len(want)-1], "custom:team", "custom:level", "custom:vip", "custom:since", "custom:code", "dev:custom:secret", "password_hash")
	p := testPool(t)
	p.Schema = append(p.Schema, userpool.SchemaAttribute{Name: "identities", Type: userpool.String})
	if got := Header(p); !slices.Equal(got, want) {
		t.Errorf("with custom attributes: got %q", got)
	}
}

func TestNewDecoder(t *testing.T) {
	const least = "cognito:username,email_verified"
	endless := strings.Repeat("ü", 500)
	tests := []struct {
		name, header, algorithm string
		pool                    []func(*userpool.UserPool)
		code, says              string
	}{
		{name: "least", header: least},
		{name: "any order", header: "email_verified,email,cognito:username"},
		{name: "guide's sample with hashes", header: "cognito:username,email,email_verified,phone_number,phone_number_verified,password_hash", algorithm: password.BCrypt},
		{name: "immutable custom attribute", header: least + ",custom:team"},
		{name: "developer attribute", header: least + ",dev:custom:secret"},
		{name: "one flag of two", header: "cognito:username,phone_number_verified", pool: opts(verifies("email", "phone_number"))},
		{name: "pool verifies nothing", header: "cognito:username", pool: opts(verifies())},
		{name: "required attribute is the username", header: least, pool: opts(namedBy("email"), requires("email"))},

		{name: "unknown", header: least + ",shoe_size", code: CodeFileHeader, says: "shoe_size"},
		{name: "unknown custom", header: least + ",custom:shoe", code: CodeFileHeader, says: "custom:shoe"},
		{name: "without prefix", header: least + ",team", code: CodeFileHeader, says: " team"},
		{name: "other case", header: least + ",Email", code: CodeFileHeader, says: "Email"},
		{name: "sub", header: least + ",sub", code: CodeFileHeader, says: " sub"},
		{name: "identities", header: least + ",identities", code: CodeFileHeader, says: "identities"},
		{name: "groups", header: least + ",cognito:groups", code: CodeFileHeader, says: "cognito:groups"},
		{name: "no header but a row", header: "jane,true", code: CodeFileHeader, says: "not a header"},
		{name: "long unknown", header: least + "," + endless, code: CodeFileHeader, says: "ü…"},
		{name: "line break in a name", header: least + ",a\nb\x00", code: CodeFileHeader, says: "a\uFFFDb"},
		{name: "twice", header: least + ",email,email", code: CodeFileHeader, says: "email twice"},
		{name: "username twice", header: least + ",cognito:username", code: CodeFileHeader, says: "cognito:username twice"},
		{name: "long twice", header: endless, pool: opts(func(p *userpool.UserPool) {
			p.Schema = append(p.Schema, userpool.SchemaAttribute{Name: endless, Type: userpool.String, Required: true})
		}), code: CodeFileMissingColumn},
		{name: "no name", header: least + ",", code: CodeFileHeader, says: "column 3"},
		{name: "no names", header: ",,,", code: CodeFileHeader, says: "column 1"},
		{name: "no username", header: "email,email_verified", code: CodeFileMissingColumn, says: ColumnUsername},
		{name: "no flag", header: "cognito:username,email", code: CodeFileMissingColumn, says: "email_verified"},
		{name: "the wrong flag", header: "cognito:username,phone_number_verified", code: CodeFileMissingColumn, says: "email_verified"},
		{name: "no required", header: least, pool: opts(requires("family_name")), code: CodeFileMissingColumn, says: "family_name"},
		{name: "no hashes", header: least, algorithm: password.BCrypt, code: CodeFileMissingColumn, says: ColumnPasswordHash},
		{name: "hash column, no algorithm", header: least + ",password_hash"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := NewDecoder(testPool(t, tt.pool...), strings.Split(tt.header, ","), tt.algorithm, Limits{}, nil)
			if fileCode(t, err) != tt.code || (d == nil) == (err == nil) {
				t.Fatalf("got %v, want the code %q", err, tt.code)
			}
			if err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%q does not say %q", err, tt.says)
			}
		})
	}
}

// documentedCodes returns the codes of a row that doc.go lists.
func documentedCodes(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "# The codes of a row")
	var codes []string
	for line := range strings.Lines(list) {
		if entry, ok := strings.CutPrefix(line, "//\t"); ok && !strings.HasPrefix(entry, " ") {
			head, _, _ := strings.Cut(entry, "  ")
			codes = append(codes, codeWord.FindAllString(head, -1)...)
		}
	}
	if len(codes) < 20 {
		t.Fatalf("doc.go lists only %q", codes)
	}
	return codes
}

var codeWord = regexp.MustCompile(`\b([A-Z][a-z]+){2,}\b|NotUTF8|InvalidMFA`)
