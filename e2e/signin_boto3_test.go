package e2e

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/scratch"
)

// TestFlowsOfBoto3 runs each flow with boto3, on each kind of server.
func TestFlowsOfBoto3(t *testing.T) {
	together(t)
	python, err := scratch.Python("boto3")
	if err != nil {
		lacking(t, err.Error())
	}
	t.Run("alone", func(t *testing.T) {
		t.Parallel()
		flowsOfBoto3(t, signInNode(t), python)
	})
	t.Run("on PostgreSQL and S3", func(t *testing.T) {
		t.Parallel()
		c := newCluster(t)
		flowsOfBoto3(t, c.add(c.setup()), python)
	})
}

func flowsOfBoto3(t *testing.T, n *node, python string) {
	world, err := json.Marshal(object{"program": binary, "first": firstPassword, "second": secondPassword, "wrong": wrongPassword})
	if err != nil {
		t.Fatal(err)
	}
	out, err := n.run("env", "POOLHOUSE_WORLD="+string(world), python, "testdata/signin.py")
	if err != nil {
		t.Fatal(err)
	}
	var got object
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	exception := func(name, message string) []any { return []any{name, name, message} }
	incorrect := exception("NotAuthorizedException", "Incorrect username or password.")
	revoked := exception("NotAuthorizedException", "Refresh Token has been revoked")
	want := object{
		"wrong password": incorrect, "wrong password by SRP": incorrect,
		"tokens":    []any{[]any{"AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"}, "Bearer", 3600.0},
		"refreshed": []any{"AccessToken", "ExpiresIn", "IdToken", "TokenType"}, "user": "ada",
		"revoked": revoked, "signed out": exception("NotAuthorizedException", "Access Token has been revoked"), "signed out by an administrator": revoked,
		"reset required":     exception("PasswordResetRequiredException", "Password reset required for the user"),
		"code sent":          []any{"a***@e***", "EMAIL", "email"},
		"new password":       []any{"NEW_PASSWORD_REQUIRED", object{"email": "bob@example.com", "email_verified": "true"}},
		"session used twice": exception("NotAuthorizedException", "Invalid session for the user."), "given name": []any{"Bob"},
		"verified": "SUCCESS", "factors": []any{"SOFTWARE_TOKEN_MFA"}, "second factor": []any{"SOFTWARE_TOKEN_MFA", "phone"},
		"with the code": true, "without the factor": true, "no secret hash": "NotAuthorizedException", "secret hash": true,
	}
	if _, knows := got["rotated"]; knows { // older versions of boto3 do not support rotation
		want["rotated"] = []any{true, "RefreshTokenReuseException"}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFlowsOfSDK3 calls operations that boto3 and the AWS SDK for Go do not have yet.
func TestFlowsOfSDK3(t *testing.T) {
	together(t)
	modules, n := nodeModules(t), signInNode(t)
	n.makeLogRole()
	out, err := n.script(modules, object{"first": firstPassword, "role": logRole}, "npm/sdk3.js")
	if err != nil {
		t.Fatal(err)
	}
	var got object
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	with := []any{"ada", "SOFTWARE_TOKEN_MFA", []any{"SOFTWARE_TOKEN_MFA"}, []any{"PASSWORD"}}
	without := []any{"ada", nil, nil, []any{"PASSWORD"}}
	want := object{
		"imported": []any{"Succeeded", 1.0, "BCRYPT"}, "rotated": true, "factors": []any{with, with}, "second factor": "SOFTWARE_TOKEN_MFA",
		"factors after that": []any{without, without}, "sign-in after that": true,
		"deleted twice": "InvalidParameterException", "used again": "RefreshTokenReuseException",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
