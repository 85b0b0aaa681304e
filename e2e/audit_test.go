package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/sigv4"
)

// own calls a Poolhouse operation, which no SDK has.
func (n *node) own(operation string, in object) object {
	n.t.Helper()
	return n.signed("Poolhouse."+operation, in)
}

// signed makes a signed call that the installed SDKs may not have.
func (n *node) signed(target string, in object) object {
	n.t.Helper()
	out, status := n.tried(target, in)
	if status != http.StatusOK {
		n.t.Fatalf("%s: %d %v", target, status, out)
	}
	return out
}

// tried is signed for a call that may be refused.
func (n *node) tried(target string, in object) (out object, status int) {
	n.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		n.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(n.t.Context(), http.MethodPost, n.url, bytes.NewReader(body))
	if err != nil {
		n.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	s := sigv4.Signer{AccessKey: n.getenv("AWS_ACCESS_KEY_ID"), Secret: n.getenv("AWS_SECRET_ACCESS_KEY"), Region: n.getenv("AWS_REGION"), Service: "cognito-idp"}
	s.Sign(r, body, time.Now())
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		n.t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&out); err != nil {
		n.t.Fatalf("%s: %s %v", target, response.Status, err)
	}
	return out, response.StatusCode
}

// TestAudit makes calls and reads their audit events after a restart: the server stores
// pending events when it shuts down.
func TestAudit(t *testing.T) {
	together(t)
	forOneCLI(t, func(a *awsCLI) {
		pool := a.createPool()
		key := a.createUser("ada", `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "cognito-idp:AdminCreateUser", "Resource": "*"}}`)
		ada := a.as(key, "")
		made := ada.do("admin-create-user", "--user-pool-id", pool, "--username", "bob", "--temporary-password", "Secr3t-password!",
			"--user-attributes", "Name=email,Value=bob@example.com")
		sub := ""
		for _, attribute := range made["User"].(object)["Attributes"].([]any) {
			if attribute := attribute.(object); attribute["Name"] == "sub" {
				sub = attribute["Value"].(string)
			}
		}
		ada.refused("AccessDeniedException", "", "delete-user-pool", "--user-pool-id", pool)
		ada.refused("AccessDeniedException", "", "delete-user-pool", "--user-pool-id", pool)
		ada.refused("AccessDeniedException", "", "list-users", "--user-pool-id", pool) // changes nothing
		a.as(object{"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "x"}, "").refused("UnrecognizedClientException", "", "delete-user-pool", "--user-pool-id", pool)
		a.do("delete-user-pool", "--user-pool-id", pool)
		a.terminate()
		a.again()

		const root, user = "arn:aws:iam::000000000000:root", "arn:aws:iam::000000000000:user/ada"
		arn := "arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + pool
		want := [][]any{ // newest first
			{"cognito-idp", "DeleteUserPool", user, arn, "AccessDeniedException", "calls=2"}, // equal refusals, written at shutdown
			{"cognito-idp", "DeleteUserPool", root, arn, nil, nil},
			{"cognito-idp", "AdminCreateUser", user, arn, nil, "sub=" + sub},
			{"iam", "CreateAccessKey", root, user, nil, "issued=" + key["AccessKeyId"].(string)},
			{"iam", "PutUserPolicy", root, user, nil, "policy=p"},
			{"iam", "CreateUser", root, user, nil, nil},
			{"cognito-idp", "CreateUserPool", root, "*", nil, "pool=" + pool},
		}
		var got [][]any
		lines := a.logged()
		for _, e := range a.own("ListAuditEvents", object{})["Events"].([]any) {
			e := e.(object)
			got = append(got, []any{e["Service"], e["Operation"], e["Principal"], e["Resource"], e["Result"], e["Details"]})
			if e["SourceAddress"] != "127.0.0.1" || !strings.Contains(e["UserAgent"].(string), "aws-cli") || e["Timestamp"].(float64) == 0 {
				a.t.Errorf("from where and when: %v", e)
			}
			if id := e["RequestId"].(string); strings.Count(lines, id) != 2 { // the request and its audit event
				a.t.Errorf("the log has the request %s %d times", id, strings.Count(lines, id))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			a.t.Errorf("the events:\n%s", diff)
		}
		some := a.own("ListAuditEvents", object{"Principal": user, "MaxResults": 1})
		if first := some["Events"].([]any); len(first) != 1 || first[0].(object)["AccessKeyId"] != key["AccessKeyId"] || some["NextToken"] == nil {
			a.t.Errorf("ada's last: %v", some)
		}
		for _, secret := range []string{"bob@example.com", "Secr3t-password!", key["SecretAccessKey"].(string)} {
			if strings.Contains(lines, secret) {
				a.t.Errorf("the log has %s", secret)
			}
		}
	})
}
