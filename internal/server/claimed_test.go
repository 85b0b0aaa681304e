package server

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"poolhouse/internal/sigv4"
)

// TestRefusedSignaturesAreLogged: the line of a call with a refused signature has the caller's
// address and the claimed access key. This holds in each protocol and for uploads. Other lines
// have neither, and no line has a secret.
func TestRefusedSignaturesAreLogged(t *testing.T) {
	var log bytes.Buffer
	s := listening(t, &log)
	defer end(t, s)
	upload := uploadURL(t, s)
	const unknown = "AKIAIOSFODNN7EXAMPLE"
	by := func(key, secret string) *sigv4.Signer {
		return &sigv4.Signer{AccessKey: key, Secret: secret, Region: "us-east-1"}
	}
	secret := "wJalrXUtnFEMI+K7MDENG+bPxRfiCYEXAMPLEKEY"
	list, users := signedCall{"cognito-idp", pools + "ListUserPools", `{"MaxResults":1}`}, signedCall{"iam", "", "Action=ListUsers&Version=2010-05-08"}
	for name, c := range map[string]struct {
		call   signedCall
		media  string
		signer *sigv4.Signer
		want   string // "" for no such line
	}{
		"an unknown key":             {list, json, by(unknown, "x"), unknown},
		"a wrong secret":             {list, json, by(root.AccessKeyID, "x"), root.AccessKeyID},
		"an unknown key, IAM":        {users, form, by(unknown, "x"), unknown},
		"a wrong secret, IAM":        {users, form, by(root.AccessKeyID, "x"), root.AccessKeyID},
		"not signed":                 {list, json, nil, `""`},
		"a secret in place of a key": {list, json, by(secret, secret), `"(of another form)"`},
		"a good signature":           {list, json, by(root.AccessKeyID, root.Secret), ""},
		"no such operation":          {signedCall{"cognito-idp", pools + "Nothing", `{}`}, json, by(unknown, "x"), ""},
	} {
		log.Reset()
		id := c.call.send(t, s, c.signer, c.media)
		line := lineOf(t, log.String(), id)
		if got := strings.Contains(line, "address=192.0.2.1 accessKeyId="+c.want+" "); got != (c.want != "") || c.want == "" && strings.Contains(line, "accessKeyId=") {
			t.Errorf("%s: %s", name, line)
		}
		if strings.Contains(log.String(), secret) {
			t.Errorf("%s: the log has a secret: %s", name, &log)
		}
	}
	log.Reset()
	inQuery := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="+unknown+"%2F20261129%2Fus-east-1%2Fiam%2Faws4_request&X-Amz-Date=20261129T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00",
		strings.NewReader(users.body))
	inQuery.Header.Set("Content-Type", form)
	s.http.Handler.ServeHTTP(httptest.NewRecorder(), inQuery)
	if !strings.Contains(log.String(), "address=192.0.2.1 accessKeyId="+unknown) {
		t.Errorf("in the query: %s", &log)
	}
	log.Reset()
	put := httptest.NewRequestWithContext(t.Context(), http.MethodPut, strings.Replace(upload, "X-Amz-Signature=", "X-Amz-Signature=00", 1), nil)
	put.Header.Set("X-Amz-Server-Side-Encryption", "aws:kms")
	w := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(w, put)
	if line := lineOf(t, log.String(), w.Header().Get("x-amz-request-id")); w.Code != http.StatusForbidden || !strings.Contains(line, "address=192.0.2.1 accessKeyId=") || strings.Contains(line, `accessKeyId=""`) {
		t.Errorf("an upload: %d %s", w.Code, line)
	}
}

// lineOf returns the line of the log that contains a text.
func lineOf(t *testing.T, log, text string) string {
	t.Helper()
	for line := range strings.Lines(log) {
		if text != "" && strings.Contains(line, text) {
			return line
		}
	}
	t.Fatalf("no line has %q: %s", text, log)
	return ""
}
