package userpool

import (
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
	const parsing = "Error while parsing filter: "
	tests := []struct{ in, want string }{
		{`email`, parsing + "= or ^= is missing"},
		{`email "x"`, parsing + "= or ^= is missing"},
		{`email ^ "x"`, parsing + "= or ^= is missing"},
		{`email ^ = "x"`, parsing + "= or ^= is missing"},
		{`= "x"`, parsing + "the attribute is missing"},
		{`"" = "x"`, parsing + "the attribute is missing"},
		{`"email = x`, parsing + "the attribute's closing quotation mark is missing"},
		{`email = x`, parsing + "the value must be in quotation marks (at character 9)"},
		{`email = 'x'`, parsing + "the value must be in quotation marks"},
		{`email =`, parsing + "the value must be in quotation marks (at character 8)"},
		{`email == "x"`, parsing + "the value must be in quotation marks"},
		{`email = "x`, parsing + "the value's closing quotation mark is missing"},
		{`email = "`, parsing + "the value's closing quotation mark is missing"},
		{`email = "x\"`, parsing + "the value's closing quotation mark is missing"},
		{`email = "a"b"`, parsing + "something follows the value"},
		{`name = "日"本"`, parsing + "something follows the value; a quotation mark inside it is written \\\" (at character 11)"},
		{`email = "a" and name = "b"`, parsing + "something follows the value"},
		{"name = \"a\x00\"", parsing + "the value holds a NUL character"},
		{`status = "enabled"`, parsing + "status can only be"},
		{`status = ""`, parsing + "status can only be"},
		{`status ^= "Enabled"`, parsing + "status can only be"},
		{`custom:x = "y"`, "Invalid search attribute: custom:x"},
		{`Email = "y"`, "Invalid search attribute: Email"},
		{`given name = "y"`, "Invalid search attribute: given name"},
		{`"locale" = "y"`, "Invalid search attribute: locale"},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			f, err := ParseFilter(tt.in)
			if KindOf(err) != InvalidParameter || err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want InvalidParameter %q", err, tt.want)
			}
			if f != (Filter{}) {
				t.Errorf("a refused filter selects %+v", f)
			}
		})
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
