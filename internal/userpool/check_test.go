package userpool

import (
	"errors"
	"strings"
	"testing"
)

// codeOf returns the code of an *Error, and demands that it refuses an argument.
func codeOf(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != InvalidParameter || e.Message == "" {
		t.Fatalf("unexpected error: %#v", err)
	}
	return e.Code
}

func TestCheckUsername(t *testing.T) {
	plain := &UserPool{}
	email := &UserPool{UsernameAttributes: []string{"email"}}
	phone := &UserPool{UsernameAttributes: []string{"phone_number"}}
	either := &UserPool{UsernameAttributes: []string{"email", "phone_number"}}
	emailAlias := &UserPool{AliasAttributes: []string{"email"}}
	phoneAlias := &UserPool{AliasAttributes: []string{"phone_number", "preferred_username"}}
	tests := []struct {
		pool       *UserPool
		name, code string
	}{
		{plain, "jane", ""}, {plain, "日本語", ""}, {plain, "jane@example.com", ""}, {plain, "+14255550100", ""}, {plain, "a", ""},
		{plain, "€uro§£", ""}, {plain, "e\u0301", ""}, {plain, strings.Repeat("é", 128), ""},
		{plain, "", CodeUsernameMissing}, {plain, strings.Repeat("x", 129), CodeUsernameInvalid},
		{plain, "jane doe", CodeUsernameInvalid}, {plain, "jane\t", CodeUsernameInvalid}, {plain, "jane\n", CodeUsernameInvalid},
		{plain, "jane\u00a0doe", CodeUsernameInvalid}, {plain, "\u3000", CodeUsernameInvalid}, {plain, "a\x00", CodeUsernameInvalid},
		{plain, "a\x7f", CodeUsernameInvalid}, {plain, "a\u200b", CodeUsernameInvalid}, {plain, "a\u0085", CodeUsernameInvalid},

		{email, "jane@example.com", ""}, {email, "jane", CodeUsernameNotAlias}, {email, "+14255550100", CodeUsernameNotAlias},
		{phone, "+14255550100", ""}, {phone, "jane@example.com", CodeUsernameNotAlias}, {phone, "14255550100", CodeUsernameNotAlias},
		{either, "jane@example.com", ""}, {either, "+14255550100", ""}, {either, "jane", CodeUsernameNotAlias},

		{emailAlias, "jane", ""}, {emailAlias, "jane@example.com", CodeUsernameIsAlias}, {emailAlias, "jane@", ""}, {emailAlias, "+14255550100", ""},
		{phoneAlias, "jane", ""}, {phoneAlias, "+14255550100", CodeUsernameIsAlias}, {phoneAlias, "jane@example.com", ""},
	}
	for _, tt := range tests {
		if got := codeOf(t, tt.pool.CheckUsername(tt.name)); got != tt.code {
			t.Errorf("%q in %+v: got %q, want %q", tt.name, tt.pool, got, tt.code)
		}
	}
}

