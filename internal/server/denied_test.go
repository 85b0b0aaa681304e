package server

import (
	encodingjson "encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/apineeds"
	"poolhouse/internal/iam"
	"poolhouse/internal/sigv4"
)

// named has values of the members that name the resource of a call.
var named = map[string]string{
	"UserPoolId": "us-east-1_AbCdEf123", "ResourceArn": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123",
	"CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x", "RoleArn": "arn:aws:iam::000000000000:role/x", "RoleSessionName": "session",
	"UserName": "someone", "RoleName": "some-role", "PolicyName": "some-policy", "PolicyArn": "arn:aws:iam::000000000000:policy/some-policy",
	"AccessKeyId": "AKIAEXAMPLEEXAMPLE22", "logGroupName": "/aws/cognito/some", "logStreamName": "some/stream", "Path": "/", "NewPath": "/", "NewUserName": "another",
}

// wrongCall returns an input of an operation with valid names of the resource and one other
// invalid member. It returns false if no other member of the operation can be invalid.
func wrongCall(t *testing.T, op apicore.OperationInfo) (body string, ok bool) {
	t.Helper()
	if op.Input == nil {
		return "", false
	}
	input, text := map[string]any{}, url.Values{"Action": {op.Name}, "Version": {op.API.Version}}
	needed := op.Needs.Members()
	for _, m := range op.Input.Members {
		switch {
		case slices.Contains(needed, m.Name) && m.Shape.Type == apicore.String && named[m.Name] != "":
			input[m.Name] = named[m.Name]
			text.Set(m.Name, named[m.Name])
		case slices.Contains(needed, m.Name) && m.Required && m.Shape.Type == apicore.String:
			t.Errorf("%s: the table has no value of %s", op.Name, m.Name)
		case slices.Contains(needed, m.Name) || ok:
		case op.API.Version == "":
			input[m.Name], ok = map[string]any{"no": "such"}, true
			if t := m.Shape.Type; t == apicore.Structure || t == apicore.Map || t == apicore.Document {
				input[m.Name] = 5
				ok = t != apicore.Document
			}
		default:
			var value string
			if value, ok = wrongText(m.Shape); ok {
				text.Set(m.Name, value)
			}
		}
	}
	if op.API.Version != "" {
		return text.Encode(), ok
	}
	whole, err := encodingjson.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	return string(whole), ok
}

// wrongText returns a parameter that is not a valid value of a shape.
func wrongText(s *apicore.Shape) (string, bool) {
	switch {
	case s.Type != apicore.String && s.Type != apicore.Document, len(s.Enum) > 0:
		return "no such", true
	case s.Pattern != nil && !s.Pattern.Match("\n\u00e9 \n"):
		return "\n\u00e9 \n", true
	case s.Max != nil && *s.Max < 9000:
		return strings.Repeat("x", int(*s.Max)+1), true
	}
	return "", false
}

// TestDeniedBeforeValidated: a caller without the permission for an operation is answered
// AccessDenied even if the input is invalid, as long as the permission does not depend on the
// invalid member. A caller with the permission is told what is invalid. This is tested for every
// operation.
func TestDeniedBeforeValidated(t *testing.T) {
	s := opened(t)
	ada := newUser(t, s)
	signer := sigv4.Signer{AccessKey: ada.key.ID, Secret: ada.secret, Region: "us-east-1"}
	allow := func(document string) {
		t.Helper()
		p, err := iam.NewInlinePolicy("p", document)
		if err == nil {
			err = s.store.IAM().PutInlinePolicy(t.Context(), iam.UserOwner("ada"), p)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const all = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	tried, free := 0, 0
	for _, op := range slices.Concat(cognitoapi.Operations(), poolhouseapi.Operations(), logsapi.Operations(), iamapi.Operations(), stsapi.Operations()) {
		if !op.Signed || !s.calls.Serves(op) || op.Needs.Resource.Kind == apineeds.Nothing || op.Needs.Resource.Kind == apineeds.TrustingRole {
			continue
		}
		inputs := []string{}
		if body, ok := wrongCall(t, op); ok {
			inputs = append(inputs, body)
		}
		if len(op.Needs.Members()) == 0 {
			free++
			if op.API.Version == "" {
				inputs = append(inputs, "{", "[]", strings.Repeat(" ", 17<<10)+"{")
			}
		}
		action := op.Needs.Action
		if action == "" {
			action = op.Action()
		}
		for _, body := range inputs {
			tried++
			allow(`{"Version":"2012-10-17","Statement":[` + all + `]}`)
			if got := wrongAnswer(t, s, signer, op, body); !strings.Contains(got, "Exception") && !strings.Contains(got, "Error") && !strings.Contains(got, "MalformedInput") || strings.Contains(got, "AccessDenied") {
				t.Errorf("%s %.80s with the permission: %.300s", op.Action(), body, got)
			}
			allow(`{"Version":"2012-10-17","Statement":[` + all + `,{"Effect":"Deny","Action":"` + action + `","Resource":"*"}]}`)
			if got := wrongAnswer(t, s, signer, op, body); !strings.Contains(got, "AccessDenied") || !strings.Contains(got, "explicit deny") {
				t.Errorf("%s %.80s without the permission: %.300s", op.Action(), body, got)
			}
		}
	}
	if tried < 80 || free < 4 { // the resource of IAM's lists is their path
		t.Errorf("%d inputs were tried, and %d operations need nothing of the input", tried, free)
	}
}

func wrongAnswer(t *testing.T, s *Server, signer sigv4.Signer, op apicore.OperationInfo, body string) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(body))
	r.Header.Set("Content-Type", json)
	if op.API.Version != "" {
		r.Header.Set("Content-Type", form)
	} else {
		r.Header.Set("X-Amz-Target", op.Target())
	}
	signer.Service = op.API.SignedFor
	signer.Sign(r, []byte(body), time.Now())
	w := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(w, r)
	return w.Body.String()
}
