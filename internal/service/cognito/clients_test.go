package cognitoservice_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// client creates an app client and returns it as the answer has it.
func (f *fixture) client(pool string, more object) object {
	f.T.Helper()
	in := object{"UserPoolId": pool, "ClientName": "app"}
	maps.Copy(in, more)
	return f.Do("CreateUserPoolClient", in)["UserPoolClient"].(object)
}

func TestNewClient(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	created := f.client(pool, nil)
	id := created["ClientId"].(string)
	if diff := cmp.Diff(created, f.Do("DescribeUserPoolClient", object{"UserPoolId": pool, "ClientId": id})["UserPoolClient"]); diff != "" {
		t.Errorf("created and described differ:\n%s", diff)
	}
	if created["CreationDate"] == nil || created["CreationDate"] != created["LastModifiedDate"] {
		t.Errorf("dates: %v, %v", created["CreationDate"], created["LastModifiedDate"])
	}
	delete(created, "CreationDate")
	delete(created, "LastModifiedDate")
	want := object{"UserPoolId": pool, "ClientName": "app", "ClientId": id, "RefreshTokenValidity": 30.0, "TokenValidityUnits": object{},
		"AllowedOAuthFlowsUserPoolClient": false, "EnableTokenRevocation": true, "EnablePropagateAdditionalUserContextData": false, "AuthSessionValidity": 3.0, "ClientType": "REGULAR"}
	if diff := cmp.Diff(want, created); diff != "" || len(id) != 26 {
		t.Errorf("a new client with id %s:\n%s", id, diff)
	}
	if s, _ := f.client(pool, object{"GenerateSecret": true})["ClientSecret"].(string); len(s) != 52 {
		t.Errorf("the generated secret has %d characters", len(s))
	}
	const own = "a_secret_of_the_owners_own_choice"
	if s := f.client(pool, object{"ClientSecret": own})["ClientSecret"]; s != own {
		t.Errorf("the given secret came back as %v", s)
	}
}

