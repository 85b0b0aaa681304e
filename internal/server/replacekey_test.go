package server

import (
	"bytes"
	"context"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/config"
	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/sigv4"
	"poolhouse/internal/userpool"
)

// sealedThings has one sealed secret of each kind, with the values that they must still have
// when they are opened.
type sealedThings struct {
	t        *testing.T
	ada      person
	secret   string // of the app client
	password string // of the user
	url      string // of the job
}

const sealedPool = "us-east-1_AbCdEfGhI"

// sealing returns the settings of a server whose pre-signed URLs stay the same.
func sealing(t *testing.T) config.Config {
	t.Helper()
	cfg := settings(t.TempDir())
	cfg.PublicURL = "http://pool.example.com"
	return cfg
}

// sealThings makes one sealed secret of each kind.
func sealThings(t *testing.T, s *Server) sealedThings {
	t.Helper()
	things := sealedThings{t: t, ada: newUser(t, s), secret: "secret of web", password: "$2b$10$abcdefghijklmnopqrstuv"}
	now := time.Now().Truncate(time.Millisecond)
	p := &userpool.UserPool{ID: sealedPool, Name: "people", Schema: userpool.StandardSchema()}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.store.CreatePool(t.Context(), p, 10))
	must(s.store.CreateClient(t.Context(), &userpool.Client{PoolID: p.ID, ID: "web", Secret: things.secret}, func(*userpool.UserPool, *userpool.Client) error { return nil }))
	must(s.store.CreateUser(t.Context(), p, &userpool.User{PoolID: p.ID, Username: "zoe", Sub: "01a2263e-e8f4-7197-8ee9-5870d19b3743", Status: userpool.Confirmed,
		Created: now, Modified: now, Credential: userpool.Credential{Scheme: "BCRYPT", Secret: things.password, Expires: now}}, false))
	url, err := s.files.URL(p.ID, "import-0123456789", now)
	must(err)
	things.url = url
	must(s.store.CreateJob(t.Context(), &importjob.Job{PoolID: p.ID, ID: "import-0123456789", State: importjob.Created, UploadURL: url, Created: now}, 10))
	return things
}

// check tests that all of them can be opened.
func (x sealedThings) check(s *Server) {
	x.t.Helper()
	ctx := x.t.Context()
	if status, text := x.ada.call(x.t, s, signedCall{"sts", "", "Action=GetCallerIdentity&Version=2011-06-15"}, form); status != http.StatusOK {
		x.t.Errorf("the access key: %d %s", status, text)
	}
	if c, err := s.store.Client(ctx, sealedPool, "web"); err != nil || c.Secret != x.secret {
		x.t.Errorf("the app client: %+v, %v", c, err)
	}
	p, err := s.store.Pool(ctx, sealedPool)
	if err != nil {
		x.t.Fatal(err)
	}
	if u, err := s.store.User(ctx, p, "zoe"); err != nil || u.Credential.Secret != x.password {
		x.t.Errorf("the user: %+v, %v", u, err)
	}
	if j, err := s.store.Job(ctx, importKey(sealedPool, "import-0123456789")); err != nil || j.UploadURL != x.url {
		x.t.Errorf("the job: %+v, %v", j, err)
	}
	listening := httptest.NewServer(s.http.Handler)
	defer listening.Close()
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, strings.Replace(x.url, "http://pool.example.com", listening.URL, 1), strings.NewReader("cognito:username\nada\n"))
	if err != nil {
		x.t.Fatal(err)
	}
	r.Host = "pool.example.com"
	r.Header.Set("x-amz-server-side-encryption", "aws:kms")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		x.t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		x.t.Errorf("the pre-signed URL: %s", answer.Status)
	}
}

