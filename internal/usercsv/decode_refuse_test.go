package usercsv

import (
	"strings"
	"testing"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
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
		{name: "birthdate with the day before the month", file: base + ",birthdate\njane,j@example.com,true,1985-31-12", code: userpool.CodeInvalidBirthdate, column: "birthdate"},
		{name: "birthdate short", file: base + ",birthdate\njane,j@example.com,true,2/1/1985", code: userpool.CodeInvalidBirthdate, column: "birthdate"},
		{name: "birthdate with a time", file: base + ",birthdate\njane,j@example.com,true,1985-02-01T00:00:00Z", code: userpool.CodeInvalidBirthdate, column: "birthdate"},
		{name: "birthdate with slashes, year first", file: base + ",birthdate\njane,j@example.com,true,1985/02/01", code: userpool.CodeInvalidBirthdate, column: "birthdate"},
		{name: "birthdate in no leap year, year first", file: base + ",birthdate\njane,j@example.com,true,1985-02-29", code: userpool.CodeInvalidBirthdate, column: "birthdate"},
		{name: "birthdate European", file: base + ",birthdate\njane,j@example.com,true,31/12/1985", code: userpool.CodeInvalidBirthdate, column: "birthdate"},
		{name: "birthdate in no leap year", file: base + ",birthdate\njane,j@example.com,true,02/29/1985", code: userpool.CodeInvalidBirthdate, column: "birthdate"},
		{name: "phone with dashes", file: base + ",phone_number\njane,j@example.com,true,+1-425-555-0100", code: userpool.CodeInvalidPhone, column: "phone_number"},
		{name: "phone without plus", file: base + ",phone_number\njane,j@example.com,true,14255550100", code: userpool.CodeInvalidPhone, column: "phone_number"},
		{name: "email", file: base + "\njane,example.com,true", code: userpool.CodeInvalidEmail, column: "email"},
		{name: "updated_at a date", file: base + ",updated_at\njane,j@example.com,true,2016-08-17", code: userpool.CodeInvalidNumber, column: "updated_at"},
		{name: "updated_at negative", file: base + ",updated_at\njane,j@example.com,true,-1", code: userpool.CodeTooSmall, column: "updated_at"},
		{name: "updated_at with a comma", file: base + ",updated_at\njane,j@example.com,true,1471453471\\,5", code: userpool.CodeInvalidNumber, column: "updated_at"},
		{name: "number too large", file: base + ",custom:level\njane,j@example.com,true,11", code: userpool.CodeTooLarge, column: "custom:level"},
		{name: "date and time", file: base + ",custom:since\njane,j@example.com,true,yesterday", code: userpool.CodeInvalidDateTime, column: "custom:since"},
		{name: "too long for the schema", file: base + ",custom:team\njane,j@example.com,true,elevenchars", code: userpool.CodeTooLong, column: "custom:team"},
		{name: "too short for the schema", file: base + ",custom:code\njane,j@example.com,true,scant", code: userpool.CodeTooShort, column: "custom:code"},
		{name: "too long for any", file: base + ",name\njane,j@example.com,true," + long, code: userpool.CodeTooLong, column: "name"},
		{name: "NUL in a value", file: base + ",name\njane,j@example.com,true,a\x00b", code: userpool.CodeInvalidCharacter, column: "name"},

		{name: "nothing verified", file: base + "\njane,j@example.com,false", code: CodeNoVerified, column: "email_verified"},
		{name: "flag blank", file: base + "\njane,j@example.com,", code: CodeNoVerified, column: "email_verified"},
		{name: "the wrong one verified", file: base + ",phone_number,phone_number_verified\njane,j@example.com,false,+14255550100,true", code: CodeNoVerified, column: "email_verified"},
		{name: "none of two verified", file: base + ",phone_number,phone_number_verified\njane,j@example.com,false,+14255550100,false", pool: opts(verifies("phone_number", "email")), code: CodeNoVerified, column: "phone_number_verified"},
		{name: "verified without email", file: base + "\njane,,true", code: userpool.CodeVerifiedNoValue, column: "email"},
		{name: "verified without phone", file: base + ",phone_number_verified\njane,j@example.com,true,true", code: userpool.CodeVerifiedNoValue, column: "phone_number_verified"},
		{name: "verified without phone, which the user can do without", file: base + ",phone_number,phone_number_verified\njane,j@example.com,true,,true", pool: opts(verifies("phone_number", "email")), code: userpool.CodeVerifiedNoValue, column: "phone_number_verified"},
		{name: "verified without phone, which the user cannot do without", file: base + ",phone_number,phone_number_verified\njane,j@example.com,,,true", pool: opts(verifies("phone_number", "email")), code: userpool.CodeVerifiedNoValue, column: "phone_number"},
		{name: "username longer than the email may be", file: base + "\njane.doe@example.com,,true", pool: opts(namedBy("email"), atMost("email", 10)), code: userpool.CodeTooLong, column: ColumnUsername},
		{name: "external id", file: base + ",poolhouse:external_id\njane,j@example.com,true," + strings.Repeat("x", 257), code: CodeExternalID, column: ColumnExternalID},
		{name: "external id with a control character", file: base + ",poolhouse:external_id\njane,j@example.com,true,a\u0085b", code: CodeExternalID, column: ColumnExternalID},
		{name: "required", file: base + ",name\njane,j@example.com,true,", pool: opts(requires("name")), code: userpool.CodeAttributeMissing, column: "name"},

		{name: "hash", algorithm: password.BCrypt, file: base + ",password_hash\njane,j@example.com,true," + bcrypt + "x", code: CodePasswordHash, column: ColumnPasswordHash},
		{name: "hash of another algorithm", algorithm: password.SCrypt, file: base + ",password_hash\njane,j@example.com,true," + bcrypt, code: CodePasswordHash, column: ColumnPasswordHash},
		{name: "hash too dear", algorithm: password.BCrypt, file: base + ",password_hash\njane,j@example.com,true," + strings.Replace(bcrypt, "$10$", "$14$", 1), code: CodePasswordHash, column: ColumnPasswordHash},
		{name: "hidden hash", algorithm: password.BCrypt, file: base + ",password_hash\njane,j@example.com,true,•••", code: CodeHashHidden, column: ColumnPasswordHash},
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

// checkDiscreet demands that the reason and the flaw contain no value of the row. The
// advice is made from the flaw.
func checkDiscreet(t *testing.T, problem *RowError, file string) {
	t.Helper()
	_, row, _ := strings.Cut(file, "\n")
	for _, value := range append(strings.Split(row, ","), row) {
		known := strings.Contains("true TRUE false FALSE no on jane doe,yes,1", value) // words and column names
		if value = strings.TrimSpace(value); len(value) > 1 && !known && strings.Contains(problem.Reason+string(problem.Flaw), value) {
			t.Errorf("the reason %q or the flaw %q holds the value %q", problem.Reason, problem.Flaw, value)
		}
	}
}

// checkCodes demands that the package's documentation lists exactly the codes that rows
// fail with, and that the test has all of them.
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

// TestBirthdateTexts: lengths are refused in Cognito's words.
func TestBirthdateTexts(t *testing.T) {
	for value, want := range map[string]string{
		"1/1/1980":             "Attributes did not conform to the schema: birthdate: String must be no shorter than 10 characters",
		"01.31.1980":           "The birthdate must be a date of the form mm/dd/yyyy or yyyy-mm-dd.",
		"1980-01-31T00:00:00Z": "Attributes did not conform to the schema: birthdate: String must be no longer than 10 characters",
	} {
		_, problem := decodeOne(t, testPool(t), "", "cognito:username,email,email_verified,birthdate\njane,j@example.com,true,"+value)
		if problem == nil || problem.Reason != want || problem.Code != userpool.CodeInvalidBirthdate || problem.Column != "birthdate" {
			t.Errorf("%s: %+v, want %s", value, problem, want)
		}
	}
}

func TestNoVerifiedText(t *testing.T) {
	_, problem := decodeOne(t, testPool(t), "", "cognito:username,email,email_verified\njane,j@example.com,FALSE")
	if problem == nil || problem.Reason != guideText {
		t.Errorf("got %v", problem)
	}
}
