package dispatch_test

import (
	"net/http"
	"strings"
	"testing"

	"poolhouse/internal/awsjson"
)

// TestOrderOfRefusals: a request is wrong in everything that a step and the later steps
// check. The first step that checks answers. Ada has no permissions, so the last step would
// refuse every request.
func TestOrderOfRefusals(t *testing.T) {
	const (
		form   = "application/x-www-form-urlencoded"
		target = "AWSCognitoIdentityProviderService."
		user   = "Action=GetUser&Version=2010-05-08"
	)
	large := strings.Repeat(" ", 1<<20) + "{"
	put := func(r *http.Request) { r.Method = http.MethodPut }
	unsigned := func(r *http.Request) { r.Header.Del("Authorization") }
	same := func(*http.Request) {}
	cases := []struct {
		service, media, target, body string
		change                       func(*http.Request)
		want                         string
	}{
		{"cognito-idp", form, target + "Nothing", large, put, "405 Operations are called with POST."},
		{"cognito-idp", form, target + "Nothing", large, unsigned, "400 There is no operation"},
		{"cognito-idp", form, target + "ListUsers", large, unsigned, "400 The Content-Type must be"},
		{"cognito-idp", awsjson.ContentType, target + "ListUsers", large, unsigned, "413 RequestEntityTooLargeException"},
		{"cognito-idp", awsjson.ContentType, target + "ListUsers", "{", unsigned, "400 MissingAuthenticationTokenException"},
		{"logs", awsjson.ContentType, target + "ListUsers", "{", same, "400 InvalidSignatureException"},
		{"cognito-idp", awsjson.ContentType, target + "ListUsers", "{", same, "400 ListUsers is not served"},
		{"cognito-idp", awsjson.ContentType, listTarget, "{", same, "400 SerializationException"},
		{"cognito-idp", awsjson.ContentType, listTarget, `{"MaxResults":1}`, same, "400 InvalidParameterException"},
		{"cognito-idp", awsjson.ContentType, listTarget, `{"MaxResults":1,"UserPoolId":"` + pool + `"}`, same, "400 AccessDeniedException"},

		{"iam", "", "", large, put, "405 Operations are called with POST"},
		{"iam", "", "", large, unsigned, "400 The Content-Type must be"},
		{"iam", form, "", large, unsigned, "413 RequestEntityTooLarge"},
		{"iam", form, "", "Action=Nothing&Action=x", unsigned, "400 MalformedInput"},
		{"iam", form, "", "Action=Nothing&Version=2010-05-08", unsigned, "400 There is no operation"},
		{"iam", form, "", "Action=ListUsers&Version=2010-05-08&MaxItems=x", unsigned, "403 MissingAuthenticationToken"},
		{"sts", form, "", "Action=ListUsers&Version=2010-05-08&MaxItems=x", same, "403 SignatureDoesNotMatch"},
		{"iam", form, "", "Action=ListUsers&Version=2010-05-08&MaxItems=x", same, "400 ListUsers is not served"},
		{"iam", form, "", user + "&UserName=a&UserName.x=&UserName=a", same, "400 MalformedInput"},
		{"iam", form, "", user + "&UserName=a%20b", same, "400 ValidationError"},
		{"iam", form, "", user, same, "403 AccessDenied"},
	}
	f := newFixture(t)
	pools, entities := f.handlers()
	for _, c := range cases {
		h := pools
		if c.target == "" {
			h = entities
		}
		r := f.signed(t, c.service, c.media, c.target, c.body)
		c.change(r)
		status, text, _ := strings.Cut(c.want, " ")
		if got := answer(h, r); !strings.HasPrefix(got, status) || !strings.Contains(got, text) {
			t.Errorf("%s %.80s%.80s: %.300s\nwant %s", c.media, c.target, c.body, got, c.want)
		}
	}
	if f.handled != 0 {
		t.Errorf("handlers were called %d times", f.handled)
	}
}
