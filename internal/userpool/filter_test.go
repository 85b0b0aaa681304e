package userpool

import (
	"errors"
	"strings"
	"testing"
)

func TestParseFilter(t *testing.T) {
	tests := []struct {
		in   string
		want Filter
	}{
		{``, Filter{}},
		{"  \t ", Filter{}},
		{`email = "jane@example.com"`, Filter{Attribute: "email", Value: "jane@example.com"}},
		{`email="jane@example.com"`, Filter{Attribute: "email", Value: "jane@example.com"}},
		{`email^="jane"`, Filter{Attribute: "email", Value: "jane", Prefix: true}},
		{`  given_name   ^=   "Ja"  `, Filter{Attribute: "given_name", Value: "Ja", Prefix: true}},
		{`"email" = "x"`, Filter{Attribute: "email", Value: "x"}},
		{`"email"^="x"`, Filter{Attribute: "email", Value: "x", Prefix: true}},
		{`name = "Jane \"JD\" Doe"`, Filter{Attribute: "name", Value: `Jane "JD" Doe`}},
		{`name = "a\\"`, Filter{Attribute: "name", Value: `a\`}},
		{`name = "a\nb"`, Filter{Attribute: "name", Value: `a\nb`}},
		{`name = "a = b ^= c"`, Filter{Attribute: "name", Value: "a = b ^= c"}},
		{`name = ""`, Filter{Attribute: "name"}},
		{`name = " x "`, Filter{Attribute: "name", Value: " x "}},
		{`name = "日本"`, Filter{Attribute: "name", Value: "日本"}},
		{`username = "jane"`, Filter{Attribute: "username", Value: "jane"}},
		{`phone_number ^= "+1"`, Filter{Attribute: "phone_number", Value: "+1", Prefix: true}},
		{`preferred_username = "j"`, Filter{Attribute: "preferred_username", Value: "j"}},
		{`family_name = "Doe"`, Filter{Attribute: "family_name", Value: "Doe"}},
		{`cognito:user_status = "confirmed"`, Filter{Attribute: "cognito:user_status", Value: "confirmed"}},
		{`cognito:user_status ^= "RESET"`, Filter{Attribute: "cognito:user_status", Value: "RESET", Prefix: true}},
		{`status = "Enabled"`, Filter{Attribute: "status", Value: "Enabled"}},
		{`status = "Disabled"`, Filter{Attribute: "status", Value: "Disabled"}},
		{`sub = "f4f81428"`, Filter{Attribute: "sub", Value: "f4f81428"}},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			got, err := ParseFilter(tt.in)
			if err != nil || got != tt.want {
				t.Fatalf("got %+v, %v, want %+v", got, err, tt.want)
			}
			again, err := ParseFilter(got.String())
			if err != nil || again != got {
				t.Errorf("%s is read as %+v, %v", got, again, err)
			}
		})
	}
}

func TestParseFilterRefuses(t *testing.T) {
	const parsing = "Error while parsing filter."
	tests := []struct{ in, detail string }{
		{`email`, "= or ^= is missing"},
		{`email "x"`, "= or ^= is missing"},
		{`email ^ "x"`, "= or ^= is missing"},
		{`email ^ = "x"`, "= or ^= is missing"},
		{`= "x"`, "the attribute is missing"},
		{`"" = "x"`, "the attribute is missing"},
		{`"email = x`, "the attribute's closing quotation mark is missing"},
		{`nonsense`, "= or ^= is missing"},
		{`custom:x = y`, "the value must be in quotation marks"},
		{`email = x`, "the value must be in quotation marks (at character 9 of the filter)"},
		{`email = 'x'`, "the value must be in quotation marks"},
		{`email =`, "the value must be in quotation marks (at character 8 of the filter)"},
		{`email == "x"`, "the value must be in quotation marks"},
		{`email = "x`, "the value's closing quotation mark is missing"},
		{`email = "`, "the value's closing quotation mark is missing"},
		{`email = "x\"`, "the value's closing quotation mark is missing"},
		{`email = "a"b"`, "something follows the value"},
		{`name = "日"本"`, "something follows the value; a quotation mark inside it is written \\\" (at character 11 of the filter)"},
		{`email = "a" and name = "b"`, "something follows the value"},
		{"name = \"a\x00\"", "the value holds a NUL character"},
		{`status = "enabled"`, "status can only be"},
		{`status = ""`, "status can only be"},
		{`status ^= "Enabled"`, "status can only be"},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			f, err := ParseFilter(tt.in)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Kind != InvalidParameter || e.Message != parsing || !strings.HasPrefix(e.Detail, tt.detail) || !strings.HasSuffix(e.Detail, " of the filter)") {
				t.Errorf("got %+v, want InvalidParameter %q, detail %q", err, parsing, tt.detail)
			}
			if f != (Filter{}) {
				t.Errorf("a refused filter selects %+v", f)
			}
		})
	}
}

func TestParseFilterRefusesAttribute(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`custom:x = "y"`, "Invalid search attribute: custom:x"},
		{`Email = "y"`, "Invalid search attribute: Email"},
		{`given name = "y"`, "Invalid search attribute: given name"},
		{`"locale" = "y"`, "Invalid search attribute: locale"},
	} {
		if f, err := ParseFilter(tt.in); KindOf(err) != InvalidParameter || err == nil || err.Error() != tt.want || f != (Filter{}) {
			t.Errorf("%s: got %v, %+v, want InvalidParameter %q", tt.in, err, f, tt.want)
		}
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, s := range []string{``, `email = "x"`, `"name" ^= "a\"b\\"`, `status = "Enabled"`, `sub`, `name = "a"b"`, "\xff=\"\x00\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		filter, err := ParseFilter(s)
		if err != nil {
			if KindOf(err) != InvalidParameter {
				t.Fatalf("%q: unexpected error %v", s, err)
			}
			return
		}
		if again, err := ParseFilter(filter.String()); err != nil || again != filter {
			t.Errorf("%q is %+v, but its text %s is %+v, %v", s, filter, filter, again, err)
		}
	})
}
