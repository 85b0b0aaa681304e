package cognitoservice_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestVerifiedMark follows the mark through all changes that an administrator can make.
func TestVerifiedMark(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	all := object{"email": "a@example.com", "email_verified": "true"}
	for _, tt := range []struct {
		name    string
		changes []any
		deletes []any
		want    object
	}{
		{"another address", named("email", "b@example.com"), nil, object{"email": "b@example.com", "email_verified": "false"}},
		{"the same address", named("email", "a@example.com"), nil, all},
		{"another, verified", named("email", "b@example.com", "email_verified", "true"), nil, object{"email": "b@example.com", "email_verified": "true"}},
		{"verified first", named("email_verified", "TRUE", "email", "b@example.com"), nil, object{"email": "b@example.com", "email_verified": "true"}},
		{"mark off", named("email_verified", "False"), nil, object{"email": "a@example.com", "email_verified": "false"}},
		{"emptied", named("email", ""), nil, object{}},
		{"deleted", nil, []any{"email"}, object{}},
		{"mark deleted", nil, []any{"email_verified"}, object{"email": "a@example.com"}},
		{"another attribute", named("name", "Ada"), nil, object{"email": "a@example.com", "email_verified": "true", "name": "Ada"}},
		{"deleting what is not there", nil, []any{"name"}, all},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key := object{"UserPoolId": pool, "Username": "ada"}
			f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "ada", "UserAttributes": named("email", "a@example.com", "email_verified", "true")})
			defer f.Do("AdminDeleteUser", key)
			if tt.changes != nil {
				f.Do("AdminUpdateUserAttributes", object{"UserPoolId": pool, "Username": "ada", "UserAttributes": tt.changes})
			} else {
				f.Do("AdminDeleteUserAttributes", object{"UserPoolId": pool, "Username": "ada", "UserAttributeNames": tt.deletes})
			}
			if diff := cmp.Diff(tt.want, attributes(f.Do("AdminGetUser", key)["UserAttributes"])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestSchemaAtCreationAndAfter: immutable attributes can be set at creation only.
// Administrators can set developer attributes at any time.
func TestSchemaAtCreationAndAfter(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"Schema": []any{
		object{"Name": "badge", "AttributeDataType": "String"},
		object{"Name": "rank", "AttributeDataType": "Number", "DeveloperOnlyAttribute": true, "Mutable": true, "NumberAttributeConstraints": object{"MaxValue": "9"}},
		object{"Name": "name", "Required": true, "Mutable": true, "AttributeDataType": "String", "StringAttributeConstraints": object{"MinLength": "2", "MaxLength": "3"}},
	}})
	in := object{"UserPoolId": pool, "Username": "ada", "UserAttributes": named("custom:badge", "7", "dev:custom:rank", "3")}
	f.Refused("AdminCreateUser", in, "InvalidParameterException", "name: The attribute is required")
	in["UserAttributes"] = named("custom:badge", "7", "dev:custom:rank", "3", "name", "Ada")
	f.Do("AdminCreateUser", in)
	update := func(pairs ...string) object {
		return object{"UserPoolId": pool, "Username": "ada", "UserAttributes": named(pairs...)}
	}
	f.Do("AdminUpdateUserAttributes", update("dev:custom:rank", "4"))
	for _, tt := range []struct{ name, value, text string }{
		{"custom:badge", "7", "user.custom:badge: Attribute cannot be updated."},
		{"custom:badge", "", "user.custom:badge: Attribute cannot be updated."},
		{"dev:custom:rank", "10", "9"}, {"name", "A", "String must be no shorter than 2 characters"}, {"name", "Adaa", "no longer than 3 characters"},
		{"custom:rank", "4", "custom:rank: Attribute does not exist in the schema."},
	} {
		f.Refused("AdminUpdateUserAttributes", update(tt.name, tt.value), "InvalidParameterException", tt.text)
	}
	wantMessage := func(operation string, in object, want string) {
		t.Helper()
		if _, exception, message := f.Try(operation, in); exception != "InvalidParameterException" || message != want {
			t.Errorf("%s: %s %q, want %q", operation, exception, message, want)
		}
	}
	const unknown = "Attribute does not exist in the schema.\n"
	wantMessage("AdminCreateUser", object{"UserPoolId": pool, "Username": "bob", "UserAttributes": named("custom:x", "1", "name", "Bob", "custom:y", "1")},
		"Attributes did not conform to the schema: custom:x: "+unknown+"custom:y: "+unknown)
	wantMessage("AdminUpdateUserAttributes", update("custom:x", "1", "name", "Eve", "custom:y", "1"), "user.custom:x: "+unknown+"user.custom:y: "+unknown)
	wantMessage("AdminUpdateUserAttributes", update("custom:badge", "1", "name", "Eve"), "user.custom:badge: Attribute cannot be updated.\n")
	wantMessage("AdminDeleteUserAttributes", object{"UserPoolId": pool, "Username": "ada", "UserAttributeNames": []any{"nickname", "custom:foo", "custom:bar"}},
		"Invalid user attributes: user.custom:foo: "+unknown+"user.custom:bar: "+unknown)
	want := object{"custom:badge": "7", "dev:custom:rank": "4", "name": "Ada"}
	if diff := cmp.Diff(want, attributes(f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": "ada"})["UserAttributes"])); diff != "" {
		t.Errorf("the attributes:\n%s", diff)
	}
	f.Refused("AdminDeleteUserAttributes", object{"UserPoolId": pool, "Username": "ada", "UserAttributeNames": []any{"custom:badge"}}, "InvalidParameterException", "cannot be updated")
	f.Refused("AdminUpdateUserAttributes", object{"UserPoolId": pool, "Username": "bob", "UserAttributes": named("name", "Bob")}, "UserNotFoundException", "User does not exist.")
}

