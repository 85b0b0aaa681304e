package dispatch_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/access"
	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/dispatch"
)

// TestDo: a call from inside the process has the same permissions and checks as a request,
// and the same audit and log.
func TestDo(t *testing.T) {
	f := newFixture(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	deadline, _ := ctx.Deadline()
	do := func(in *cognitoapi.ListUserImportJobsRequest) (*cognitoapi.ListUserImportJobsResponse, string) {
		out, err := dispatch.Do(ctx, f.dispatcher, cognitoapi.ListUserImportJobs, f.adaNow(t), in)
		if err == nil {
			return out, ""
		}
		if _, ok := errors.AsType[*apicore.Error](err); !ok {
			t.Errorf("a %T is no error of the API", err)
		}
		return out, err.Error()
	}
	good := &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool, MaxResults: 1}
	if _, err := do(good); err != "AccessDeniedException: "+implicit("cognito-idp:ListUserImportJobs", poolARN) || f.handled != 0 {
		t.Errorf("without permission: %s, handled %d times", err, f.handled)
	}
	f.put(t, watcher)
	out, err := do(good)
	if err != "" || out.PaginationToken != pool || f.handled != 1 {
		t.Errorf("%+v, %s, handled %d times", out, err, f.handled)
	}
	if c := f.call; c.From.ARN != adaARN || c.From.Region != region || c.From.Address != "192.0.2.7" || c.About.Resource != poolARN ||
		c.ID == "" || c.Operation.Name != "ListUserImportJobs" || c.Begun.IsZero() || c.Deadline != deadline {
		t.Errorf("the handler knows of its call %+v", c)
	}
	if _, err := do(&cognitoapi.ListUserImportJobsRequest{UserPoolId: "no pool", MaxResults: 1}); !strings.HasPrefix(err, "InvalidParameterException: 1 validation error") {
		t.Errorf("an input that the model refuses: %s", err)
	}
	f.list = func() error { panic("broken") }
	if _, err := do(good); err != "InternalErrorException: Internal error." {
		t.Errorf("a panic: %s", err)
	}
	want := []string{
		"ListUserImportJobs by " + adaARN + " on " + poolARN + ": AccessDeniedException 400",
		"ListUserImportJobs by " + adaARN + " on " + poolARN + ":  200",
		"ListUserImportJobs by " + adaARN + " on *: InvalidParameterException 400",
		"ListUserImportJobs by " + adaARN + " on " + poolARN + ": InternalErrorException 500",
	}
	if !slices.Equal(f.ended, want) {
		t.Errorf("told of\n%q, want\n%q", f.ended, want)
	}
	if log := f.logged.String(); strings.Count(log, "msg=request") != 4 || strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, "inside_test.go") {
		t.Errorf("logged %s", log)
	}
}

// TestDoNobody: a call from inside without a caller is refused.
func TestDoNobody(t *testing.T) {
	f := newFixture(t)
	_, err := dispatch.Do(t.Context(), f.dispatcher, cognitoapi.ListUserImportJobs, access.Request{}, &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool, MaxResults: 1})
	if err == nil || !strings.HasPrefix(err.Error(), "InternalErrorException") || f.handled != 0 || !strings.Contains(f.logged.String(), "has no identity") {
		t.Errorf("%v, handled %d times, logged %s", err, f.handled, &f.logged)
	}
	_, err = dispatch.Do(t.Context(), f.dispatcher, iamapi.ListUsers, f.adaNow(t), &iamapi.ListUsersRequest{})
	if e, ok := errors.AsType[*apicore.Error](err); !ok || e.Name != "InvalidAction" || !strings.Contains(e.Message, "not served") {
		t.Errorf("an operation that is not served: %v", err)
	}
}

