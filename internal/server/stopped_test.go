package server

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/config"
	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
)

const otherAccount = "123456789012"

func setAccount(t *testing.T, cfg config.Config, account string) (string, error) {
	t.Helper()
	return SetAccount(t.Context(), cfg, noEnvironment, slog.New(slog.DiscardHandler), account)
}

// denying gives the user ada a policy that denies something in an account.
func denying(t *testing.T, s *Server, account string) {
	t.Helper()
	p, err := iam.NewInlinePolicy("p", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
		{"Effect":"Deny","Action":"iam:GetUser","Resource":"arn:aws:iam::`+account+`:user/*"}]}`)
	if err == nil {
		err = s.store.IAM().PutInlinePolicy(t.Context(), iam.UserOwner("ada"), p)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestSetAccount: all data belongs to the other account afterwards, sealed data too. SetAccount
// refuses if policies would lose their meaning, and if a server runs.
func TestSetAccount(t *testing.T) {
	cfg := sealing(t)
	s := mustOpen(t, cfg)
	things := sealThings(t, s)
	denying(t, s, cfg.AccountID)
	ofSession := roleSession(t, s, cfg.AccountID)
	if _, err := setAccount(t, cfg, otherAccount); err == nil || !strings.Contains(err.Error(), "another Poolhouse server") {
		t.Errorf("beside a server: %v", err)
	}
	end(t, s)
	for range 2 { // the first refusal changes nothing
		if _, err := setAccount(t, cfg, otherAccount); err == nil || !strings.Contains(err.Error(), "the inline policy p of the user ada") {
			t.Errorf("with a policy: %v", err)
		}
	}
	s = mustOpen(t, cfg)
	denying(t, s, "*")
	end(t, s)
	if before, err := setAccount(t, cfg, otherAccount); err != nil || before != cfg.AccountID {
		t.Fatalf("from %s: %v", before, err)
	}
	if before, err := setAccount(t, cfg, otherAccount); err != nil || before != otherAccount {
		t.Errorf("once more, from %s: %v", before, err)
	}
	if _, err := open(t, cfg); err == nil || !strings.Contains(err.Error(), "--account-id "+otherAccount) {
		t.Errorf("the account before: %v", err)
	}
	cfg.AccountID = otherAccount
	s = mustOpen(t, cfg)
	defer end(t, s)
	things.url = strings.Replace(things.url, "000000000000", otherAccount, 1)
	status, text := things.ada.call(t, s, signedCall{"sts", "", "Action=GetCallerIdentity&Version=2011-06-15"}, form)
	if status != http.StatusOK || !strings.Contains(text, "arn:aws:iam::"+otherAccount+":user/ada") {
		t.Errorf("the access key: %d %s", status, text)
	}
	if status, text := things.ada.call(t, s, signedCall{"iam", "", "Action=GetUser&Version=2010-05-08&UserName=ada"}, form); status != http.StatusForbidden {
		t.Errorf("an action that a policy denies in every account: %d %s", status, text)
	}
	if c, err := s.store.Client(t.Context(), sealedPool, "web"); err != nil || c.Secret != things.secret {
		t.Errorf("the app client: %+v, %v", c, err)
	}
	if status, text := answeredFor(t, s, signedCall{"sts", "", "Action=GetCallerIdentity&Version=2011-06-15"}, form, ofSession); status != http.StatusForbidden {
		t.Errorf("a session of the account before: %d %s", status, text)
	}
}

// TestSetAccountWhileImporting: SetAccount refuses while an import job is active.
func TestSetAccountWhileImporting(t *testing.T) {
	cfg := settings(t.TempDir())
	s := mustOpen(t, cfg)
	sealThings(t, s)
	_, err := s.store.UpdateJob(t.Context(), importKey(sealedPool, "import-0123456789"), func(j *importjob.Job) error { j.State = importjob.Pending; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil { // before the job begins
		t.Fatal(err)
	}
	if _, err := setAccount(t, cfg, otherAccount); err == nil || !strings.Contains(err.Error(), "an import job is active") {
		t.Errorf("got %v", err)
	}
}

// TestStoppedServersOfPostgres: commands that need the servers stopped find the running servers of
// a shared database. After these have ended the commands work, also without a data directory.
func TestStoppedServersOfPostgres(t *testing.T) {
	postgres := startPostgres(t)
	cfg := sealing(t)
	cfg.Database = postgres.URL("postgres")
	keys := []string{base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, iam.SealerKeySize)), base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{2}, iam.SealerKeySize))}
	with := func(key, next string) func(string) string {
		return func(name string) string {
			return map[string]string{config.EnvRootAccessKeyID: "PHIATEST", config.EnvRootSecret: "a secret of sixteen", config.EnvSealingKey: key, config.EnvNewSealingKey: next}[name]
		}
	}
	quiet := slog.New(slog.DiscardHandler)
	elsewhere := cfg
	elsewhere.Data = t.TempDir() + "/none"
	set := func() (string, error) {
		return SetAccount(t.Context(), elsewhere, with(keys[0], ""), quiet, otherAccount)
	}
	replace := func() (KeyReplaced, error) { return ReplaceKey(t.Context(), elsewhere, with(keys[0], keys[1]), quiet) }
	if _, err := set(); err == nil || !strings.Contains(err.Error(), "no server has been started") {
		t.Errorf("an empty database: %v", err)
	}
	s, err := Open(t.Context(), cfg, with(keys[0], ""), quiet)
	if err != nil {
		t.Fatal(err)
	}
	things := sealThings(t, s)
	refused := func(when string) {
		t.Helper()
		if _, err := set(); err == nil || !strings.Contains(err.Error(), "servers are running on this database: "+s.Node()) {
			t.Errorf("an account %s: %v", when, err)
		}
		if _, err := replace(); err == nil || !strings.Contains(err.Error(), "servers are running on this database: "+s.Node()) {
			t.Errorf("a key %s: %v", when, err)
		}
	}
	refused("beside a server")
	long := time.Now().Add(-time.Minute)
	if _, err := s.store.Join(t.Context(), s.member(s.root), long, long); err != nil {
		t.Fatal(err)
	}
	silent := s.self
	silent.Seen = long
	if _, err := s.store.Join(t.Context(), silent, long, long); err != nil { // like a server that hangs
		t.Fatal(err)
	}
	refused("beside a server that says nothing")
	end(t, s)
	if before, err := set(); err != nil || before != cfg.AccountID {
		t.Fatalf("from %s: %v", before, err)
	}
	if _, err := replace(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), cfg, with(keys[1], ""), quiet); err == nil || !strings.Contains(err.Error(), "--account-id "+otherAccount) {
		t.Errorf("the account before: %v", err)
	}
	cfg.AccountID = otherAccount
	if _, err := Open(t.Context(), cfg, with(keys[0], ""), quiet); err == nil || !strings.Contains(err.Error(), "another key") {
		t.Errorf("the key before: %v", err)
	}
	if s, err = Open(t.Context(), cfg, with(keys[1], ""), quiet); err != nil {
		t.Fatal(err)
	}
	defer end(t, s)
	if status, text := things.ada.call(t, s, signedCall{"sts", "", "Action=GetCallerIdentity&Version=2011-06-15"}, form); status != http.StatusOK || !strings.Contains(text, otherAccount) {
		t.Errorf("the access key: %d %s", status, text)
	}
	if c, err := s.store.Client(t.Context(), sealedPool, "web"); err != nil || c.Secret != things.secret {
		t.Errorf("the app client: %+v, %v", c, err)
	}
}