// TestDecimalNumbers: constraints and values of numbers are answered as written, and compared
// as numbers.
func TestDecimalNumbers(t *testing.T) {
	const power = "898846567431157953864652595394512366808988489471153286367150405788663379027504815663542386612037680105600569399356966788293" +
		"94884407208311246423715319737062188883946712432742638151109800623047059726541476042502884419075341171231440736956555270413618581675255342" +
		"293149119973622969239858152417678164812112068608" // 2^1023
	f := newFixture(t)
	pool := f.Pool(object{"Schema": []any{
		object{"Name": "bal", "AttributeDataType": "Number", "Mutable": true, "NumberAttributeConstraints": object{"MinValue": "-" + power, "MaxValue": power}},
		object{"Name": "ratio", "AttributeDataType": "Number", "Mutable": true, "NumberAttributeConstraints": object{"MinValue": "0.50", "MaxValue": "1.5"}},
		object{"Name": "id", "AttributeDataType": "Number", "Mutable": true, "NumberAttributeConstraints": object{"MaxValue": "99999999999999999999"}},
	}})
	schema := f.Do("DescribeUserPool", object{"UserPoolId": pool})["UserPool"].(object)["SchemaAttributes"].([]any)
	for i, want := range []object{{"MinValue": "-" + power, "MaxValue": power}, {"MinValue": "0.50", "MaxValue": "1.5"}, {"MaxValue": "99999999999999999999"}} {
		if diff := cmp.Diff(want, schema[20+i].(object)["NumberAttributeConstraints"]); diff != "" {
			t.Errorf("the constraints of attribute %d:\n%s", i, diff)
		}
	}
	values := []string{"updated_at", "1795893446.454", "custom:bal", "-12.50", "custom:ratio", "5e-1", "custom:id", "99999999999999999999.0"}
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "ada", "UserAttributes": named(values...)})
	want := object{"updated_at": "1795893446.454", "custom:bal": "-12.50", "custom:ratio": "5e-1", "custom:id": "99999999999999999999.0"}
	if diff := cmp.Diff(want, attributes(f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": "ada"})["UserAttributes"])); diff != "" {
		t.Errorf("the attributes:\n%s", diff)
	}
	for _, tt := range []struct{ name, value, text string }{
		{"custom:ratio", "0.49", "must not be less than 0.50"}, {"custom:ratio", "1.50000000000000000000001", "must not be greater than 1.5"},
		{"custom:id", "1e20", "must not be greater than 99999999999999999999"}, {"custom:bal", "1e999999999", "must be a decimal number"},
		{"updated_at", "-0.001", "must not be less than 0"}, {"custom:bal", "12,50", "must be a decimal number"},
	} {
		f.Refused("AdminUpdateUserAttributes", object{"UserPoolId": pool, "Username": "ada", "UserAttributes": named(tt.name, tt.value)}, "InvalidParameterException", tt.text)
	}
}
