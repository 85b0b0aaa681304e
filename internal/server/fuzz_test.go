package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/sigv4"
)

// FuzzCall: root's call of an operation with any body is answered, and never with an internal
// error. Only operations that read are called here; other tests cover operations that change
// something.
func FuzzCall(f *testing.F) {
	s := opened(f)
	targets := []string{
		pools + "ListUsers", pools + "DescribeUserPool", pools + "ListUserPools", pools + "ListUserImportJobs", pools + "DescribeUserImportJob", pools + "AdminGetUser",
		pools + "ListUserPoolClients", pools + "GetCSVHeader", pools + "ListTagsForResource", "Poolhouse.ListAuditEvents", "Poolhouse.GetUserImportJobLog",
		"Logs_20140328.DescribeLogGroups", "Logs_20140328.FilterLogEvents", "Logs_20140328.GetLogEvents", "Logs_20140328.DescribeLogStreams",
	}
	for i, body := range []string{
		`{"UserPoolId":"us-east-1_AbCdEfGhI","Filter":"email = \"x\"","Limit":1,"PaginationToken":"x"}`, `{"UserPoolId":"us-east-1_AbCdEfGhI","MaxResults":60,"PaginationToken":"us-east-1_AbCdEfGhI#a\u0000#1"}`,
		`{"MaxResults":1,"NextToken":"x"}`, `{"logGroupName":"/aws/cognito/userpools/us-east-1_AbCdEfGhI/p","logStreamName":"import-0123456789/j","nextToken":"f/0"}`,
		`{"filterPattern":"?a -\"b"}`, `{"UserPoolId":"us-east-1_AbCdEfGhI","JobId":"import-0123456789","FromLine":-1}`, `[`, `{"a":{"a":{"a":1e999}}}`, "",
	} {
		for at := range targets {
			f.Add(uint8(at), body, i%2 == 0)
		}
	}
	uploadURL(f, s)
	f.Fuzz(func(t *testing.T, which uint8, body string, signed bool) {
		target := targets[int(which)%len(targets)]
		service := "cognito-idp"
		if strings.HasPrefix(target, "Logs") {
			service = "logs"
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:9229/", strings.NewReader(body))
		r.Header.Set("Content-Type", json)
		r.Header.Set("X-Amz-Target", target)
		if signed {
			(&sigv4.Signer{AccessKey: root.AccessKeyID, Secret: root.Secret, Region: "us-east-1", Service: service}).Sign(r, []byte(body), time.Now())
		}
		w := httptest.NewRecorder()
		s.http.Handler.ServeHTTP(w, r)
		if w.Code >= 500 || !signed && w.Code < 400 || w.Code != http.StatusOK && !strings.Contains(w.Body.String(), `"__type":"`) {
			t.Fatalf("%s %q, signed %v: %d %s", target, body, signed, w.Code, w.Body)
		}
	})
}

// FuzzForm: the same for the actions of IAM and STS.
func FuzzForm(f *testing.F) {
	s := opened(f)
	for _, body := range []string{
		"Action=ListUsers&Version=2010-05-08&Marker=x&MaxItems=1", "Action=GetPolicy&Version=2010-05-08&PolicyArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Apolicy%2Fa%00", "Action=GetCallerIdentity&Version=2011-06-15",
		"Action=GetUser&UserName=%00", "Action=ListRoles&PathPrefix=%2F%2A", "Action=a&Action=b", "Version=x", "%zz", "Action=GetPolicyVersion&VersionId=v1&PolicyArn=x",
	} {
		f.Add(body, true)
		f.Add(body, false)
	}
	f.Fuzz(func(t *testing.T, body string, signed bool) {
		for _, verb := range []string{"Create", "Put", "Delete", "Attach", "Detach", "Update", "Add", "Set", "Tag", "Untag"} {
			if strings.Contains(body, verb) {
				return
			}
		}
		service := "iam"
		if strings.Contains(body, "2011-06-15") {
			service = "sts"
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:9229/", strings.NewReader(body))
		r.Header.Set("Content-Type", form)
		if signed {
			(&sigv4.Signer{AccessKey: root.AccessKeyID, Secret: root.Secret, Region: "us-east-1", Service: service}).Sign(r, []byte(body), time.Now())
		}
		w := httptest.NewRecorder()
		s.http.Handler.ServeHTTP(w, r)
		if w.Code >= 500 || !signed && w.Code < 400 || w.Code != http.StatusOK && !strings.Contains(w.Body.String(), "<Code>") {
			t.Fatalf("%q, signed %v: %d %s", body, signed, w.Code, w.Body)
		}
	})
}