// TestMay: a question runs no handler, and leaves nothing in the log or the audit.
func TestMay(t *testing.T) {
	f := newFixture(t)
	may := func(ctx context.Context) (bool, error) {
		return dispatch.Allowed(ctx, f.dispatcher, cognitoapi.ListUserImportJobs, f.adaNow(t), &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool})
	}
	if ok, err := may(t.Context()); ok || err != nil {
		t.Errorf("without permission: %v, %v", ok, err)
	}
	f.put(t, watcher)
	if ok, err := may(t.Context()); !ok || err != nil {
		t.Errorf("with permission: %v, %v", ok, err)
	}
	_, err := dispatch.Allowed(t.Context(), f.dispatcher, cognitoapi.ListUserImportJobs, f.adaNow(t), &cognitoapi.ListUserImportJobsRequest{})
	if e, ok := errors.AsType[*apicore.Error](err); !ok || e.Name != "InvalidParameterException" {
		t.Errorf("a question that names no pool: %v", err)
	}
	if f.handled != 0 || f.ended != nil || f.logged.Len() > 0 {
		t.Errorf("handled %d times, told of %q, logged %s", f.handled, f.ended, &f.logged)
	}
	broken := newFixture(t, func(o *dispatch.Options) {
		o.Authorize = func(context.Context, access.Request, apicore.OperationInfo, any) (access.About, error) {
			panic("broken")
		}
	})
	ok, err := dispatch.Allowed(t.Context(), broken.dispatcher, cognitoapi.ListUserImportJobs, f.adaNow(t), &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool})
	if log := broken.logged.String(); ok || err == nil || !strings.Contains(log, "inside_test.go") || strings.Contains(log, "msg=request") || broken.ended != nil {
		t.Errorf("a gate that panics: %v, %v; told of %q, logged %s", ok, err, broken.ended, log)
	}
}

// TestRequire: a refused caller is in the log and the audit as having called. One with
// permission is not, because it has not called yet.
func TestRequire(t *testing.T) {
	f := newFixture(t)
	in := &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool, MaxResults: 1}
	refused, err := dispatch.Require(t.Context(), f.dispatcher, cognitoapi.ListUserImportJobs, f.adaNow(t), in)
	if err != nil || refused == nil || refused.Name != "AccessDeniedException" {
		t.Errorf("without permission: %v, %v", refused, err)
	}
	want := []string{"ListUserImportJobs by " + adaARN + " on " + poolARN + ": AccessDeniedException 400"}
	if !slices.Equal(f.ended, want) || strings.Count(f.logged.String(), "msg=request") != 1 {
		t.Errorf("told of %q, want %q; logged %s", f.ended, want, &f.logged)
	}
	f.put(t, watcher)
	if refused, err := dispatch.Require(t.Context(), f.dispatcher, cognitoapi.ListUserImportJobs, f.adaNow(t), in); refused != nil || err != nil {
		t.Errorf("with permission: %v, %v", refused, err)
	}
	if f.handled != 0 || len(f.ended) != 1 {
		t.Errorf("handled %d times, told of %q", f.handled, f.ended)
	}
}

// TestLimit: the limit is checked once for each call, before the signature, and also for
// calls from inside.
func TestLimit(t *testing.T) {
	var asked []string
	f := newFixture(t, func(o *dispatch.Options) {
		o.Limit = func(_ context.Context, c *dispatch.Call) error {
			asked = append(asked, c.Operation.Name+" "+c.From.Address+" "+c.From.ARN)
			return &apicore.Error{Name: "TooManyRequestsException", Message: "Slow down."}
		}
	})
	pools, _ := f.handlers()
	unsigned := f.signed(t, "cognito-idp", awsjson.ContentType, listTarget, `{`)
	unsigned.Header.Del("Authorization")
	if got := answer(pools, unsigned); !strings.HasPrefix(got, "400 ") || !strings.Contains(got, "TooManyRequestsException") {
		t.Error(got)
	}
	_, err := dispatch.Do(t.Context(), f.dispatcher, cognitoapi.ListUserImportJobs, f.adaNow(t), &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool, MaxResults: 1})
	if err == nil || !strings.HasPrefix(err.Error(), "TooManyRequestsException") {
		t.Errorf("from inside: %v", err)
	}
	if want := []string{"ListUserImportJobs 192.0.2.1 ", "ListUserImportJobs 192.0.2.7 " + adaARN}; !slices.Equal(asked, want) || f.handled != 0 {
		t.Errorf("asked %q, want %q; handled %d times", asked, want, f.handled)
	}
}

