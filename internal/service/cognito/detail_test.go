package cognitoservice_test

import "testing"

// TestDetails: where Cognito's message says too little, a header names the member or attribute.
func TestDetails(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"Schema": []any{object{"Name": "email", "Required": true}}})
	for _, tt := range []struct {
		operation string
		in        object
		detail    string
	}{
		{"ListUsers", object{"AttributesToGet": []any{"email", "shoe\r\nsize"}}, "AttributesToGet: shoe  size is not in the user pool's schema"},
		{"AddCustomAttributes", object{"CustomAttributes": []any{object{"Name": "team"}}}, "the custom attribute team has no AttributeDataType"},
		{"CreateUserPoolClient", object{"ReadAttributes": []any{"shoe_size"}}, "shoe_size is not in the user pool's schema"},
		{"CreateUserPoolClient", object{"WriteAttributes": []any{"email", "shoe_size"}}, "shoe_size is not in the user pool's schema"},
		{"CreateUserPoolClient", object{"WriteAttributes": []any{"email", "sub"}}, "sub cannot be written by an app client"},
		{"CreateUserPoolClient", object{"WriteAttributes": []any{"name"}}, "email is missing: the user pool requires it of its users"},
		{"CreateUserPoolClient", object{"IdTokenValidity": 25}, "IdTokenValidity may be 5 minutes to 1 day; it is 90000 seconds"},
		{"CreateUserPoolClient", object{"RefreshTokenValidity": 213504}, "RefreshTokenValidity may be 1 hour to 3650 days; it is 18446745600 seconds"},
	} {
		in := with(object{"UserPoolId": pool}, tt.in)
		if tt.operation == "CreateUserPoolClient" {
			in["ClientName"] = "app"
		}
		if out, header := f.Raw(tt.operation, in); out["__type"] != "InvalidParameterException" || header.Get("x-poolhouse-detail") != tt.detail {
			t.Errorf("%s %v: %v, detail %q, want %q", tt.operation, tt.in, out, header.Get("x-poolhouse-detail"), tt.detail)
		}
	}
}
