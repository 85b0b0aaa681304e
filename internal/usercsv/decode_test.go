package usercsv

import (
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// testPool is a pool that verifies email addresses, changed as the test asks.
func testPool(t testing.TB, change ...func(*userpool.UserPool)) *userpool.UserPool {
	t.Helper()
	one, ten := int64(1), int64(10)
	schema, err := userpool.StandardSchema().WithCustom(
		userpool.SchemaAttribute{Name: "team", Bounds: &userpool.Bounds{Min: &one, Max: &ten}},
		userpool.SchemaAttribute{Name: "level", Type: userpool.Number, Mutable: true, Bounds: &userpool.Bounds{Min: &one, Max: &ten}},
		userpool.SchemaAttribute{Name: "secret", DeveloperOnly: true},
		userpool.SchemaAttribute{Name: "vip", Type: userpool.Boolean},
		userpool.SchemaAttribute{Name: "since", Type: userpool.DateTime},
		userpool.SchemaAttribute{Name: "code", Bounds: &userpool.Bounds{Min: &ten}},
	)
	if err != nil {
		t.Fatal(err)
	}
	p := &userpool.UserPool{
		ID: "us-east-1_AbCdEfGhI", Schema: schema, AutoVerified: []string{"email"},
		FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOff,
	}
	for _, c := range change {
		c(p)
	}
	return p
}

func mfa(m userpool.MFA) func(*userpool.UserPool) { return func(p *userpool.UserPool) { p.MFA = m } }

func verifies(names ...string) func(*userpool.UserPool) {
	return func(p *userpool.UserPool) { p.AutoVerified = names }
}

func namedBy(names ...string) func(*userpool.UserPool) {
	return func(p *userpool.UserPool) { p.UsernameAttributes = names }
}

func aliases(names ...string) func(*userpool.UserPool) {
	return func(p *userpool.UserPool) { p.AliasAttributes = names }
}

func requires(names ...string) func(*userpool.UserPool) {
	return func(p *userpool.UserPool) {
		for _, n := range names {
			p.Schema[p.Schema.Index(n)].Required = true
		}
	}
}

func caseless(p *userpool.UserPool) { p.CaseInsensitive = true }

func factors(names ...string) func(*userpool.UserPool) {
	return func(p *userpool.UserPool) { p.FirstFactors = names }
}

// decodeOne reads a file of a header and one row.
func decodeOne(t testing.TB, p *userpool.UserPool, algorithm, file string) (*userpool.User, *RowError) {
	t.Helper()
	r := NewReader(strings.NewReader(file), Position{}, Limits{})
	header, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDecoder(p, header, algorithm)
	if err != nil {
		t.Fatal(err)
	}
	record, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	return d.Decode(record)
}

const (
	bcrypt = "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6"
	argon  = `$argon2id$v=19$m=19456\,t=2\,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA`
)

// TestDecodeRefuses has a case for every code that a row can fail with.
func TestDecodeRefuses(t *testing.T) {
	const base = "cognito:username,email,email_verified"
	long := strings.Repeat("x", 2049)
	tests := []struct {
		name, algorithm, file string
		pool                  []func(*userpool.UserPool)
		code, column          string
	}{
		{name: "too few values", file: base + "\njane,j@example.com", code: CodeFieldCount},
		{name: "too many values", file: base + "\njane,j@example.com,true,x", code: CodeFieldCount},
		{name: "comma not escaped", file: base + ",address\njane,j@example.com,true,1 Main St, Springfield", code: CodeFieldCount},
		{name: "not UTF-8", file: base + "\njane\xff,j@example.com,true", code: CodeEncoding},
		{name: "too long", file: base + "\n" + strings.Repeat("x", 16_001) + ",,", code: CodeRowTooLong},
		{name: "quote open", file: base + "\n\"jane,j@example.com,true", code: CodeQuote},
		{name: "text after quote", file: base + "\n\"jane\"x,j@example.com,true", code: CodeStrayQuote},

		{name: "no username", file: base + "\n,j@example.com,true", code: userpool.CodeUsernameMissing, column: ColumnUsername},
		{name: "blank username", file: base + "\n  ,j@example.com,true", code: userpool.CodeUsernameMissing, column: ColumnUsername},
		{name: "empty row", file: base + "\n,,", code: userpool.CodeUsernameMissing, column: ColumnUsername},
		{name: "space in username", file: base + "\njane doe,j@example.com,true", code: userpool.CodeUsernameInvalid, column: ColumnUsername},
		{name: "tab in username", file: base + "\njane\tdoe,j@example.com,true", code: userpool.CodeUsernameInvalid, column: ColumnUsername},
		{name: "NUL in username", file: base + "\njane\x00,j@example.com,true", code: userpool.CodeUsernameInvalid, column: ColumnUsername},
		{name: "long username", file: base + "\n" + strings.Repeat("é", 129) + ",j@example.com,true", code: userpool.CodeUsernameInvalid, column: ColumnUsername},
		{name: "username no email", file: base + "\njane,j@example.com,true", pool: opts(namedBy("email")), code: userpool.CodeUsernameNotAlias, column: ColumnUsername},
		{name: "username no phone", file: base + "\nj@example.com,j@example.com,true", pool: opts(namedBy("phone_number")), code: userpool.CodeUsernameNotAlias, column: ColumnUsername},
		{name: "username is an alias", file: base + "\nj@example.com,j@example.com,true", pool: opts(aliases("email")), code: userpool.CodeUsernameIsAlias, column: ColumnUsername},
		{name: "username is a phone alias", file: base + "\n+14255550100,j@example.com,true", pool: opts(aliases("phone_number")), code: userpool.CodeUsernameIsAlias, column: ColumnUsername},
		{name: "another email", file: base + "\nj@example.com,k@example.com,true", pool: opts(namedBy("email")), code: CodeUsernameMismatch, column: "email"},
		{name: "email in another case", file: base + "\nj@example.com,J@example.com,true", pool: opts(namedBy("email")), code: CodeUsernameMismatch, column: "email"},

		{name: "flag no boolean", file: base + "\njane,j@example.com,yes", code: userpool.CodeInvalidBoolean, column: "email_verified"},
		{name: "flag a number", file: base + "\njane,j@example.com,1", code: userpool.CodeInvalidBoolean, column: "email_verified"},
		{name: "custom boolean", file: base + ",custom:vip\njane,j@example.com,true,no", code: userpool.CodeInvalidBoolean, column: "custom:vip"},
		{name: "MFA no boolean", file: base + ",cognito:mfa_enabled\njane,j@example.com,true,on", code: userpool.CodeInvalidBoolean, column: ColumnMFA},
		{name: "MFA true but off", file: base + ",cognito:mfa_enabled\njane,j@example.com,true,TRUE", code: CodeMFA, column: ColumnMFA},
		{name: "MFA false but on", file: base + ",cognito:mfa_enabled\njane,j@example.com,true,FALSE", pool: opts(mfa(userpool.MFAOn)), code: CodeMFA, column: ColumnMFA},
		{name: "birthdate as kept", file: base + ",birthdate\njane,j@example.com,true,1985-02-01", code: userpool.CodeInvalidBirthdate, column: "birthdate"},
		{name: "birthdate short", file: base + ",birthdate\njane,j@example.com,true,2/1/1985", code: userpool.CodeInvalidBirthdate, column: "birthdate"},
		{name: "birthdate European", file: base + ",birthdate\njane,j@example.com,true,31/12/1985", code: userpool.CodeInvalidBirthdate, column: "birthdate"},
		{name: "birthdate in no leap year", file: base + ",birthdate\njane,j@example.com,true,02/29/1985", code: userpool.CodeInvalidBirthdate, column: "birthdate"},
		{name: "phone with dashes", file: base + ",phone_number\njane,j@example.com,true,+1-425-555-0100", code: userpool.CodeInvalidPhone, column: "phone_number"},
		{name: "phone without plus", file: base + ",phone_number\njane,j@example.com,true,14255550100", code: userpool.CodeInvalidPhone, column: "phone_number"},
		{name: "email", file: base + "\njane,example.com,true", code: userpool.CodeInvalidEmail, column: "email"},
		{name: "updated_at a date", file: base + ",updated_at\njane,j@example.com,true,2016-08-17", code: userpool.CodeInvalidNumber, column: "updated_at"},
		{name: "updated_at negative", file: base + ",updated_at\njane,j@example.com,true,-1", code: userpool.CodeTooSmall, column: "updated_at"},
		{name: "updated_at with fraction", file: base + ",updated_at\njane,j@example.com,true,1471453471.5", code: userpool.CodeInvalidNumber, column: "updated_at"},
		{name: "number too large", file: base + ",custom:level\njane,j@example.com,true,11", code: userpool.CodeTooLarge, column: "custom:level"},
		{name: "date and time", file: base + ",custom:since\njane,j@example.com,true,yesterday", code: userpool.CodeInvalidDateTime, column: "custom:since"},
		{name: "too long for the schema", file: base + ",custom:team\njane,j@example.com,true,elevenchars", code: userpool.CodeTooLong, column: "custom:team"},
		{name: "too short for the schema", file: base + ",custom:code\njane,j@example.com,true,short", code: userpool.CodeTooShort, column: "custom:code"},
		{name: "too long for any", file: base + ",name\njane,j@example.com,true," + long, code: userpool.CodeTooLong, column: "name"},
		{name: "NUL in a value", file: base + ",name\njane,j@example.com,true,a\x00b", code: userpool.CodeInvalidCharacter, column: "name"},

		{name: "nothing verified", file: base + "\njane,j@example.com,false", code: CodeNoVerified, column: "email_verified"},
		{name: "flag blank", file: base + "\njane,j@example.com,", code: CodeNoVerified, column: "email_verified"},
		{name: "the wrong one verified", file: base + ",phone_number,phone_number_verified\njane,j@example.com,false,+14255550100,true", code: CodeNoVerified, column: "email_verified"},
		{name: "none of two verified", file: base + ",phone_number,phone_number_verified\njane,j@example.com,false,+14255550100,false", pool: opts(verifies("phone_number", "email")), code: CodeNoVerified, column: "phone_number_verified"},
		{name: "verified without email", file: base + "\njane,,true", code: userpool.CodeVerifiedNoValue, column: "email"},
		{name: "verified without phone", file: base + ",phone_number_verified\njane,j@example.com,true,true", code: userpool.CodeVerifiedNoValue, column: "phone_number"},
		{name: "required", file: base + ",name\njane,j@example.com,true,", pool: opts(requires("name")), code: userpool.CodeAttributeMissing, column: "name"},

		{name: "hash", algorithm: password.BCrypt, file: base + ",password_hash\njane,j@example.com,true," + bcrypt + "x", code: CodePasswordHash, column: ColumnPasswordHash},
		{name: "hash of another algorithm", algorithm: password.SCrypt, file: base + ",password_hash\njane,j@example.com,true," + bcrypt, code: CodePasswordHash, column: ColumnPasswordHash},
		{name: "hash too dear", algorithm: password.BCrypt, file: base + ",password_hash\njane,j@example.com,true," + strings.Replace(bcrypt, "$10$", "$14$", 1), code: CodePasswordHash, column: ColumnPasswordHash},
		{name: "hash with commas", algorithm: password.Argon2id, file: base + ",password_hash\njane,j@example.com,true," + strings.ReplaceAll(argon, `\`, ""), code: CodeFieldCount},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		seen[tt.code] = true
		t.Run(tt.name, func(t *testing.T) {
			u, problem := decodeOne(t, testPool(t, tt.pool...), tt.algorithm, tt.file)
			if problem == nil {
				t.Fatalf("the row is accepted: %+v", u)
			}
			if u != nil || problem.Code != tt.code || problem.Column != tt.column || problem.Line != 2 {
				t.Errorf("got %+v, want %s of %q", problem, tt.code, tt.column)
			}
			if problem.Reason == "" || problem.Error() != problem.Reason {
				t.Errorf("reason %q, error %q", problem.Reason, problem)
			}
			checkDiscreet(t, problem, tt.file)
		})
	}
	checkCodes(t, seen)
}

func opts(o ...func(*userpool.UserPool)) []func(*userpool.UserPool) { return o }

// checkDiscreet demands that the reason holds no value of the row.
func checkDiscreet(t *testing.T, problem *RowError, file string) {
	t.Helper()
	_, row, _ := strings.Cut(file, "\n")
	for _, value := range append(strings.Split(row, ","), row) {
		known := strings.Contains("true TRUE false FALSE no on jane doe,yes,1", value) // words and column names
		if value = strings.TrimSpace(value); len(value) > 1 && !known && strings.Contains(problem.Reason, value) {
			t.Errorf("the reason %q holds the value %q", problem.Reason, value)
		}
	}
}

// checkCodes holds the package's documentation to the codes that rows fail
// with, and the test to the documentation.
func checkCodes(t *testing.T, seen map[string]bool) {
	t.Helper()
	documented := map[string]bool{}
	for _, code := range documentedCodes(t) {
		documented[code] = true
		if !seen[code] {
			t.Errorf("no row fails with the code %s", code)
		}
	}
	for code := range seen {
		if !documented[code] {
			t.Errorf("doc.go does not list the code %s", code)
		}
	}
}

const guideText = "The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true)."

func TestNoVerifiedText(t *testing.T) {
	_, problem := decodeOne(t, testPool(t), "", "cognito:username,email,email_verified\njane,j@example.com,FALSE")
	if problem == nil || problem.Reason != guideText {
		t.Errorf("got %v", problem)
	}
}

func TestDecodeGolden(t *testing.T) {
	file := "password_hash,custom:team,dev:custom:secret,custom:vip,custom:since,cognito:mfa_enabled,updated_at,birthdate,address,phone_number,phone_number_verified,email_verified,email,name,cognito:username\n" +
		argon + `, red ,s3,TRUE,2026-11-21,True,1471453471,02/29/1984,"1 Main St, Springfield",+14255550100,,TRUE,jane@example.com,Doe\, Jane,jane`
	u, problem := decodeOne(t, testPool(t, mfa(userpool.MFAOptional)), password.Argon2id, file)
	if problem != nil {
		t.Fatal(problem)
	}
	want := userpool.Attributes{
		{Name: "name", Value: "Doe, Jane"}, {Name: "email", Value: "jane@example.com"}, {Name: "email_verified", Value: "true"},
		{Name: "birthdate", Value: "1984-02-29"}, {Name: "phone_number", Value: "+14255550100"}, {Name: "phone_number_verified", Value: "false"},
		{Name: "address", Value: "1 Main St, Springfield"}, {Name: "updated_at", Value: "1471453471"}, {Name: "custom:team", Value: "red"},
		{Name: "dev:custom:secret", Value: "s3"}, {Name: "custom:vip", Value: "true"}, {Name: "custom:since", Value: "2026-11-21"},
	}
	if !slices.Equal(u.Attributes, want) {
		t.Errorf("attributes %+v\nwant       %+v", u.Attributes, want)
	}
	if u.PoolID != "us-east-1_AbCdEfGhI" || u.Username != "jane" || !u.Enabled || !u.SMSMFA || u.Status != userpool.Confirmed ||
		!u.Created.IsZero() || !u.Modified.IsZero() {
		t.Errorf("user %+v", u)
	}
	if c := u.Credential; c.Scheme != password.Argon2id || c.Secret != strings.ReplaceAll(argon, `\`, "") || !c.Expires.Equal(time.Time{}) {
		t.Errorf("credential %+v", c)
	}
	if !uuidForm.MatchString(u.Sub) {
		t.Errorf("sub %s", u.Sub)
	}
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestFlags(t *testing.T) {
	tests := []struct {
		name, file string
		want       userpool.Attributes
	}{
		{"no phone columns", "cognito:username,email,email_verified\nj,j@example.com,TRUE",
			userpool.Attributes{{Name: "email", Value: "j@example.com"}, {Name: "email_verified", Value: "true"}}},
		{"blank flag is false", "cognito:username,email,email_verified,phone_number_verified\nj,j@example.com,true,",
			userpool.Attributes{{Name: "email", Value: "j@example.com"}, {Name: "email_verified", Value: "true"}, {Name: "phone_number_verified", Value: "false"}}},
		{"false without a phone", "cognito:username,email,email_verified,phone_number,phone_number_verified\nj,j@example.com,tRuE,,FALSE",
			userpool.Attributes{{Name: "email", Value: "j@example.com"}, {Name: "email_verified", Value: "true"}, {Name: "phone_number_verified", Value: "false"}}},
		{"blank custom boolean is none", "cognito:username,email,email_verified,custom:vip\nj,j@example.com,true,",
			userpool.Attributes{{Name: "email", Value: "j@example.com"}, {Name: "email_verified", Value: "true"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, problem := decodeOne(t, testPool(t), "", tt.file)
			if problem != nil || !slices.Equal(u.Attributes, tt.want) {
				t.Errorf("got %+v, %v, want %+v", u, problem, tt.want)
			}
		})
	}
}

func TestSecondFactor(t *testing.T) {
	tests := []struct {
		mfa   userpool.MFA
		value string
		want  bool
	}{
		{userpool.MFAOff, "", false}, {userpool.MFAOff, "FALSE", false}, {"", "", false}, {"", "false", false},
		{userpool.MFAOn, "", true}, {userpool.MFAOn, "TRUE", true},
		{userpool.MFAOptional, "", false}, {userpool.MFAOptional, "true", true}, {userpool.MFAOptional, "false", false},
	}
	for _, tt := range tests {
		u, problem := decodeOne(t, testPool(t, mfa(tt.mfa)), "", "cognito:username,email,email_verified,cognito:mfa_enabled\nj,j@example.com,true,"+tt.value)
		if problem != nil || u.SMSMFA != tt.want {
			t.Errorf("%q in a pool with %q: got %+v, %v", tt.value, tt.mfa, u, problem)
		}
	}
	if u, problem := decodeOne(t, testPool(t, mfa(userpool.MFAOn)), "", "cognito:username,email,email_verified\nj,j@example.com,true"); problem != nil || !u.SMSMFA {
		t.Errorf("no column in a pool with ON: got %+v, %v", u, problem)
	}
}

func TestVerifiedRule(t *testing.T) {
	const header = "cognito:username,email,email_verified,phone_number,phone_number_verified\n"
	both := verifies("email", "phone_number")
	tests := []struct {
		name, row string
		pool      func(*userpool.UserPool)
		ok        bool
	}{
		{"one of two", "j,j@example.com,true,,", both, true},
		{"the other of two", "j,,,+14255550100,true", both, true},
		{"both of two", "j,j@example.com,true,+14255550100,true", both, true},
		{"none of two", "j,j@example.com,,+14255550100,false", both, false},
		{"the only one", "j,j@example.com,true,,", verifies("email"), true},
		{"not the only one", "j,j@example.com,false,+14255550100,true", verifies("email"), false},
		{"the pool verifies none", "j,,,,", verifies(), true},
	}
	for _, tt := range tests {
		_, problem := decodeOne(t, testPool(t, tt.pool), "", header+tt.row)
		if (problem == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, problem)
		}
	}
}

func TestStatus(t *testing.T) {
	const header = "cognito:username,email,email_verified,phone_number,password_hash\n"
	email, sms := factors(userpool.FactorPassword, userpool.FactorEmailOTP), factors(userpool.FactorSMSOTP)
	tests := []struct {
		name, row string
		pool      func(*userpool.UserPool)
		want      userpool.UserStatus
		scheme    string
	}{
		{"hash", "j,j@example.com,true,," + bcrypt, factors(userpool.FactorPassword), userpool.Confirmed, password.BCrypt},
		{"no hash", "j,j@example.com,true,,", factors(userpool.FactorPassword), userpool.ResetRequired, ""},
		{"email code", "j,j@example.com,true,,", email, userpool.Confirmed, ""},
		{"email code and hash", "j,j@example.com,true,," + bcrypt, email, userpool.Confirmed, password.BCrypt},
		{"text message code", "j,j@example.com,true,+14255550100,", sms, userpool.Confirmed, ""},
		{"text message code without phone", "j,j@example.com,true,,", sms, userpool.ResetRequired, ""},
	}
	for _, tt := range tests {
		u, problem := decodeOne(t, testPool(t, tt.pool), password.BCrypt, header+tt.row)
		if problem != nil || u.Status != tt.want || u.Credential.Scheme != tt.scheme || (u.Credential.Secret == bcrypt) != (tt.scheme != "") {
			t.Errorf("%s: got %+v, %v", tt.name, u, problem)
		}
	}
}

func TestUsernameAttributes(t *testing.T) {
	const full = "cognito:username,email,email_verified,phone_number,phone_number_verified\n"
	both := opts(namedBy("email", "phone_number"), verifies("email", "phone_number"))
	tests := []struct {
		name, file   string
		pool         []func(*userpool.UserPool)
		email, phone string
	}{
		{"in both columns", full + "j@example.com,j@example.com,true,,", opts(namedBy("email")), "j@example.com", ""},
		{"in one column", full + "j@example.com,,true,,", opts(namedBy("email")), "j@example.com", ""},
		{"no such column", "cognito:username,email_verified\nj@example.com,true", opts(namedBy("email")), "j@example.com", ""},
		{"required without a column", "cognito:username,email_verified\nj@example.com,true", opts(namedBy("email"), requires("email")), "j@example.com", ""},
		{"another case", full + "j@example.com,J@Example.com,true,,", opts(namedBy("email"), caseless), "J@Example.com", ""},
		{"email of two", full + "j@example.com,,true,+14255550100,", both, "j@example.com", "+14255550100"},
		{"phone of two", full + "+14255550100,,,,true", both, "", "+14255550100"},
		{"phone of two beside an email", full + "+14255550100,j@example.com,true,,", both, "j@example.com", "+14255550100"},
		{"phone without a column", "cognito:username,email,email_verified\n+14255550100,j@example.com,true", both, "j@example.com", "+14255550100"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := testPool(t, tt.pool...)
			u, problem := decodeOne(t, p, "", tt.file)
			if problem != nil {
				t.Fatal(problem)
			}
			if u.Username != u.Sub || !uuidForm.MatchString(u.Sub) {
				t.Errorf("username %s, sub %s", u.Username, u.Sub)
			}
			if u.Attributes.Get("email") != tt.email || u.Attributes.Get("phone_number") != tt.phone {
				t.Errorf("attributes %+v", u.Attributes)
			}
			checkOrder(t, p, u.Attributes)
		})
	}
}

func checkOrder(t testing.TB, p *userpool.UserPool, a userpool.Attributes) {
	t.Helper()
	for i := 1; i < len(a); i++ {
		if p.Schema.Index(a[i-1].Name) >= p.Schema.Index(a[i].Name) {
			t.Errorf("attributes are not in the schema's order: %+v", a)
		}
	}
}

func TestAliasPoolKeepsUsername(t *testing.T) {
	u, problem := decodeOne(t, testPool(t, aliases("email", "preferred_username")), "",
		"cognito:username,preferred_username,email,email_verified\njane,jd,j@example.com,true")
	if problem != nil || u.Username != "jane" || u.Attributes.Get("preferred_username") != "jd" {
		t.Errorf("got %+v, %v", u, problem)
	}
}

// TestDecodeAtOnce decodes one record on several goroutines: for the race
// detector.
func TestDecodeAtOnce(t *testing.T) {
	header := f("cognito:username", "email", "email_verified")
	d, err := NewDecoder(testPool(t), header, "")
	if err != nil {
		t.Fatal(err)
	}
	records := []Record{
		{Line: 2, Fields: f("jane", "j@example.com", "true")}, {Line: 3, Fields: f("jane")},
		{Line: 4, Err: &RowError{Line: 4, Code: CodeQuote, Reason: "x"}},
	}
	var work sync.WaitGroup
	var mu sync.Mutex
	subs := map[string]bool{}
	for range 8 {
		work.Go(func() {
			for range 100 {
				for _, r := range records {
					if u, _ := d.Decode(r); u != nil {
						mu.Lock()
						subs[u.Sub] = true
						mu.Unlock()
					}
				}
			}
		})
	}
	work.Wait()
	if len(subs) != 800 {
		t.Errorf("800 users have %d subs", len(subs))
	}
}

// FuzzDecode holds that no row of any file makes the decoder panic, and that
// users which it makes keep the pool's rules.
func FuzzDecode(fz *testing.F) {
	head := strings.Join(append(Header(testPool(fz)), ColumnPasswordHash), ",") + "\n"
	fz.Add(head+strings.Repeat(",", 9)+"j@example.com,true,,02/01/1985,,,,,,,,jane,,,,,,"+bcrypt, uint8(0))
	fz.Add("cognito:username,email,email_verified,custom:level\njane,j@example.com,TRUE,5\n", uint8(1))
	fz.Add("cognito:username,email_verified,password_hash\nj@example.com,TRUE,"+bcrypt+"\n", uint8(2))
	fz.Add("\"cognito:username\",\"email_verified\",\"email\"\n\"a\nb\",true,x@y.z\n", uint8(3))
	fz.Fuzz(func(t *testing.T, file string, kind uint8) {
		p := testPool(t, [][]func(*userpool.UserPool){
			nil, opts(mfa(userpool.MFAOn), requires("name")), opts(namedBy("email", "phone_number"), caseless),
			opts(aliases("email"), verifies("email", "phone_number"), factors(userpool.FactorEmailOTP)),
		}[kind%4]...)
		algorithm := []string{"", password.BCrypt, password.Argon2id}[kind/4%3]
		r := NewReader(strings.NewReader(file), Position{}, Limits{})
		header, err := r.Header()
		if fileCode(t, err) != "" {
			return
		}
		d, err := NewDecoder(p, header, algorithm)
		if fileCode(t, err) != "" {
			return
		}
		for {
			record, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkDecoded(t, p, d, record)
		}
	})
}

func checkDecoded(t *testing.T, p *userpool.UserPool, d *Decoder, record Record) {
	u, problem := d.Decode(record)
	if (u == nil) == (problem == nil) {
		t.Fatalf("user %+v and problem %+v", u, problem)
	}
	if problem != nil {
		if problem.Line != record.Line || problem.Code == "" || problem.Code == "InternalError" || problem.Reason == "" {
			t.Errorf("problem %+v", problem)
		}
		return
	}
	if err := p.CheckNewUser(record.Fields[d.username], u.Attributes); err != nil {
		t.Errorf("the user breaks a rule: %v", err)
	}
	checkOrder(t, p, u.Attributes)
	if !slices.ContainsFunc(p.AutoVerified, u.Verified) {
		t.Error("the user has no verified attribute")
	}
	if u.Credential.Secret != "" && u.Status != userpool.Confirmed {
		t.Errorf("a user with a hash is %s", u.Status)
	}
}