func keyFile(t *testing.T, cfg config.Config) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(cfg.Data, "sealing-key"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func replaceKey(t *testing.T, cfg config.Config, getenv func(string) string) (KeyReplaced, error) {
	t.Helper()
	return ReplaceKey(t.Context(), cfg, getenv, slog.New(slog.DiscardHandler))
}

// TestReplaceKey: every sealed secret opens under the new key, and only under it.
func TestReplaceKey(t *testing.T) {
	cfg := sealing(t)
	s := mustOpen(t, cfg)
	things := sealThings(t, s)
	if _, err := replaceKey(t, cfg, noEnvironment); err == nil || !strings.Contains(err.Error(), "another Poolhouse server") {
		t.Errorf("beside a server: %v", err)
	}
	end(t, s)
	old := keyFile(t, cfg)
	if done, err := replaceKey(t, cfg, noEnvironment); err != nil || !done.InFile || done.Before {
		t.Fatalf("%+v, %v", done, err)
	}
	fresh := keyFile(t, cfg)
	if fresh == old {
		t.Error("the key is the old one")
	}
	if info, err := os.Stat(filepath.Join(cfg.Data, "sealing-key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	if _, err := os.Stat(config.NextSealingKeyPath(cfg.Data)); err == nil {
		t.Error("the new key is left under the name that it had first")
	}
	s = mustOpen(t, cfg)
	things.check(s)
	end(t, s)
	if err := os.WriteFile(filepath.Join(cfg.Data, "sealing-key"), []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, cfg); err == nil || !strings.Contains(err.Error(), "another key") {
		t.Errorf("with the old key: %v", err)
	}
	if _, err := replaceKey(t, cfg, noEnvironment); err == nil || !strings.Contains(err.Error(), "another key") {
		t.Errorf("a replacement of the old key: %v", err)
	}
}

// TestReplaceKeyInterrupted: after each step at which a run may be interrupted, a server starts or
// says what to do. The next run finishes the work.
func TestReplaceKeyInterrupted(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name    string
		steps   func(r *keyReplacement) error
		refused string // the error of a start, "" for none
		before  bool   // the next run finds the database changed
	}{
		{"before anything", func(*keyReplacement) error { return nil }, "", false},
		{"with the new key beside the old one", (*keyReplacement).begin, "", false},
		{"with the database changed", func(r *keyReplacement) error {
			if err := r.begin(); err != nil {
				return err
			}
			return r.reseal(ctx)
		}, "interrupted after it had changed the database: run it again", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := sealing(t)
			s := mustOpen(t, cfg)
			things := sealThings(t, s)
			end(t, s)
			s, err := openStopped(t.Context(), cfg, noEnvironment, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			r := &keyReplacement{Server: s, inFile: true}
			if err := r.read(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := c.steps(r); err != nil {
				t.Fatal(err)
			}
			if err := s.close(); err != nil { // like the end of the process
				t.Fatal(err)
			}
			s, err = open(t, cfg)
			if (err != nil) != (c.refused != "") || err != nil && !strings.Contains(err.Error(), c.refused) {
				t.Fatalf("a start: %v", err)
			}
			if err == nil {
				things.check(s)
				end(t, s)
			}
			if done, err := replaceKey(t, cfg, noEnvironment); err != nil || done.Before != c.before {
				t.Fatalf("the next run: %+v, %v", done, err)
			}
			s = mustOpen(t, cfg)
			things.check(s)
			end(t, s)
		})
	}
}

// TestReplaceKeyUndone: if one secret cannot be opened, nothing is changed.
func TestReplaceKeyUndone(t *testing.T) {
	cfg := sealing(t)
	s := mustOpen(t, cfg)
	things := sealThings(t, s)
	user, err := iam.NewUser("eve", "/", time.Now())
	if err == nil {
		err = s.store.IAM().CreateUser(t.Context(), user)
	}
	if err != nil {
		t.Fatal(err)
	}
	other, _ := iam.NewSealer(bytes.Repeat([]byte{1}, iam.SealerKeySize))
	damaged, _ := iam.NewAccessKey("eve", other, time.Now())
	if err := s.store.IAM().CreateAccessKey(t.Context(), damaged); err != nil {
		t.Fatal(err)
	}
	end(t, s)
	if _, err := replaceKey(t, cfg, noEnvironment); err == nil || !strings.Contains(err.Error(), damaged.ID) {
		t.Fatalf("got %v", err)
	}
	s = mustOpen(t, cfg)
	things.check(s)
	end(t, s)
}

// TestReplaceKeyOfEnvironment: a key from the environment is replaced by another key from the
// environment, and no file is made.
func TestReplaceKeyOfEnvironment(t *testing.T) {
	cfg := sealing(t)
	keys := map[string]string{}
	for i, name := range []string{"old", "new"} {
		keys[name] = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{byte(i)}, iam.SealerKeySize))
	}
	with := func(key, next string) func(string) string {
		return func(name string) string {
			return map[string]string{config.EnvSealingKey: keys[key], config.EnvNewSealingKey: keys[next]}[name]
		}
	}
	start := func(key string) (*Server, error) {
		return Open(t.Context(), cfg, with(key, ""), slog.New(slog.DiscardHandler))
	}
	s, err := start("old")
	if err != nil {
		t.Fatal(err)
	}
	things := sealThings(t, s)
	end(t, s)
	for _, c := range []struct{ key, next, want string }{
		{"old", "", "the new one must come from " + config.EnvNewSealingKey},
		{"old", "old", "must be a new key"},
		{"new", "old", ""}, // as after a finished run
	} {
		if done, err := replaceKey(t, cfg, with(c.key, c.next)); (err != nil) != (c.want != "") || err != nil && !strings.Contains(err.Error(), c.want) || err == nil && !done.Before {
			t.Errorf("%s to %s: %+v, %v", c.key, c.next, done, err)
		}
	}
	if done, err := replaceKey(t, cfg, with("old", "new")); err != nil || done.InFile || done.Before {
		t.Fatalf("%+v, %v", done, err)
	}
	if done, err := replaceKey(t, cfg, with("old", "new")); err != nil || !done.Before {
		t.Errorf("once more: %+v, %v", done, err)
	}
	if _, err := start("old"); err == nil || !strings.Contains(err.Error(), "after `poolhouse key replace` that is the value of "+config.EnvNewSealingKey) {
		t.Errorf("with the old key: %v", err)
	}
	if s, err = start("new"); err != nil {
		t.Fatal(err)
	}
	things.check(s)
	end(t, s)
	for _, path := range []string{filepath.Join(cfg.Data, "sealing-key"), config.NextSealingKeyPath(cfg.Data)} {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s was made", path)
		}
	}
}