// TestUnsigned: an operation that needs no signature has a hook in place of permission, which
// sets the caller or refuses, and its end is reported.
func TestUnsigned(t *testing.T) {
	refuse := false
	f := newFixture(t, func(o *dispatch.Options) {
		o.Unsigned = func(_ context.Context, c *dispatch.Call, input any) error {
			if refuse {
				return &apicore.Error{Name: "NotAuthorizedException", Message: "No."}
			}
			c.From.ARN, c.About.Resource = "user "+input.(*cognitoapi.SignUpRequest).Username, "client"
			return nil
		}
	})
	pools, _ := f.handlers()
	signUp := func() string {
		r := f.signed(t, "cognito-idp", awsjson.ContentType, "AWSCognitoIdentityProviderService.SignUp", `{"ClientId":"abc","Username":"ada","Password":"x"}`)
		r.Header.Del("Authorization")
		return answer(pools, r)
	}
	if got := signUp(); !strings.HasPrefix(got, "200 ") || f.handled != 1 {
		t.Errorf("%s, handled %d times", got, f.handled)
	}
	refuse = true
	if got := signUp(); !strings.Contains(got, "NotAuthorizedException") || f.handled != 1 {
		t.Errorf("%s, handled %d times", got, f.handled)
	}
	if want := []string{"SignUp by user ada on client:  200", "SignUp by  on *: NotAuthorizedException 400"}; !slices.Equal(f.ended, want) {
		t.Errorf("told of %q, want %q", f.ended, want)
	}
}

// TestMistakesOfTheProgram: a programming mistake is reported before anything is served.
func TestMistakesOfTheProgram(t *testing.T) {
	f := newFixture(t)
	panics := func(want string, do func()) {
		t.Helper()
		defer func() {
			if text, _ := recover().(string); !strings.Contains(text, want) {
				t.Errorf("the panic says %q, want %s", text, want)
			}
		}()
		do()
	}
	panics("cognito-idp:AddCustomAttributes is declared twice", func() { dispatch.New(dispatch.Options{}, f.asJSON, f.asJSON) })
	panics("sts:AssumeRole is not declared", func() {
		dispatch.Handle(f.dispatcher, stsapi.AssumeRole, func(context.Context, *stsapi.AssumeRoleRequest) (*stsapi.AssumeRoleResponse, error) {
			return nil, nil
		})
	})
	if _, err := dispatch.Do(t.Context(), f.dispatcher, stsapi.AssumeRole, f.adaNow(t), new(stsapi.AssumeRoleRequest)); err == nil {
		t.Error("an operation that is not declared is carried out")
	}
	if ok, err := dispatch.Allowed(t.Context(), f.dispatcher, stsapi.AssumeRole, f.adaNow(t), new(stsapi.AssumeRoleRequest)); ok || err == nil {
		t.Errorf("an operation that is not declared: %v, %v", ok, err)
	}
}

// TestHere: calls of every kind are checked for their region after permission. A question
// about permission is not.
func TestHere(t *testing.T) {
	var asked []string
	f := newFixture(t, func(o *dispatch.Options) {
		o.CheckRegion = func(c *dispatch.Call, input any) error {
			asked = append(asked, c.From.Region+" "+input.(*cognitoapi.ListUserImportJobsRequest).UserPoolId)
			return &apicore.Error{Name: "ResourceNotFoundException", Message: "Elsewhere."}
		}
	})
	pools, _ := f.handlers()
	body := `{"MaxResults":1,"UserPoolId":"` + pool + `"}`
	in := &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool, MaxResults: 1}
	call := func(want string) {
		t.Helper()
		if got := answer(pools, f.signed(t, "cognito-idp", awsjson.ContentType, listTarget, body)); !strings.Contains(got, want) {
			t.Errorf("%s, want %s", got, want)
		}
		_, err := dispatch.Do(t.Context(), f.dispatcher, cognitoapi.ListUserImportJobs, f.adaNow(t), in)
		if e, ok := errors.AsType[*apicore.Error](err); !ok || e.Name != want {
			t.Errorf("from inside: %v, want %s", err, want)
		}
	}
	call("AccessDeniedException")
	if len(asked) > 0 {
		t.Errorf("it was asked of calls that are not allowed: %q", asked)
	}
	f.put(t, watcher)
	call("ResourceNotFoundException")
	if want := []string{region + " " + pool, region + " " + pool}; !slices.Equal(asked, want) {
		t.Errorf("asked of %q, want %q", asked, want)
	}
	if ok, err := dispatch.Allowed(t.Context(), f.dispatcher, cognitoapi.ListUserImportJobs, f.adaNow(t), in); !ok || err != nil {
		t.Errorf("may I? %v, %v", ok, err)
	}
	if f.handled != 0 || len(asked) != 2 {
		t.Errorf("handled %d times, asked %d times", f.handled, len(asked))
	}
}
