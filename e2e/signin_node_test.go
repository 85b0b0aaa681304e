package e2e

import (
	"encoding/json"
	"maps"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

// TestClientsOfPages signs users in with the libraries that web pages use, and in their
// way: by SRP.
func TestClientsOfPages(t *testing.T) {
	together(t)
	modules := nodeModules(t)
	incorrect := []any{"NotAuthorizedException", "Incorrect username or password."}
	mismatch := []any{"CodeMismatchException", "Invalid verification code provided, please try again."}
	revoked := []any{"NotAuthorizedException", "Access Token has been revoked"}
	want := object{
		"wrong password": incorrect, "signed in": []any{"ada", "access"}, "email": "ada@example.com",
		"second factor": "SOFTWARE_TOKEN_MFA", "wrong code": []any{"CodeMismatchException", "Invalid code received for user"},
		"old password": incorrect, "refreshed": true, "signed out": revoked,
		"new password": []any{"NEW_PASSWORD_REQUIRED", []any{}}, "new password refused": "InvalidPasswordException", "given name": "Bob",
		"code sent":        object{"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "e***@e***"},
		"wrong reset code": mismatch, "after the reset": "eve",
		"set up": "MFA_SETUP", "set up and signed in": "max@example.com", "next sign-in": "SOFTWARE_TOKEN_MFA", "signed in with the code": "max@example.com",
	}
	for program, more := range map[string]object{
		"identity": {"refresh after that": []any{"NotAuthorizedException", "Refresh Token has been revoked"}},
		"amplify":  {"preference": object{"enabled": []any{"TOTP"}, "preferred": "TOTP"}},
	} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			got := walkOfPages(t, signInNode(t), modules, "npm/"+program+".js")
			all := maps.Clone(want)
			maps.Copy(all, more)
			if diff := cmp.Diff(all, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// walkOfPages creates the pools that a program of sign-ins needs, runs it and returns its
// result.
func walkOfPages(t *testing.T, n *node, modules, program string) (got object) {
	t.Helper()
	pool := func(in cognito.CreateUserPoolInput, mfa types.UserPoolMfaType, names ...string) object {
		a := n.newApp(&in, &cognito.CreateUserPoolClientInput{PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled})
		a.withMFA(mfa)
		for _, name := range names {
			a.user(name, map[bool]string{false: firstPassword}[name == "bob"])
		}
		return object{"pool": a.pool, "client": a.client, "region": n.getenv("AWS_REGION")}
	}
	byEmail := cognito.CreateUserPoolInput{UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}}
	world := object{"endpoint": n.url, "program": binary, "first": firstPassword, "second": secondPassword, "wrong": wrongPassword,
		"optional": pool(cognito.CreateUserPoolInput{}, types.UserPoolMfaTypeOptional, "ada", "bob", "eve"), "needed": pool(byEmail, types.UserPoolMfaTypeOn, "max@example.com")}
	n.temporary(world["optional"].(object)["pool"].(string), "bob", firstPassword)
	out, err := n.script(modules, world, program)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return got
}

// temporary gives a user a password that must be changed.
func (n *node) temporary(pool, name, password string) {
	n.t.Helper()
	if _, err := n.client().AdminSetUserPassword(n.t.Context(), &cognito.AdminSetUserPasswordInput{UserPoolId: &pool, Username: &name, Password: &password}); err != nil {
		n.t.Fatal(err)
	}
}

// script runs a Node.js program. world is passed in its environment.
func (n *node) script(modules string, world object, program ...string) (string, error) {
	text, err := json.Marshal(world)
	if err != nil {
		return "", err
	}
	return n.run("env", append([]string{"NODE_PATH=" + modules, "POOLHOUSE_WORLD=" + string(text), "node"}, program...)...)
}
