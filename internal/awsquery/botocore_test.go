package awsquery_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/access"
	iamapi "poolhouse/internal/api/iam"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsquery"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/scratch"
)

// pythonWithBotocore returns a Python that has botocore.
func pythonWithBotocore(t *testing.T) string {
	t.Helper()
	python, err := scratch.Python("botocore")
	if err != nil {
		scratch.Lacking(t, err.Error())
	}
	return python
}

type object = map[string]any

// TestBotocore calls IAM and STS on one endpoint with botocore, a client of AWS.
func TestBotocore(t *testing.T) {
	python := pythonWithBotocore(t)
	server := httptest.NewServer(fake(t))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, python, "testdata/client.py", server.URL).Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("%v: %s", err, failed.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	var got object
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if diff := cmp.Diff(wantParsed, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// wantParsed is what the client must parse from the answers.
var wantParsed = object{
	"created": object{"User": object{
		"Path": `/<a&b>"/`, "UserName": "jane", "UserId": "AIDAEXAMPLEEXAMPLE", "Arn": `arn:aws:iam::123456789012:user/<a&b>"/jane`,
		"CreateDate": "2026-08-01T12:00:00.250000+00:00",
		"Tags":       []any{object{"Key": "team", "Value": "rot + grün"}, object{"Key": "empty", "Value": ""}},
	}},
	"pages":         []any{[]any{"u1", "u2"}, []any{"u3", "u4"}, []any{"u5"}},
	"no users":      object{"Users": []any{}, "IsTruncated": false},
	"put":           object{},
	"got":           true, // botocore has read the document
	"unknown":       []any{"NoSuchEntityException", "Sender", "NoSuchEntity", "There is no user <nobody>.", 404.0, 36.0},
	"there already": []any{"EntityAlreadyExistsException", "Sender", "EntityAlreadyExists", "There is a user taken.", 409.0, 36.0},
	"broken rule": []any{"ClientError", "Sender", "ValidationError", "1 validation error detected: Value 'a b' at 'userName' " +
		`failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+`, 400.0, 36.0},
	"unexpected": []any{"ClientError", "Receiver", "InternalFailure", "Internal error.", 500.0, 36.0},
	"not served": []any{"ClientError", "Sender", "InvalidAction", "ListRoles is not served by this Poolhouse version; see docs/coverage.md.", 400.0, 36.0},
	"caller":     object{"UserId": "AIDAEXAMPLE", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:root"},
	"assumed": object{
		"Credentials": object{
			"AccessKeyId": "ASIAEXAMPLEEXAMPLE", "SecretAccessKey": "s/+=", "SessionToken": "a,b", "Expiration": "2026-08-01T12:15:00+00:00",
		},
		"AssumedRoleUser":  object{"AssumedRoleId": "AROAEXAMPLE:session", "Arn": "arn:aws:iam::123456789012:role/r"},
		"PackedPolicySize": 0.0,
	},
}

// fault is an error of the fake service.
type fault struct {
	of      apicore.ErrorInfo
	message string
}

func (f fault) Error() string { return f.message }

// fake is a service with the users and documents that the client asks for.
func fake(t *testing.T) http.Handler {
	o := dispatch.Options{
		Authenticate: func(r *http.Request, _ []byte, service string) (access.Request, error) {
			if !strings.Contains(r.Header.Get("Authorization"), "/us-east-1/"+service+"/aws4_request") {
				return access.Request{}, &apicore.Refusal{Reason: apicore.WrongSignature, Message: "It is not signed for " + service + "."}
			}
			return access.Request{Identity: access.Root("123456789012")}, nil
		},
		Authorize: func(context.Context, access.Request, apicore.OperationInfo, any) (access.About, error) {
			return access.About{}, nil
		},
		Unmodelled: func(operation, code string) {
			t.Errorf("%s answers %s, which the model does not name", operation, code)
		},
		Log: slog.New(slog.DiscardHandler),
	}
	s := dispatch.Service{
		Protocol: awsquery.New(append(iamapi.Operations(), stsapi.Operations()...)...),
		ErrorOf: func(err error) *apicore.Error {
			if f, ok := errors.AsType[fault](err); ok {
				return &apicore.Error{Name: f.of.Code, Message: f.message}
			}
			return nil
		},
	}
	d := dispatch.New(o, s)
	dispatch.Handle(d, iamapi.CreateUser, createUser)
	dispatch.Handle(d, iamapi.ListUsers, listUsers)
	dispatch.Handle(d, iamapi.GetUser, func(_ context.Context, in *iamapi.GetUserRequest) (*iamapi.GetUserResponse, error) {
		return nil, fault{iamapi.NoSuchEntityException, "There is no user <" + in.UserName + ">."}
	})
	dispatch.Handle(d, iamapi.DeleteUser, func(context.Context, *iamapi.DeleteUserRequest) (*apicore.Empty, error) {
		return nil, errors.New("nobody expects this")
	})
	policies(d)
	tokens(d)
	return d.Handler(s)
}

var noon = time.Date(2026, 8, 1, 12, 0, 0, 250e6, time.UTC)

func createUser(_ context.Context, in *iamapi.CreateUserRequest) (*iamapi.CreateUserResponse, error) {
	if in.UserName == "taken" {
		return nil, fault{iamapi.EntityAlreadyExistsException, "There is a user taken."}
	}
	return &iamapi.CreateUserResponse{User: &iamapi.User{
		Path: in.Path, UserName: in.UserName, UserId: "AIDAEXAMPLEEXAMPLE", Arn: "arn:aws:iam::123456789012:user" + in.Path + in.UserName,
		CreateDate: apicore.Time{Time: noon}, Tags: in.Tags,
	}}, nil
}

func listUsers(_ context.Context, in *iamapi.ListUsersRequest) (*iamapi.ListUsersResponse, error) {
	truncated := false
	out := &iamapi.ListUsersResponse{Users: []iamapi.User{}, IsTruncated: &truncated}
	if in.PathPrefix == "/none/" {
		return out, nil
	}
	all := []string{"u1", "u2", "u3", "u4", "u5"}
	for len(all) > 0 && all[0] <= in.Marker {
		all = all[1:]
	}
	if n := int(*in.MaxItems); n < len(all) {
		all, truncated, out.Marker = all[:n], true, all[n-1]
	}
	for _, name := range all {
		out.Users = append(out.Users, iamapi.User{UserName: name, Path: "/", CreateDate: apicore.Time{Time: noon}})
	}
	return out, nil
}

// policies stores the one document that the client puts. The answer has it
// percent-encoded, as IAM returns documents (API Reference, GetUserPolicy).
func policies(d *dispatch.Dispatcher) {
	var document string
	dispatch.Handle(d, iamapi.PutUserPolicy, func(_ context.Context, in *iamapi.PutUserPolicyRequest) (*apicore.Empty, error) {
		document = in.PolicyDocument
		return nil, nil
	})
	dispatch.Handle(d, iamapi.GetUserPolicy, func(_ context.Context, in *iamapi.GetUserPolicyRequest) (*iamapi.GetUserPolicyResponse, error) {
		return &iamapi.GetUserPolicyResponse{UserName: in.UserName, PolicyName: in.PolicyName, PolicyDocument: url.PathEscape(document)}, nil
	})
}

func tokens(d *dispatch.Dispatcher) {
	dispatch.Handle(d, stsapi.GetCallerIdentity, func(context.Context, *stsapi.GetCallerIdentityRequest) (*stsapi.GetCallerIdentityResponse, error) {
		return &stsapi.GetCallerIdentityResponse{UserId: "AIDAEXAMPLE", Account: "123456789012", Arn: "arn:aws:iam::123456789012:root"}, nil
	})
	dispatch.Handle(d, stsapi.AssumeRole, func(_ context.Context, in *stsapi.AssumeRoleRequest) (*stsapi.AssumeRoleResponse, error) {
		packed := int32(0)
		return &stsapi.AssumeRoleResponse{
			Credentials: &stsapi.Credentials{
				AccessKeyId: "ASIAEXAMPLEEXAMPLE", SecretAccessKey: "s/+=", SessionToken: strings.Join(in.TransitiveTagKeys, ","),
				Expiration: apicore.Time{Time: noon.Truncate(time.Second).Add(time.Duration(*in.DurationSeconds) * time.Second)},
			},
			AssumedRoleUser:  &stsapi.AssumedRoleUser{AssumedRoleId: "AROAEXAMPLE:" + in.RoleSessionName, Arn: in.RoleArn},
			PackedPolicySize: &packed,
		}, nil
	})
}

// TestServices checks the tables of operations that a dispatcher gets.
func TestServices(t *testing.T) {
	if n := len(iamapi.Operations()); n != 58 {
		t.Errorf("IAM has %d operations, want 58", n)
	}
	for _, op := range append(iamapi.Operations(), stsapi.Operations()...) {
		if !op.Signed || op.Input == nil || op.Output != nil && op.Result != op.Name+"Result" {
			t.Errorf("%s: %+v", op.Name, op)
		}
	}
	want := map[apicore.ErrorInfo]apicore.ErrorInfo{
		iamapi.NoSuchEntityException:            {Code: "NoSuchEntity", Status: 404},
		iamapi.EntityAlreadyExistsException:     {Code: "EntityAlreadyExists", Status: 409},
		iamapi.LimitExceededException:           {Code: "LimitExceeded", Status: 409},
		iamapi.DeleteConflictException:          {Code: "DeleteConflict", Status: 409},
		iamapi.MalformedPolicyDocumentException: {Code: "MalformedPolicyDocument", Status: 400},
	}
	for got, want := range want {
		if got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