// TestClientRoundTrip sets the settings of the CLI's example. Then an empty update resets all
// except the name, the id and the secret.
func TestClientRoundTrip(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	settings := object{
		"RefreshTokenValidity": 10.0, "AccessTokenValidity": 60.0, "IdTokenValidity": 60.0,
		"TokenValidityUnits":         object{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"},
		"ReadAttributes":             []any{"email", "phone_number", "email_verified", "phone_number_verified"},
		"WriteAttributes":            []any{"email", "phone_number"},
		"ExplicitAuthFlows":          []any{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		"SupportedIdentityProviders": []any{"COGNITO"}, "CallbackURLs": []any{"https://example.com", "myapp://example"},
		"LogoutURLs": []any{"https://example.com/out"}, "DefaultRedirectURI": "https://example.com",
		"AllowedOAuthFlows": []any{"code", "implicit"}, "AllowedOAuthScopes": []any{"openid", "profile"}, "AllowedOAuthFlowsUserPoolClient": true,
		"PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": false, "EnablePropagateAdditionalUserContextData": true, "AuthSessionValidity": 4.0,
		"RefreshTokenRotation": object{"Feature": "DISABLED"},
	}
	request := maps.Clone(settings)
	request["GenerateSecret"] = true
	created := f.client(pool, request)
	for member, want := range settings {
		if diff := cmp.Diff(want, created[member]); diff != "" {
			t.Errorf("%s:\n%s", member, diff)
		}
	}
	key := object{"UserPoolId": pool, "ClientId": created["ClientId"]}
	updated := f.Do("UpdateUserPoolClient", key)["UserPoolClient"].(object)
	if diff := cmp.Diff(updated, f.Do("DescribeUserPoolClient", key)["UserPoolClient"]); diff != "" {
		t.Errorf("updated and described differ:\n%s", diff)
	}
	delete(updated, "LastModifiedDate")
	want := object{"UserPoolId": pool, "ClientName": "app", "ClientId": created["ClientId"], "ClientSecret": created["ClientSecret"],
		"CreationDate": created["CreationDate"], "RefreshTokenValidity": 30.0, "TokenValidityUnits": object{}, "AllowedOAuthFlowsUserPoolClient": false,
		"EnableTokenRevocation": true, "EnablePropagateAdditionalUserContextData": false, "AuthSessionValidity": 3.0, "ClientType": "REGULAR"}
	if diff := cmp.Diff(want, updated); diff != "" {
		t.Errorf("after an update without members:\n%s", diff)
	}
}

func TestRefusedClients(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"UserPoolTier": "LITE", "Schema": []any{
		object{"Name": "email", "Required": true}, object{"Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": true},
	}})
	client := f.client(pool, object{"ReadAttributes": []any{"sub", "dev:custom:rank"}, "WriteAttributes": []any{"email"}})["ClientId"]
	const read, write = "Invalid read attributes specified while %s a client", "Invalid write attributes specified while %s a client"
	minutes := object{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"}
	for _, tt := range []struct {
		in              object
		exception, text string
	}{
		{object{"ExplicitAuthFlows": []any{"ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"}}, "InvalidParameterException", "ALLOW_"},
		{object{"ExplicitAuthFlows": []any{"ALLOW_EVERYTHING"}}, "InvalidParameterException", "Member must satisfy enum value set"},
		{object{"ExplicitAuthFlows": []any{"ALLOW_USER_AUTH"}}, "FeatureUnavailableInTierException", "LITE"},
		{object{"ReadAttributes": []any{"shoe_size"}}, "InvalidParameterException", read},
		{object{"WriteAttributes": []any{"email", "shoe_size"}}, "InvalidParameterException", write},
		{object{"WriteAttributes": []any{"email", "sub"}}, "InvalidParameterException", write},
		{object{"WriteAttributes": []any{"email", "email_verified"}}, "InvalidParameterException", write},
		{object{"WriteAttributes": []any{"email", "dev:custom:rank"}}, "InvalidParameterException", write},
		{object{"WriteAttributes": []any{"name"}}, "InvalidParameterException", write}, // email is required
		{object{"AccessTokenValidity": 25}, "InvalidParameterException", "Invalid range for token validity."},
		{object{"IdTokenValidity": 4, "TokenValidityUnits": minutes}, "InvalidParameterException", "Invalid range for token validity."},
		{object{"RefreshTokenValidity": 59, "TokenValidityUnits": minutes}, "InvalidParameterException", "Invalid range for token validity."},
		{object{"RefreshTokenValidity": 3651}, "InvalidParameterException", "Invalid range for token validity."},
		{object{"DefaultRedirectURI": "https://example.com"}, "InvalidParameterException", "must be one of the CallbackURLs"},
		{object{"AuthSessionValidity": 16}, "InvalidParameterException", "less than or equal to 15"},
	} {
		in := object{"UserPoolId": pool, "ClientName": "x"}
		maps.Copy(in, tt.in)
		verb := func(verb string) string {
			if tt.text == read || tt.text == write {
				return fmt.Sprintf(tt.text, verb)
			}
			return tt.text
		}
		f.Refused("CreateUserPoolClient", in, tt.exception, verb("creating"))
		in["ClientId"] = client
		f.Refused("UpdateUserPoolClient", in, tt.exception, verb("updating"))
	}
	f.Refused("CreateUserPoolClient", object{"UserPoolId": pool, "ClientName": "x", "GenerateSecret": true, "ClientSecret": "abcdefghijklmnopqrstuvwxyz"},
		"InvalidParameterException", "cannot be used together")
	if got := f.Do("DescribeUserPoolClient", object{"UserPoolId": pool, "ClientId": client})["UserPoolClient"].(object); got["ClientName"] != "app" {
		t.Errorf("a refused update changed the client: %v", got)
	}
}

// TestTokenLives tries the API's largest number, and the ends of each range, in every unit.
func TestTokenLives(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	seconds := map[string]int{"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
	for _, token := range []struct {
		name                  string
		least, longest, limit int // two lives in seconds, and the model's greatest number
	}{{"AccessToken", 300, 86400, 86400}, {"IdToken", 300, 86400, 86400}, {"RefreshToken", 3600, 3650 * 86400, 315360000}} {
		for unit, each := range seconds {
			for _, n := range []int{1, token.least/each - 1, token.least / each, token.longest / each, token.longest/each + 1, 213504, token.limit} {
				if n < 1 || n > token.limit {
					continue
				}
				in := object{"UserPoolId": pool, "ClientName": "x", token.name + "Validity": n, "TokenValidityUnits": object{token.name: unit}}
				_, exception, message := f.Try("CreateUserPoolClient", in)
				if taken := n*each >= token.least && n*each <= token.longest; taken != (exception == "") || !taken && message != "Invalid range for token validity." {
					t.Errorf("%d %s of %s: %s %q", n, unit, token.name, exception, message)
				}
			}
		}
	}
	for unit, n := range map[string]float64{"": 30, "seconds": 2592000, "minutes": 43200, "hours": 720, "days": 30} {
		in := object{"RefreshTokenValidity": 0}
		if unit != "" {
			in["TokenValidityUnits"] = object{"RefreshToken": unit}
		}
		if got := f.client(pool, in)["RefreshTokenValidity"]; got != n {
			t.Errorf("the default in %s: %v, want %v", unit, got, n)
		}
	}
}

// TestOAuthSettings: an app client must fit its pool, and its settings must fit each other, at
// creation and at update.
func TestOAuthSettings(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	const parameter, flow, scope = "InvalidParameterException", "InvalidOAuthFlowException", "ScopeDoesNotExistException"
	code := func(more object) object {
		in := object{"AllowedOAuthFlows": []any{"code"}, "AllowedOAuthScopes": []any{"openid"}, "CallbackURLs": []any{"https://example.com"}, "AllowedOAuthFlowsUserPoolClient": true}
		maps.Copy(in, more)
		return in
	}
	callback := func(url string) object { return code(object{"CallbackURLs": []any{url}}) }
	for _, tt := range []struct {
		in              object
		exception, text string
	}{
		{in: object{"SupportedIdentityProviders": []any{"COGNITO"}}},
		{in: object{"SupportedIdentityProviders": []any{"COGNITO", "Google"}}, exception: parameter, text: "The provider Google does not exist for User Pool " + pool},
		{in: object{"SupportedIdentityProviders": []any{"cognito"}}, exception: parameter, text: "The provider cognito does not exist for User Pool " + pool},
		{in: code(object{"AllowedOAuthScopes": []any{"openid", "profile", "email", "phone", "aws.cognito.signin.user.admin"}})},
		{in: code(object{"AllowedOAuthScopes": []any{"openid", "Cognito"}}), exception: scope, text: "Invalid scope requested: Cognito"},
		{in: object{"AllowedOAuthScopes": []any{"https://api.example.com/read"}}, exception: scope, text: "Invalid scope requested: https://api.example.com/read"},
		{in: code(object{"AllowedOAuthFlows": []any{"code", "client_credentials"}}), exception: flow, text: "client_credentials flow can not be selected along with code flow or implicit flow."},
		{in: code(object{"AllowedOAuthFlows": []any{"client_credentials"}}), exception: flow, text: "client_credentials flow can not be selected if client does not have a client secret."},
		{in: object{"AllowedOAuthFlows": []any{"implicit"}}, exception: flow, text: "CallbackUrls can not be empty when code flow or implicit flow is selected"},
		{in: object{"AllowedOAuthFlowsUserPoolClient": true}, exception: parameter, text: "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."},
		{in: code(object{"AllowedOAuthScopes": []any{}}), exception: parameter, text: "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."},
		{in: callback("http://localhost")}, {in: callback("http://localhost:3000/in")}, {in: callback("http://127.0.0.1:3000")}, {in: callback("http://[::1]:3000/")},
		{in: callback("myapp://example")}, {in: callback("myapp:example")}, {in: callback("https://example.com/in?x=1")},
		{in: callback("http://localhost.com/"), exception: parameter, text: "http://localhost.com/ cannot use the HTTP protocol."},
		{in: callback("HTTP://example.com"), exception: parameter, text: "HTTP://example.com cannot use the HTTP protocol."},
		{in: callback("https://example.com/#in"), exception: parameter, text: "fragment"}, {in: callback("https://example.com/#"), exception: parameter, text: "fragment"},
		{in: callback("example.com/in"), exception: parameter, text: "not an absolute URL"}, {in: callback("/in"), exception: parameter, text: "not an absolute URL"},
		{in: callback("https:///in"), exception: parameter, text: "not an absolute URL"}, {in: callback("https://exa%mple.com"), exception: parameter, text: "not an absolute URL"},
		{in: object{"LogoutURLs": []any{"https://example.com/out", "http://example.com/out"}}, exception: parameter, text: "cannot use the HTTP protocol"},
	} {
		client := f.client(pool, nil)
		in := object{"UserPoolId": pool, "ClientName": "x"}
		maps.Copy(in, tt.in)
		for _, operation := range []string{"CreateUserPoolClient", "UpdateUserPoolClient"} {
			_, exception, message := f.Try(operation, in)
			if exception != tt.exception || tt.exception != "" && !strings.Contains(message, tt.text) {
				t.Errorf("%s %v: %s %q, want %s %q", operation, tt.in, exception, message, tt.exception, tt.text)
			}
			in["ClientId"] = client["ClientId"]
		}
	}
	machine := object{"AllowedOAuthFlows": []any{"client_credentials"}}
	secret := f.client(pool, object{"GenerateSecret": true, "AllowedOAuthFlows": machine["AllowedOAuthFlows"]})
	key := object{"UserPoolId": pool, "ClientId": secret["ClientId"], "AllowedOAuthFlows": machine["AllowedOAuthFlows"]}
	f.Do("UpdateUserPoolClient", key)
	key["AllowedOAuthScopes"] = []any{"openid"}
	f.Refused("UpdateUserPoolClient", key, flow, "openid is not supported with client_credentials flow")
	key["AllowedOAuthScopes"] = []any{"aws.cognito/dcr/register"}
	f.Do("UpdateUserPoolClient", key)
}

func TestClientNotThere(t *testing.T) {
	f := newFixture(t)
	pool, nowhere := f.Pool(nil), "us-east-1_Nowhere00"
	id := f.client(pool, nil)["ClientId"].(string)
	f.Do("DeleteUserPoolClient", object{"UserPoolId": pool, "ClientId": id})
	for _, op := range []string{"DescribeUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient"} {
		f.Refused(op, object{"UserPoolId": pool, "ClientId": id}, "ResourceNotFoundException", "User pool client "+id+" does not exist.")
		f.Refused(op, object{"UserPoolId": nowhere, "ClientId": id}, "ResourceNotFoundException", "User pool "+nowhere+" does not exist.")
	}
	f.Refused("CreateUserPoolClient", object{"UserPoolId": nowhere, "ClientName": "x"}, "ResourceNotFoundException", "User pool "+nowhere+" does not exist.")
	f.Refused("ListUserPoolClients", object{"UserPoolId": nowhere}, "ResourceNotFoundException", "User pool "+nowhere+" does not exist.")
}

func TestListUserPoolClients(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	f.client(f.Pool(nil), nil) // in another pool
	var want, got []string
	for range 5 {
		want = append(want, f.client(pool, nil)["ClientId"].(string))
	}
	in := object{"UserPoolId": pool, "MaxResults": 2}
	for {
		page := f.Do("ListUserPoolClients", in)
		for _, c := range page["UserPoolClients"].([]any) {
			c := c.(object)
			if len(c) != 3 || c["UserPoolId"] != pool || c["ClientName"] != "app" {
				t.Errorf("a client in the list: %v", c)
			}
			got = append(got, c["ClientId"].(string))
		}
		if page["NextToken"] == nil {
			break
		}
		in["NextToken"] = page["NextToken"]
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for kind, n := range map[string]int{"REGULAR": len(want), "DCR": 0} { // DCR: clients that registered themselves
		if all := f.Do("ListUserPoolClients", object{"UserPoolId": pool, "ClientType": kind}); len(all["UserPoolClients"].([]any)) != n {
			t.Errorf("clients of type %s: %v", kind, all)
		}
	}
	f.Refused("ListUserPoolClients", object{"UserPoolId": pool, "NextToken": "nonsense"}, "InvalidParameterException", "token")
	f.Refused("ListUserPoolClients", object{"UserPoolId": pool, "MaxResults": 61}, "InvalidParameterException", "less than or equal to 60")
}
