package server

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/config"
	"poolhouse/internal/datadir"
	"poolhouse/internal/iam"
)

func noEnvironment(string) string { return "" }

func settings(dir string) config.Config {
	cfg := config.Default()
	cfg.Data, cfg.Listen = dir, "127.0.0.1:0"
	return cfg
}

func open(t *testing.T, cfg config.Config) (*Server, error) {
	t.Helper()
	return Open(t.Context(), cfg, noEnvironment, slog.New(slog.DiscardHandler))
}

// end shuts an opened server down.
func end(t *testing.T, s *Server) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := s.Run(ctx); err != nil {
		t.Error(err)
	}
}

func mustOpen(t *testing.T, cfg config.Config) *Server {
	t.Helper()
	s, err := open(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestFirstStartsAtOnce: of many concurrent first starts on one directory one succeeds,
// and the directory has its credentials.
func TestFirstStartsAtOnce(t *testing.T) {
	cfg := settings(filepath.Join(t.TempDir(), "not", "there"))
	servers := make([]*Server, 8)
	var all sync.WaitGroup
	for i := range servers {
		all.Go(func() {
			if s, err := open(t, cfg); err == nil {
				servers[i] = s
			} else if !strings.Contains(err.Error(), "another Poolhouse server") {
				t.Error(err)
			}
		})
	}
	all.Wait()
	started := 0
	for _, s := range servers {
		if s == nil {
			continue
		}
		started++
		kept, err := config.ReadCredentials(filepath.Join(cfg.Data, "credentials"))
		if err != nil || kept != s.Root() {
			t.Errorf("the directory has the credentials %s, and the server %s (%v)", kept.AccessKeyID, s.Root().AccessKeyID, err)
		}
		end(t, s)
	}
	if started != 1 {
		t.Errorf("%d servers started, want 1", started)
	}
}

// TestAnnouncement: the directory has the server's URL while the server runs.
func TestAnnouncement(t *testing.T) {
	cfg := settings(t.TempDir())
	s := mustOpen(t, cfg)
	want := datadir.Endpoint{URL: s.URL(), Region: "us-east-1", AccessKeyID: s.Root().AccessKeyID}
	if got, err := datadir.Find(cfg.Data); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	end(t, s)
	if _, err := datadir.Find(cfg.Data); !errors.Is(err, datadir.ErrNoServer) {
		t.Errorf("after the end: %v", err)
	}
	cfg.LogsForward = "cloudwatch://"
	if _, err := open(t, cfg); err == nil {
		t.Error("a server starts with an invalid logs-forward")
	}
	if _, err := datadir.Find(cfg.Data); !errors.Is(err, datadir.ErrNoServer) {
		t.Errorf("after a start that failed: %v", err)
	}
}

// TestSealingKeyThatIsLost: a lost key that sealed nothing is replaced by a new one. If
// it sealed something, the server does not start.
func TestSealingKeyThatIsLost(t *testing.T) {
	cfg := settings(t.TempDir())
	lose := func() {
		t.Helper()
		if err := os.Remove(filepath.Join(cfg.Data, "sealing-key")); err != nil {
			t.Fatal(err)
		}
	}
	end(t, mustOpen(t, cfg))
	lose()
	end(t, mustOpen(t, cfg))
	s := mustOpen(t, cfg) // makes a key
	user, err := iam.NewUser("ada", "/", time.Now())
	if err == nil {
		err = s.store.IAM().CreateUser(t.Context(), user)
	}
	if err != nil {
		t.Fatal(err)
	}
	key, _ := iam.NewAccessKey("ada", s.sealer, time.Now())
	if err := s.store.IAM().CreateAccessKey(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	end(t, s)
	end(t, mustOpen(t, cfg))
	lose()
	_, err = open(t, cfg)
	if err == nil {
		t.Fatal("a server starts without the key of the sealed secrets")
	}
	for _, want := range []string{"lacks the key", "put the file sealing-key back into " + cfg.Data, config.EnvSealingKey, "docs/operations.md"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the refusal lacks %q: %v", want, err)
		}
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, "sealing-key")); err == nil {
		t.Error("the refusal left a key")
	}
}

// TestStartThatFailsAfterJoining: a server that did not start is not a member, so the
// next server may have other settings.
func TestStartThatFailsAfterJoining(t *testing.T) {
	postgres := startPostgres(t)
	cfg := settings(t.TempDir())
	cfg.Database, cfg.LogsForward = postgres.URL("postgres"), "cloudwatch://"
	if _, err := open(t, cfg); err == nil || !strings.Contains(err.Error(), "cloudwatch") {
		t.Fatalf("it did not fail as it should: %v", err)
	}
	cfg.LogsForward, cfg.Regions = "", "eu-west-1"
	end(t, mustOpen(t, cfg))
	cfg.Regions = "eu-west-2"
	end(t, mustOpen(t, cfg))
}
