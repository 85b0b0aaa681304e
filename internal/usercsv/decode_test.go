package usercsv

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// testPool is a pool that verifies email addresses, with the test's changes.
func testPool(t testing.TB, change ...func(*userpool.UserPool)) *userpool.UserPool {
	t.Helper()
	one, ten := int64(1), int64(10)
	least, _ := userpool.ParseDecimal("1")
	most, _ := userpool.ParseDecimal("10.5")
	schema, err := userpool.StandardSchema().WithCustom(
		userpool.SchemaAttribute{Name: "team", Type: userpool.String, Bounds: &userpool.Bounds{Min: &one, Max: &ten}},
		userpool.SchemaAttribute{Name: "level", Type: userpool.Number, Mutable: true, Range: &userpool.Range{Min: &least, Max: &most}},
		userpool.SchemaAttribute{Name: "secret", Type: userpool.String, DeveloperOnly: true},
		userpool.SchemaAttribute{Name: "vip", Type: userpool.Boolean},
		userpool.SchemaAttribute{Name: "since", Type: userpool.DateTime},
		userpool.SchemaAttribute{Name: "code", Type: userpool.String, Bounds: &userpool.Bounds{Min: &ten}},
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

func atMost(name string, characters int64) func(*userpool.UserPool) {
	return func(p *userpool.UserPool) {
		p.Schema[p.Schema.Index(name)].Bounds = &userpool.Bounds{Max: &characters}
	}
}

func caseless(p *userpool.UserPool) { p.CaseInsensitive = true }

func factors(names ...string) func(*userpool.UserPool) {
	return func(p *userpool.UserPool) { p.FirstFactors = names }
}

// decodeOne reads a file with a header and one row.
func decodeOne(t testing.TB, p *userpool.UserPool, algorithm, file string) (*userpool.User, *RowError) {
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
	return d.Decode(record)
}

const (
	bcrypt = "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6"
	argon  = `$argon2id$v=19$m=19456\,t=2\,p=1$ko/G5o1ms+ML08P95sQ8DA$AkVbvWSOqz7Hs3qthhWKxicOWnGLN+MBmpwc3emi5VA`
)

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

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

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

// TestDecodeAtOnce decodes one record on several goroutines, for the race detector.
func TestDecodeAtOnce(t *testing.T) {
	header := f("cognito:username", "email", "email_verified")
	d, err := NewDecoder(testPool(t), header, "", Limits{}, nil)
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
