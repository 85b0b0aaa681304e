package usercsv

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

func mapKeys(m map[string]string) iter.Seq[string] { return maps.Keys(m) }

// numbers adds an attribute without bounds of type Number.
func numbers(p *userpool.UserPool) {
	schema, err := p.Schema.WithCustom(userpool.SchemaAttribute{Name: "count", Type: userpool.Number})
	if err != nil {
		panic(err)
	}
	p.Schema = schema
}

// below bounds a number.
func below(name, most string) func(*userpool.UserPool) {
	return func(p *userpool.UserPool) {
		max, _ := userpool.ParseDecimal(most)
		p.Schema[p.Schema.Index(name)].Range = &userpool.Range{Max: &max}
	}
}

// TestFindings: all that is wrong with a row is reported, in the order of the rules,
// without problems that only follow from others.
func TestFindings(t *testing.T) {
	tests := []struct {
		name, algorithm, file string
		pool                  []func(*userpool.UserPool)
		want                  string // columns with their numbers, and codes
	}{
		{name: "none", file: "cognito:username,email,email_verified\njane,j@example.com,true"},
		{name: "many", file: "birthdate,email_verified,cognito:username,phone_number,custom:level,poolhouse:external_id,email,password_hash,cognito:mfa_enabled\n" +
			"x,yes,jane doe,y,z,a\x01,j.example.com,h,perhaps", algorithm: password.BCrypt,
			want: "3 UsernameInvalid, 7 InvalidEmail, 2 InvalidBoolean, 1 InvalidBirthdate, 4 InvalidPhoneNumber, 5 InvalidNumber, 9 InvalidBoolean, " +
				"8 InvalidPasswordHash, 6 ExternalIdInvalid"},
		{name: "missing, all", file: "cognito:username,email,email_verified,name,gender\njane,,true,,", pool: opts(requires("name", "gender")),
			want: "4 AttributeMissing, 5 AttributeMissing, 2 VerifiedWithoutValue"},
		{name: "not verified, missing, MFA", file: "cognito:username,email_verified,name,cognito:mfa_enabled,phone_number_verified\njane,false,,true,true", pool: opts(requires("name")),
			want: "4 InvalidMFA, 2 NoVerifiedAttribute, 3 AttributeMissing, 5 VerifiedWithoutValue"},
		{name: "wrong is not missing", file: "cognito:username,email,email_verified\njane,x,true", pool: opts(requires("email")), want: "2 InvalidEmail"},
		{name: "no flag is not false", file: "cognito:username,email,email_verified\njane,x@example.com,x", want: "3 InvalidBoolean"},
		{name: "username for its attribute", file: "cognito:username,email_verified\njane,true", pool: opts(namedBy("email"), requires("email")), want: "1 UsernameNotEmailOrPhone"},
		{name: "two addresses", file: "cognito:username,email,email_verified,name\nj@example.com,k@example.com,true,", pool: opts(namedBy("email"), requires("name")),
			want: "2 UsernameNotTheAttribute, 4 AttributeMissing"},
		{name: "values", file: "cognito:username,email_verified\njane,true,x", want: "0 WrongNumberOfValues"},
		{name: "split", file: "cognito:username,email_verified\n\"jane,true", want: "0 QuoteNotClosed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, found := range findingsOf(t, testPool(t, tt.pool...), tt.algorithm, tt.file) {
				got = append(got, string(rune('0'+found.Number))+" "+found.Code)
				if found.Line != 2 || found.Advice != Advice(found.Column, found.Code, found.Flaw) || found.Reason == "" {
					t.Errorf("%+v", found)
				}
			}
			if got := strings.Join(got, ", "); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestSettings: with the setting that is named, the row passes.
func TestSettings(t *testing.T) {
	const base = "cognito:username,email,email_verified"
	tests := []struct {
		file         string
		pool, passes []func(*userpool.UserPool)
		want         string
	}{
		{base + ",custom:team\njane,j@example.com,true,elevenchars", nil, opts(atMost("custom:team", 11)),
			"StringAttributeConstraints.MaxLength of custom:team in the user pool's Schema is 10 and would have to be greater. It cannot be changed after the attribute was added to the user pool."},
		{base + ",name\njane,j@example.com,true,eleven chars", opts(atMost("name", 10)), opts(atMost("name", 12)),
			"StringAttributeConstraints.MaxLength of name in the user pool's Schema is 10 and would have to be greater. It cannot be changed after the user pool was created."},
		{base + ",name\njane,j@example.com,true," + strings.Repeat("x", 2049), nil, nil, ""},
		{base + ",custom:level\njane,j@example.com,true,11", nil, opts(below("custom:level", "11")),
			"NumberAttributeConstraints.MaxValue of custom:level in the user pool's Schema is 10.5 and would have to be greater. It cannot be changed after the attribute was added to the user pool."},
		{base + ",name\njane,j@example.com,true,", opts(requires("name")), opts(func(p *userpool.UserPool) { p.Schema[p.Schema.Index("name")].Required = false }),
			"Required of name in the user pool's Schema is true and would have to be false. It cannot be changed after the user pool was created."},
		{base + ",cognito:mfa_enabled\njane,j@example.com,true,true", nil, opts(mfa(userpool.MFAOptional)),
			"MfaConfiguration of the user pool is OFF and would have to be OPTIONAL or ON. SetUserPoolMfaConfig can change it."},
		{base + ",cognito:mfa_enabled\njane,j@example.com,true,false", opts(mfa(userpool.MFAOn)), opts(mfa(userpool.MFAOff)),
			"MfaConfiguration of the user pool is ON and would have to be OPTIONAL or OFF. SetUserPoolMfaConfig can change it."},
		{base + "\njane,j@example.com,true", opts(namedBy("email")), opts(namedBy()),
			"UsernameAttributes of the user pool is email; without it a username could be any name. It cannot be changed after the user pool was created."},
		{base + "\nk@example.com,j@example.com,true", opts(namedBy("email")), opts(namedBy()),
			"UsernameAttributes of the user pool is email; without it cognito:username and email could differ. It cannot be changed after the user pool was created."},
		{base + "\nj@example.com,j@example.com,true", opts(aliases("email")), opts(aliases()),
			"AliasAttributes of the user pool has email; without it a username could be an email address. It cannot be changed after the user pool was created."},
		{base + ",phone_number,phone_number_verified\njane,j@example.com,false,+15550100199,TRUE", nil, opts(verifies("email", "phone_number")),
			"AutoVerifiedAttributes of the user pool is email; if it also had phone_number, which is verified in the row, the row would pass. UpdateUserPool can change it."},
		{base + "\njane,j@example.com,false", nil, nil, ""},
		{base + ",custom:vip\njane,j@example.com,true,perhaps", nil, opts(func(p *userpool.UserPool) { p.Schema[p.Schema.Index("custom:vip")].Type = userpool.String }),
			"AttributeDataType of custom:vip in the user pool's Schema is Boolean and would have to be String. It cannot be changed after the attribute was added to the user pool."},
		{base + "\njane,none,true", nil, nil, ""},
	}
	for _, tt := range tests {
		found := findingsOf(t, testPool(t, tt.pool...), "", tt.file)
		if len(found) != 1 || found[0].Setting != tt.want {
			t.Errorf("%s:\ngot  %+v\nwant %s", tt.file, found, tt.want)
		}
		if tt.want == "" {
			continue
		}
		if found := findingsOf(t, testPool(t, append(tt.pool, tt.passes...)...), "", tt.file); len(found) > 0 {
			t.Errorf("%s: with the setting there is %s", tt.file, found[0].Code)
		}
	}
	d, err := NewDecoder(testPool(t, aliases("email")), f(ColumnUsername, "email", "email_verified"), "", Limits{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	taken := d.Finding(&RowError{Column: "email", Code: userpool.CodeAliasExists})
	if !strings.HasPrefix(taken.Setting, "AliasAttributes of the user pool has email; ") || taken.Number != 2 || taken.Advice == "" {
		t.Errorf("%+v", taken)
	}
}

// checkFindings demands what holds for all rows. The first finding is the error of the
// row. Each finding has its place and what to do. Each suggestion, written into a file
// and read from there, cures its finding and harms nothing in its cell. It returns the
// codes that had suggestions.
func checkFindings(t *testing.T, d *Decoder, record Record) (cured []string) {
	t.Helper()
	_, problem := d.Decode(record)
	all := d.Findings(record)
	if (problem == nil) != (len(all) == 0) {
		t.Fatalf("the row has the problem %+v and the findings %+v", problem, all)
	}
	if problem == nil {
		return nil
	}
	if diff := cmp.Diff(*problem, all[0].RowError); diff != "" {
		t.Errorf("the first finding is another: %s", diff)
	}
	for i, found := range all {
		if found.Line != record.Line || found.Advice == "" || found.Column != "" && found.Number != slices.Index(d.header, found.Column)+1 {
			t.Errorf("%+v", found)
		}
		if found.Number == 0 && found.Column != "" {
			t.Errorf("the finding is in a column that the file has not: %+v", found)
		}
		if slices.ContainsFunc(all[:i], func(o Finding) bool { return o.Column == found.Column && o.Code == found.Code }) {
			t.Errorf("%s of %s is told twice", found.Code, found.Column)
		}
		readings := map[string]bool{}
		for _, s := range found.Suggestions {
			cured = append(cured, found.Code)
			if readings[s.Reading] || s.Reason == "" || (s.Reading == "") != (len(found.Suggestions) == 1 && s.Reading != ReadingVerified) {
				t.Errorf("of %q, the suggestions %+v", record.Text, found.Suggestions)
			}
			readings[s.Reading] = true
			checkCure(t, d, record, all, found, s)
		}
	}
	return cured
}

// checkCure writes a suggestion into the row and reads the row again.
func checkCure(t *testing.T, d *Decoder, record Record, before []Finding, found Finding, s Suggestion) {
	t.Helper()
	values := slices.Clone(d.Values(record))
	values[found.Number-1] = s.Value
	if d.result {
		for i := range values {
			values[i] = Neutralise(values[i])
		}
	}
	again, err := ParseRow(FormatRow(values), Limits{RowChars: 10 * DefaultRowChars})
	if err != nil || again.Err != nil {
		t.Fatalf("%q cannot be read: %v, %v", values, err, again.Err)
	}
	if got := d.Values(again)[found.Number-1]; got != s.Value {
		t.Errorf("the suggestion %q is read as %q", s.Value, got)
	}
	for _, left := range d.Findings(again) {
		same := func(o Finding) bool { return o.Column == left.Column && o.Code == left.Code }
		if same(found) || left.Column == found.Column && !slices.ContainsFunc(before, same) {
			t.Errorf("of %q, after %q in %s there is %s", record.Text, s.Value, found.Column, left.Code)
		}
	}
}

// cells are valid values, common slips, and rubbish for columns of all kinds.
var cells = f("", "", "true", "TRUE", "false", "yes", "no", "1", "0", "ja", "x", "NULL", "n/a", "jane", "jane doe", "jane@example.com", "mailto:j@example.com", "Jane <j@x.org>",
	"j@x", "a b@x.org", "+15550100199", "+1 (555) 010-0199", "0049 30 123456", "0155 501", "1.2.1985", "31.1.85", "02/01/1985", "1985-02-01", "1985/2/1", "31/02/1990",
	"0000-00-00", "1,234.5", "1.234,5", "1,234", "12,5", "1471453471", "1471453471000", "2016-08-17T17:04:31Z", "2026-11-21", "elevenchars and more", "\x00", "a\x01b",
	"\u200bx", "é", "\ufeffjane", "'+15550100199", "=1+1", "-3", "•••", bcrypt, strings.Repeat("y", 300), strings.Repeat("z", 2100))

// TestEverySuggestionCures generates pools and rows.
func TestEverySuggestionCures(t *testing.T) {
	draw := newDraw(7)
	cured := map[string]bool{}
	pools := manyPools(t, 60)
	for i, p := range pools {
		for j := range p.Schema {
			if a := &p.Schema[j]; a.Type == userpool.Number && draw.IntN(2) == 0 {
				below(a.Name, "99999999999")(p)
			} else if a.Type == userpool.String && draw.IntN(4) == 0 && a.Name != "birthdate" {
				atMost(a.Name, int64(draw.IntN(20)))(p)
			}
		}
		header := append(Header(p), ColumnExternalID)
		if i%3 == 0 {
			header = append(header, ColumnLine, ColumnVerdict)
		}
		d, err := NewDecoder(p, header, []string{"", password.BCrypt}[i%2], Limits{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 60 {
			row := make([]string, len(header))
			for k, column := range header {
				if row[k] = filled(p, column); draw.IntN(3) == 0 {
					row[k] = cells[draw.IntN(len(cells))]
				}
			}
			record, err := ParseRow(FormatRow(row), Limits{RowChars: 10 * DefaultRowChars})
			if err != nil {
				t.Fatal(err)
			}
			for _, code := range checkFindings(t, d, record) {
				cured[code] = true
			}
		}
	}
	for _, code := range f(userpool.CodeUsernameInvalid, userpool.CodeUsernameNotAlias, userpool.CodeInvalidBoolean, userpool.CodeInvalidBirthdate,
		userpool.CodeInvalidPhone, userpool.CodeInvalidEmail, userpool.CodeInvalidNumber, userpool.CodeInvalidDateTime, userpool.CodeInvalidCharacter,
		userpool.CodeVerifiedNoValue, CodeNoVerified, CodeMFA, CodeUsernameMismatch, CodeExternalID, userpool.CodeTooLarge, userpool.CodeUsernameMissing) {
		if !cured[code] {
			t.Errorf("no row has a suggestion for %s: the test tests too little", code)
		}
	}
}

// FuzzFindings demands the same for any row of any file.
func FuzzFindings(fz *testing.F) {
	head := strings.Join(Header(testPool(fz)), ",") + "\n"
	fz.Add(head+strings.Repeat(",", 9)+"j@example.com,yes,,1.2.1985,,,0049 30 123456,,,2016-08-17,,jane doe,,,,,,", uint8(0))
	fz.Add("cognito:username,email,email_verified,custom:level,birthdate\njane,Jane <j@example.com>,no,\"1,5\",31.1.85\n", uint8(1))
	fz.Add("cognito:username,email_verified,phone_number,phone_number_verified,password_hash\nmailto:j@example.com,TRUE,,x,•••\n", uint8(2))
	fz.Add("poolhouse:line,poolhouse:verdict,cognito:username,email_verified,email,custom:since,poolhouse:external_id\n2,FAILED,'=a,true,x@y.z,'-1,a\x7f\n", uint8(3))
	fz.Fuzz(func(t *testing.T, file string, kind uint8) {
		p := testPool(t, [][]func(*userpool.UserPool){
			nil, opts(mfa(userpool.MFAOn), requires("name")), opts(namedBy("email", "phone_number"), caseless),
			opts(aliases("email"), verifies("email", "phone_number"), factors(userpool.FactorEmailOTP)),
		}[kind%4]...)
		r := NewReader(strings.NewReader(file), Position{}, Limits{})
		header, err := r.Header()
		if fileCode(t, err) != "" {
			return
		}
		d, err := NewDecoder(p, header, []string{"", password.BCrypt}[kind/4%2], Limits{}, nil)
		if fileCode(t, err) != "" {
			return
		}
		for range 20 {
			record, err := r.Next()
			if err != nil {
				return
			}
			checkFindings(t, d, record)
		}
	})
}
