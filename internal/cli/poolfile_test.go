package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"poolhouse/internal/userpool"
)

// goodPool is a pool in the output of `aws cognito-idp describe-user-pool`, with members
// that an import does not need.
const goodPool = `{"UserPool": {"Id": "us-east-1_Pool", "Name": "people", "CreationDate": "2026-11-01T10:00:00+00:00", "EstimatedNumberOfUsers": 7,
	"SchemaAttributes": [
		{"Name": "profile", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": true, "Required": false, "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"}},
		{"Name": "custom:level", "AttributeDataType": "Number", "Mutable": true, "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "1.5e3"}},
		{"Name": "custom:team", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "20"}},
		{"Name": "email_verified", "AttributeDataType": "Boolean", "Mutable": true},
		{"Name": "email", "AttributeDataType": "String", "Mutable": true, "Required": true, "StringAttributeConstraints": {}}],
	"AutoVerifiedAttributes": ["email"], "AliasAttributes": ["preferred_username"], "UsernameConfiguration": {"CaseSensitive": false}, "MfaConfiguration": "OPTIONAL",
	"Policies": {"PasswordPolicy": {"MinimumLength": 8}, "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}, "LambdaConfig": {}}}`

// TestPoolFile: a pool is read in each of the accepted forms.
func TestPoolFile(t *testing.T) {
	_, bare, _ := strings.Cut(goodPool, `{"UserPool": `)
	bare = strings.TrimSuffix(bare, "}")
	described, err := parsePool([]byte(goodPool))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := described.Document()
	if err != nil {
		t.Fatal(err)
	}
	for form, text := range map[string]string{"the answer": goodPool, "its member alone": bare, "the document of our database": stored} {
		p, err := parsePool([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		var names []string
		for _, a := range p.Schema {
			names = append(names, a.Name)
		}
		if got, want := strings.Join(names, " "), "profile email email_verified custom:level custom:team"; got != want {
			t.Errorf("%s: the attributes are %s, want %s", form, got, want)
		}
		level, _ := p.Schema.Find("custom:level")
		email, _ := p.Schema.Find("email")
		team, _ := p.Schema.Find("custom:team")
		if level.Range == nil || level.Range.Max.String() != "1.5e3" || !email.Required || *team.Bounds.Max != 20 || team.Bounds.Min != nil || team.Number != userpool.FirstCustomNumber+1 {
			t.Errorf("%s: %+v, %+v, %+v", form, level, email, team)
		}
		if !p.AutoVerifies("email") || p.AliasAttributes[0] != "preferred_username" || !p.CaseInsensitive || !p.UsernameConfigured || p.MFA != userpool.MFAOptional || len(p.FirstFactors) != 2 || p.ID != "us-east-1_Pool" {
			t.Errorf("%s: %+v", form, p)
		}
	}
}

// TestPoolFileRefused: the error of a malformed file names the member that is wrong.
func TestPoolFileRefused(t *testing.T) {
	attribute := func(members string) string {
		return `{"UserPool":{"SchemaAttributes":[{"Name":"email","AttributeDataType":"String"},{` + members + `}]}}`
	}
	for text, want := range map[string]string{
		"":                                     "it is not JSON",
		"UserPool":                             "it is not JSON",
		"[]":                                   "it is a JSON array; it must be an object, as `aws cognito-idp describe-user-pool` prints it",
		"{}":                                   "the member UserPool is missing",
		`{"UserPool":3}`:                       "the member UserPool is a JSON number; it must be an object",
		`{"UserPool":{}}`:                      "UserPool.SchemaAttributes is missing or empty",
		`{"UserPool":{"SchemaAttributes":{}}}`: "the member UserPool.SchemaAttributes is a JSON object; it must be an array",
		`{"SchemaAttributes":"x"}`:             "the member SchemaAttributes is a JSON string; it must be an array",
		attribute(`"Name":""`):                 "UserPool.SchemaAttributes[1].Name is missing",
		attribute(`"Name":"email","AttributeDataType":"String"`):                                                      `UserPool.SchemaAttributes[1].Name is "email", which another attribute has`,
		attribute(`"Name":"custom:x","AttributeDataType":"Text"`):                                                     `UserPool.SchemaAttributes[1].AttributeDataType is "Text"; it must be String, Number, DateTime or Boolean`,
		attribute(`"Name":"custom:x","AttributeDataType":"String","Required":"yes"`):                                  "the member UserPool.SchemaAttributes.Required is a JSON string; it must be true or false",
		attribute(`"Name":"custom:x","AttributeDataType":"String","StringAttributeConstraints":{"MaxLength":"-1"}`):   `UserPool.SchemaAttributes[1].StringAttributeConstraints.MaxLength is "-1"; it must be a number from 0 on`,
		attribute(`"Name":"custom:x","AttributeDataType":"Number","NumberAttributeConstraints":{"MinValue":"a few"}`): `UserPool.SchemaAttributes[1].NumberAttributeConstraints.MinValue is "a few"; it must be a decimal number`,
		strings.Replace(goodPool, `"OPTIONAL"`, `"SOMETIMES"`, 1):                                                     `UserPool.MfaConfiguration has "SOMETIMES"; it may have OFF, ON, OPTIONAL`,
		strings.Replace(goodPool, `["email"]`, `["email", "fax"]`, 1):                                                 `UserPool.AutoVerifiedAttributes has "fax"; it may have email, phone_number`,
		strings.Replace(goodPool, `["preferred_username"]`, `["nickname"]`, 1):                                        `UserPool.AliasAttributes has "nickname"; it may have email, phone_number, preferred_username`,
		`{"version":99,"schema":[]}`: "version 99",
	} {
		if _, err := parsePool([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	path := filepath.Join(t.TempDir(), "pool.json")
	writeLarge(t, path, "{\n \n", maxPoolFile+1)
	if _, err := readPoolFile(path); err == nil || !strings.Contains(err.Error(), "has more than 4,194,304 bytes") {
		t.Errorf("a large file: %v", err)
	}
	if _, err := readPoolFile(filepath.Join(t.TempDir(), "nowhere.json")); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}