// TestRootIsChanged: after a restart with another root key, the previous one is invalid. Sealed
// secrets, users' keys, role sessions and pre-signed URLs stay valid.
func TestRootIsChanged(t *testing.T) {
	cfg := sealing(t)
	start := func(id, secret string) *Server {
		t.Helper()
		s, err := Open(t.Context(), cfg, func(name string) string {
			return map[string]string{config.EnvRootAccessKeyID: id, config.EnvRootSecret: secret}[name]
		}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	const first, second = "a secret of sixteen", "another of sixteen"
	s := start("PHIAFIRST", first)
	things := sealThings(t, s)
	ofSession := roleSession(t, s, cfg.AccountID)
	end(t, s)
	s = start("PHIASECOND", second)
	defer end(t, s)
	things.check(s)
	who := signedCall{"sts", "", "Action=GetCallerIdentity&Version=2011-06-15"}
	for _, c := range []struct {
		name   string
		signer sigv4.Signer
		want   int
	}{
		{"the session of a role", ofSession, http.StatusOK},
		{"the new root key", sigv4.Signer{AccessKey: "PHIASECOND", Secret: second}, http.StatusOK},
		{"the old root key", sigv4.Signer{AccessKey: "PHIAFIRST", Secret: first}, http.StatusForbidden},
		{"the new root key with the old secret", sigv4.Signer{AccessKey: "PHIASECOND", Secret: first}, http.StatusForbidden},
	} {
		if status, text := answeredFor(t, s, who, form, c.signer); status != c.want {
			t.Errorf("%s: %d %s", c.name, status, text)
		}
	}
}

// TestReplaceKeyOfNothing: nothing is made in a directory on which no server has been started.
func TestReplaceKeyOfNothing(t *testing.T) {
	cfg := settings(filepath.Join(t.TempDir(), "none"))
	if _, err := replaceKey(t, cfg, noEnvironment); err == nil || !strings.Contains(err.Error(), "no server has been started on "+cfg.Data) {
		t.Errorf("got %v", err)
	}
	if _, err := SetAccount(t.Context(), cfg, noEnvironment, slog.New(slog.DiscardHandler), "123456789012"); err == nil || !strings.Contains(err.Error(), "no server has been started on "+cfg.Data) {
		t.Errorf("an account: %v", err)
	}
	if _, err := os.Stat(cfg.Data); err == nil {
		t.Error("a directory was made")
	}
}