func TestUsernameTexts(t *testing.T) {
	tests := []struct {
		pool       UserPool
		name, want string
	}{
		{UserPool{UsernameAttributes: []string{"email"}}, "jane", "Username should be an email."},
		{UserPool{UsernameAttributes: []string{"phone_number"}}, "jane", "Username should be a phone number."},
		{UserPool{UsernameAttributes: []string{"phone_number", "email"}}, "jane", "Username should be either an email or a phone number."},
		{UserPool{AliasAttributes: []string{"email"}}, "a@b.cd", "Username cannot be of email format, since user pool is configured for email alias."},
	}
	for _, tt := range tests {
		if err := tt.pool.CheckUsername(tt.name); err == nil || err.Error() != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

func TestValidEmail(t *testing.T) {
	long := strings.Repeat("d", 60)
	tests := map[string]bool{
		"jane@example.com": true, "a@b.cd": true, "jane.doe+tag@mail.example.co.uk": true, "o'neil@example.com": true,
		"user%host@example.com": true, "jörg@müller.example": true, "日本@例え.jp": true, "a@b-c.example": true, "1@2.3": true,
		strings.Repeat("x", 64) + "@example.com": true,
		"":                                       false, "jane": false, "@": false, "@example.com": false, "jane@": false, "jane@example": false,
		"jane@.com": false, "jane@example.": false, "jane@example..com": false, "jane@-a.com": false, "jane@a-.com": false,
		".jane@example.com": false, "jane.@example.com": false, "ja..ne@example.com": false, "ja ne@example.com": false,
		"jane@exa mple.com": false, "jane@doe@example.com": false, `"jane"@example.com`: false, "jane(x)@example.com": false,
		"jane@[127.0.0.1]": false, "jane@example.com\n": false, "jane\x00@example.com": false, "jane@exam_ple.com": false,
		"jane,doe@example.com": false, "<jane@example.com>": false, "jane@example.com ": false, "jane\u200b@example.com": false,
		strings.Repeat("x", 65) + "@example.com":                                                      false,
		"jane@" + strings.Repeat("d", 64) + ".com":                                                    false,
		"jane@" + strings.Join([]string{long, long, long, long, long}, ".") + ".example.com":          false,
		strings.Repeat("x", 64) + "@" + strings.Join([]string{long, long, long, long[:5]}, ".") + "x": true,
	}
	for s, want := range tests {
		if got := ValidEmail(s); got != want {
			t.Errorf("%q: got %v", s, got)
		}
	}
}

func TestValidPhone(t *testing.T) {
	tests := map[string]bool{
		"+14325551212": true, "+12": true, "+999999999999999": true,
		"": false, "+": false, "+1": false, "14325551212": false, "+0123456": false, "+1234567890123456": false,
		"+1 4325551212": false, "+1-432": false, "++1432": false, "+1432x": false, "+１４": false, " +14325551212": false,
	}
	for s, want := range tests {
		if got := ValidPhone(s); got != want {
			t.Errorf("%q: got %v", s, got)
		}
	}
}

func TestCheckAttribute(t *testing.T) {
	two, four := int64(2), int64(4)
	schema, err := StandardSchema().WithCustom(
		SchemaAttribute{Name: "text", Type: String, Bounds: &Bounds{Min: &two, Max: &four}},
		SchemaAttribute{Name: "open", Type: String},
		SchemaAttribute{Name: "number", Type: Number, Range: values(t, "-4", "4.0")},
		SchemaAttribute{Name: "ratio", Type: Number, Range: values(t, "1e-400", "0.5")},
		SchemaAttribute{Name: "balance", Type: Number, Range: values(t, "-1e300", "99999999999999999999")},
		SchemaAttribute{Name: "free", Type: Number},
		SchemaAttribute{Name: "flag", Type: Boolean},
		SchemaAttribute{Name: "when", Type: DateTime},
		SchemaAttribute{Name: "inside", Type: String, DeveloperOnly: true},
	)
	if err != nil {
		t.Fatal(err)
	}
	p := &UserPool{Schema: schema}
	tests := []struct{ name, value, code string }{
		{"name", "", ""}, {"name", "Jane", ""}, {"name", strings.Repeat("x", 2048), ""}, {"name", strings.Repeat("x", 2049), CodeTooLong},
		{"name", strings.Repeat("é", 1024), ""}, {"name", strings.Repeat("é", 1025), CodeTooLong}, {"name", "a\x00b", CodeInvalidCharacter},
		{"address", "line\nline", ""}, {"shoe", "42", CodeAttributeUnknown}, {"text", "abc", CodeAttributeUnknown},
		{"custom:text", "", ""}, {"custom:text", "ab", ""}, {"custom:text", "éééé", ""}, {"custom:text", "a", CodeTooShort},
		{"custom:text", "é", CodeTooShort}, {"custom:text", "abcde", CodeTooLong}, {"custom:open", "anything", ""},
		{"custom:number", "4", ""}, {"custom:number", "-4", ""}, {"custom:number", "5", CodeTooLarge}, {"custom:number", "-5", CodeTooSmall},
		{"custom:number", "1.5", ""}, {"custom:number", "4e0", ""}, {"custom:number", "4.000000000000000000000001", CodeTooLarge},
		{"custom:number", "1e3", CodeTooLarge}, {"custom:number", "-99999999999999999999", CodeTooSmall}, {"custom:number", "0x4", CodeInvalidNumber},
		{"custom:number", "four", CodeInvalidNumber}, {"custom:number", " 4", CodeInvalidNumber}, {"custom:number", "1,5", CodeInvalidNumber},
		{"custom:ratio", "1e-400", ""}, {"custom:ratio", "1e-401", CodeTooSmall}, {"custom:ratio", "0.50", ""}, {"custom:ratio", "0", CodeTooSmall},
		{"custom:balance", "12.50", ""}, {"custom:balance", "1e20", CodeTooLarge}, {"custom:balance", "99999999999999999999.0", ""},
		{"custom:free", "99999999999999999999999", ""}, {"custom:free", "1e3", ""}, {"custom:free", "1e307", ""}, {"custom:free", "1e308", CodeInvalidNumber},
		{"custom:free", "1e999999999", CodeInvalidNumber}, {"custom:free", "1e-999999999", ""}, {"custom:free", "NaN", CodeInvalidNumber},
		{"updated_at", "1795893446.454", ""}, {"updated_at", "-0.5", CodeTooSmall}, {"custom:when", "1471453471.5", ""},
		{"custom:flag", "true", ""}, {"custom:flag", "false", ""}, {"custom:flag", "TRUE", CodeInvalidBoolean}, {"custom:flag", "1", CodeInvalidBoolean},
		{"custom:when", "2026-11-21T10:00:00Z", ""}, {"custom:when", "2026-11-21", ""}, {"custom:when", "1471453471", ""},
		{"custom:when", "tomorrow", CodeInvalidDateTime}, {"dev:custom:inside", "x", ""}, {"custom:inside", "x", CodeAttributeUnknown},
		{"email", "jane@example.com", ""}, {"email", "jane", CodeInvalidEmail}, {"email_verified", "true", ""}, {"email_verified", "yes", CodeInvalidBoolean},
		{"phone_number", "+14255550100", ""}, {"phone_number", "555", CodeInvalidPhone},
		{"birthdate", "1984-02-29", ""}, {"birthdate", "1985-02-29", CodeInvalidBirthdate}, {"birthdate", "02/29/1984", CodeInvalidBirthdate},
		{"birthdate", "1984-2-29", CodeTooShort}, {"updated_at", "0", ""}, {"updated_at", "1471453471", ""}, {"updated_at", "-1", CodeTooSmall},
	}
	for _, tt := range tests {
		err := p.CheckAttribute(Attribute{Name: tt.name, Value: tt.value})
		if got := codeOf(t, err); got != tt.code {
			t.Errorf("%s = %.20q: got %q, want %q", tt.name, tt.value, got, tt.code)
		}
		if e, ok := errors.AsType[*Error](err); ok {
			if e.Attribute != tt.name {
				t.Errorf("%s: the error is of %s", tt.name, e.Attribute)
			}
			if len(tt.value) > 4 && strings.Contains(e.Message, tt.value) {
				t.Errorf("%s: the message repeats the value: %s", tt.name, e.Message)
			}
		}
	}
}

// TestSchemaTexts: the texts about a length are Cognito's, as clients were seen to
// receive them. A message contains no bound that is longer than the message.
func TestSchemaTexts(t *testing.T) {
	long := strings.Repeat("0", 100_000) + "4"
	schema, err := StandardSchema().WithCustom(
		SchemaAttribute{Name: "text", Type: String, Bounds: bounds(2, 4)},
		SchemaAttribute{Name: "number", Type: Number, Range: values(t, "1.50", "4e1")},
		SchemaAttribute{Name: "long", Type: Number, Range: values(t, long, "")},
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, value, want string }{
		{"birthdate", "1/1/1980", "birthdate: String must be no shorter than 10 characters"},
		{"custom:text", "a", "custom:text: String must be no shorter than 2 characters"},
		{"custom:text", "abcde", "custom:text: String must be no longer than 4 characters"},
		{"custom:number", "1.4", "custom:number: The value must not be less than 1.50"},
		{"custom:number", "41", "custom:number: The value must not be greater than 4e1"},
		{"custom:long", "3", "custom:long: The value must not be less than the attribute's MinValue"},
	} {
		err := (&UserPool{Schema: schema}).CheckAttribute(Attribute{Name: tt.name, Value: tt.value})
		if want := "Attributes did not conform to the schema: " + tt.want; err == nil || err.Error() != want {
			t.Errorf("%s = %s: got %v, want %s", tt.name, tt.value, err, want)
		}
	}
}

func TestCheckRequired(t *testing.T) {
	schema, err := StandardSchema().With([]SchemaAttribute{{Name: "name", Required: true}})
	if err != nil {
		t.Fatal(err)
	}
	p := &UserPool{Schema: schema}
	tests := []struct {
		name       string
		attributes Attributes
		code       string
	}{
		{"all there", Attributes{{"name", "Jane"}}, ""},
		{"none", nil, CodeAttributeMissing},
		{"empty", Attributes{{"name", ""}}, CodeAttributeMissing},
		{"verified email", Attributes{{"name", "Jane"}, {"email", "j@example.com"}, {"email_verified", "true"}}, ""},
		{"verified without email", Attributes{{"name", "Jane"}, {"email_verified", "true"}}, CodeVerifiedNoValue},
		{"not verified without email", Attributes{{"name", "Jane"}, {"email_verified", "false"}}, ""},
		{"verified without phone", Attributes{{"name", "Jane"}, {"phone_number_verified", "true"}}, CodeVerifiedNoValue},
	}
	for _, tt := range tests {
		if got := codeOf(t, p.CheckRequired(tt.attributes)); got != tt.code {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.code)
		}
	}
}

func TestCheckNewUser(t *testing.T) {
	p := &UserPool{Schema: StandardSchema(), UsernameAttributes: []string{"email"}}
	tests := []struct {
		login      string
		attributes Attributes
		code       string
	}{
		{"jane@example.com", Attributes{{"name", "Jane"}}, ""},
		{"jane", nil, CodeUsernameNotAlias},
		{"jane@example.com", Attributes{{"name", "Jane"}, {"shoe", "42"}}, CodeAttributeUnknown},
		{"jane@example.com", Attributes{{"phone_number_verified", "true"}}, CodeVerifiedNoValue},
	}
	for _, tt := range tests {
		if got := codeOf(t, p.CheckNewUser(tt.login, tt.attributes)); got != tt.code {
			t.Errorf("%s %v: got %q, want %q", tt.login, tt.attributes, got, tt.code)
		}
	}
}
