package server

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/audit"
	"poolhouse/internal/outbox"
	"poolhouse/internal/sigv4"
)

// textLog is a log for concurrent writers.
type textLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *textLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// asRoot makes a call as root and returns the answer.
func asRoot(t *testing.T, s *Server, target, body string) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(body))
	r.Header.Set("Content-Type", json)
	r.Header.Set("X-Amz-Target", target)
	(&sigv4.Signer{AccessKey: root.AccessKeyID, Secret: root.Secret, Region: "us-east-1", Service: "cognito-idp"}).Sign(r, []byte(body), time.Now())
	w := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(w, r)
	return w.Body.String()
}

// TestMessagesAreNotTold: the answer of ListOutboxMessages has the temporary password, the text and
// the address of a message. The log, the audit and the files of the database have none of them.
// Neither has the error for a message that cannot be opened.
func TestMessagesAreNotTold(t *testing.T) {
	log := new(textLog)
	s := listening(t, log)
	secrets := []string{"Temporary-secret-1!", "Welcome-text", "Welcome-subject", "ada.recipient@example.com"}
	told := func(where, text string, want bool) {
		t.Helper()
		for _, secret := range secrets {
			if strings.Contains(text, secret) != want {
				t.Errorf("%s is in %s: %v, want %v", secret, where, !want, want)
			}
		}
	}
	template := `{"EmailMessage":"Welcome-text {username} {####}","EmailSubject":"Welcome-subject"}`
	asRoot(t, s, pools+"CreateUserPool", `{"PoolName":"people","UserPoolTags":{"poolhouse:pool-id":"us-east-1_outbox"},"AdminCreateUserConfig":{"InviteMessageTemplate":`+template+`}}`)
	invite := func(more string) string {
		return asRoot(t, s, pools+"AdminCreateUser", `{"UserPoolId":"us-east-1_outbox","Username":"ada","TemporaryPassword":"`+secrets[0]+`"`+more+`}`)
	}
	attributes := `,"UserAttributes":[{"Name":"email","Value":"` + secrets[3] + `"}]`
	if out := invite(attributes); strings.Contains(out, secrets[0]) || !strings.Contains(out, `"Username":"ada"`) {
		t.Errorf("the user was answered: %s", out)
	}
	for _, more := range []string{attributes, `,"MessageAction":"RESEND","DesiredDeliveryMediums":["SMS"]`} {
		told("a refusal", invite(more), false)
	}
	list := func() string {
		return asRoot(t, s, "Poolhouse.ListOutboxMessages", `{"UserPoolId":"us-east-1_outbox"}`)
	}
	told("the answer", list(), true)

	p, err := s.store.Pool(t.Context(), "us-east-1_outbox")
	if err != nil {
		t.Fatal(err)
	}
	other := *p
	other.Number += 1000 // a pool with another key
	if _, err := s.store.Messages(t.Context(), &other, "", "", 10); err != nil {
		told("an error", err.Error(), false)
	}
	s.record(t.Context())() // and wait until all events are stored
	events, err := s.store.Audit().Events(t.Context(), audit.Query{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	told("the audit", fmt.Sprint(events), false)
	if !strings.Contains(fmt.Sprint(events), "messages=1") {
		t.Error("the audit lacks the reader of the message")
	}
	var files bytes.Buffer
	for _, name := range filesBelow(t, s.cfg.Data) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files.Write(data)
	}
	secrets = secrets[:1] // the pool has the template and the user the address: they are not secrets of the message
	told("the files", files.String(), false)
	if err := s.close(); err != nil {
		t.Error(err)
	}
	secrets = []string{"Temporary-secret-1!", "Welcome-text", "Welcome-subject", "ada.recipient@example.com"}
	told("the log", log.text.String(), false)
}

func filesBelow(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, path)
		}
		return err
	})
	if err != nil || len(names) == 0 {
		t.Fatalf("%v, %v", names, err)
	}
	return names
}

// TestOldMessagesGo: the server's hourly deletion removes messages that are older than a day.
func TestOldMessagesGo(t *testing.T) {
	s := opened(t)
	asRoot(t, s, pools+"CreateUserPool", `{"PoolName":"people","UserPoolTags":{"poolhouse:pool-id":"us-east-1_outbox"}}`)
	asRoot(t, s, pools+"AdminCreateUser", `{"UserPoolId":"us-east-1_outbox","Username":"ada","UserAttributes":[{"Name":"email","Value":"a@example.com"}]}`)
	p, err := s.store.Pool(t.Context(), "us-east-1_outbox")
	if err != nil {
		t.Fatal(err)
	}
	left := func(now time.Time) int {
		t.Helper()
		for _, e := range s.expiries() {
			if !strings.Contains(e.what, "messages") {
				continue
			}
			if err := e.do(t.Context(), now); err != nil {
				t.Errorf("%s: %v", e.what, err)
			}
		}
		messages, err := s.store.Messages(t.Context(), p, "", "", 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(messages)
	}
	if n := left(time.Now().Add(outbox.KeepFor - time.Minute)); n != 1 {
		t.Errorf("%d messages after less than a day", n)
	}
	if n := left(time.Now().Add(outbox.KeepFor + time.Minute)); n != 0 {
		t.Errorf("%d messages after a day", n)
	}
}
