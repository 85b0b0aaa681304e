package server

import (
	"net/http"
	"strings"
	"testing"

	"poolhouse/internal/audit"
	"poolhouse/internal/userpool"
)

// TestOperationsByName: an AWS operation that the server does not implement is answered
// with a pointer to the documentation, on every service. An unknown name is not.
func TestOperationsByName(t *testing.T) {
	s := opened(t)
	const elsewhere = " is not served by this Poolhouse version; see docs/coverage.md."
	for _, c := range []struct {
		signedCall
		media, want string
	}{
		{signedCall{"iam", "", "Action=CreateGroup&Version=2010-05-08&GroupName=g"}, form, "CreateGroup" + elsewhere},
		{signedCall{"sts", "", "Action=GetSessionToken&Version=2011-06-15"}, form, "GetSessionToken" + elsewhere},
		{signedCall{"sts", "", "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"}, form, "AssumeRoleWithWebIdentity" + elsewhere},
		{signedCall{"logs", "Logs_20140328.CreateLogGroup", `{"logGroupName":"g"}`}, json, "CreateLogGroup" + elsewhere},
		{signedCall{"cognito-idp", pools + "CreateUserPoolReplica", `{}`}, json, "CreateUserPoolReplica" + elsewhere},
		{signedCall{"iam", "", "Action=CreateGrop&Version=2010-05-08"}, form, "There is no operation"},
		{signedCall{"logs", "Logs_20140328.CreateLogGrop", `{}`}, json, "There is no operation"},
	} {
		status, text := c.answer(t, s, http.Header{"Content-Type": {c.media}})
		if status != http.StatusBadRequest || !strings.Contains(text, c.want) {
			t.Errorf("%s %s %s: %d %s", c.service, c.target, c.body, status, text)
		}
	}
}

// TestTagsOfAPoolAreRecorded: the audit has changes of a pool's tags, with the pool as
// the resource. It does not have calls that read tags.
func TestTagsOfAPoolAreRecorded(t *testing.T) {
	s := opened(t)
	p := &userpool.UserPool{ID: "us-east-1_AbCdEfGhI", Schema: userpool.StandardSchema()}
	if err := s.store.CreatePool(t.Context(), p, 10); err != nil {
		t.Fatal(err)
	}
	arn := "arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + p.ID
	for _, c := range []struct{ operation, body string }{
		{"TagResource", `{"ResourceArn":"` + arn + `","Tags":{"team":"red"}}`},
		{"ListTagsForResource", `{"ResourceArn":"` + arn + `"}`},
		{"UntagResource", `{"ResourceArn":"` + arn + `","TagKeys":["team"]}`},
	} {
		status, text := signedCall{"cognito-idp", pools + c.operation, c.body}.answer(t, s, http.Header{"Content-Type": {json}})
		if status != http.StatusOK {
			t.Fatalf("%s: %d %s", c.operation, status, text)
		}
	}
	finish := s.record(t.Context())
	finish()
	events, err := s.store.Audit().Events(t.Context(), audit.Query{Limit: 10})
	if err != nil || len(events) != 2 {
		t.Fatalf("%v, %v", events, err)
	}
	for i, operation := range []string{"UntagResource", "TagResource"} {
		if e := events[i]; e.Operation != operation || e.Resource != arn || e.Result != "" || e.Principal != "arn:aws:iam::000000000000:root" {
			t.Errorf("%+v", e)
		}
	}
}
