package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/url"
	"testing"
	"time"

	"poolhouse/internal/config"
	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/regions"
	"poolhouse/internal/scratch"
	"poolhouse/internal/sigv4"
	"poolhouse/internal/upload"
	"poolhouse/internal/userpool"
)

// listening returns a server in a new directory. It listens, does not answer yet, and
// logs to the writer.
func listening(t testing.TB, log io.Writer) *Server {
	t.Helper()
	return listeningFor(t, "us-east-1", log)
}

// listeningFor is listening for a server of several regions.
func listeningFor(t testing.TB, list regions.List, log io.Writer) *Server {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.Regions = t.TempDir(), "127.0.0.1:0", list
	s, err := Open(t.Context(), cfg, rootInEnvironment, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run runs the server until the test ends.
func run(t *testing.T, s *Server) {
	t.Helper()
	t.Cleanup(runUntil(t, s))
}

// runUntil runs the server until stop is called. stop waits until the server has ended.
func runUntil(t *testing.T, s *Server) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// uploadURL makes a user pool with an import job, and returns the job's upload URL.
func uploadURL(t testing.TB, s *Server) string {
	t.Helper()
	now := time.Now()
	p := &userpool.UserPool{ID: "us-east-1_AbCdEfGhI", Schema: userpool.StandardSchema()}
	if err := s.store.CreatePool(t.Context(), p, 10); err != nil {
		t.Fatal(err)
	}
	j := &importjob.Job{PoolID: p.ID, ID: "import-0123456789", State: importjob.Created, Created: now}
	if err := s.store.CreateJob(t.Context(), j, 10); err != nil {
		t.Fatal(err)
	}
	url, err := s.files.URL(j.PoolID, j.ID, now)
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// receiver returns the server's receiver of uploads.
func receiver(s *Server) *upload.Handler { return s.receiver.(*upload.Handler) }

func importKey(pool, job string) importjob.Key { return importjob.Key{PoolID: pool, JobID: job} }

// withRole gives an import job a role and a pre-signed URL.
func withRole(arn, url string) func(*importjob.Job) error {
	return func(j *importjob.Job) error { j.RoleARN, j.UploadURL = arn, url; return nil }
}

func sha256Of(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func escape(text string) string { return url.QueryEscape(text) }

// startPostgres returns a PostgreSQL server that lives as long as the test.
func startPostgres(t *testing.T) *scratch.Postgres {
	t.Helper()
	postgres, err := scratch.StartPostgres(t.Context(), map[string]string{"fsync": "off"})
	if errors.Is(err, scratch.ErrNoPostgres) {
		scratch.Lacking(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := postgres.Close(); err != nil {
			t.Error(err)
		}
	})
	return postgres
}

// roleSession makes a role of an account that everyone may assume, and returns a signer for a
// session of the role.
func roleSession(t *testing.T, s *Server, account string) sigv4.Signer {
	t.Helper()
	trust := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}`
	role, err := iam.NewRole(iam.RoleSpec{Name: "shift", Trust: trust}, time.Now())
	if err == nil {
		err = s.store.IAM().CreateRole(t.Context(), role)
	}
	if err != nil {
		t.Fatal(err)
	}
	session, secret, err := iam.NewSession(role, iam.SessionSpec{Account: account, Name: "one"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return sigv4.Signer{AccessKey: session.AccessKeyID, Secret: string(secret), SessionToken: s.sealer.SealSession(session, secret)}
}

// eventually waits for what a server does in the background. The test asks again and again, as
// clients do: for what a whole server does there is no signal.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(5 * time.Millisecond) { // leaves the processors to the server
		if time.Now().After(deadline) {
			t.Fatalf("waited too long for %s", what)
		}
	}
}
