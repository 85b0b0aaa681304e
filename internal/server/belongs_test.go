package server

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/regions"
	"poolhouse/internal/userpool"
)

// TestAccountAndRegionsStay: a server does not start with another account than at the first
// start, even if the database is empty. It does not start without a region that has user pools.
// It starts with an additional region.
func TestAccountAndRegionsStay(t *testing.T) {
	for name, make := range map[string]func(*testing.T, *Server){
		"nothing": func(*testing.T, *Server) {},
		"a user pool": func(t *testing.T, s *Server) {
			if err := s.store.CreatePool(t.Context(), &userpool.UserPool{ID: "us-east-1_AbCdEfGhI"}, 10); err != nil {
				t.Fatal(err)
			}
		},
		"a user of IAM": func(t *testing.T, s *Server) {
			user, err := iam.NewUser("ada", "/", time.Now())
			if err == nil {
				err = s.store.IAM().CreateUser(t.Context(), user)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := settings(t.TempDir())
			other := cfg
			other.AccountID = "123456789012"
			s := mustOpen(t, cfg)
			make(t, s)
			end(t, s)
			if _, err := open(t, other); err == nil || !strings.Contains(err.Error(), "--account-id "+cfg.AccountID) {
				t.Errorf("another account: %v", err)
			}
			elsewhere := cfg
			elsewhere.Regions = "eu-west-1"
			s, err := open(t, elsewhere)
			if wantRefused := name == "a user pool"; (err != nil) != wantRefused || wantRefused && !strings.Contains(err.Error(), "add it to --region") {
				t.Errorf("without the region: %v", err)
			}
			if err == nil {
				end(t, s)
			}
			elsewhere.Regions = "us-east-1,eu-west-1"
			end(t, mustOpen(t, elsewhere))
		})
	}
}

// TestServerThatDoesNotStart: a server that does not start leaves nothing behind that would keep
// a later one from starting.
func TestServerThatDoesNotStart(t *testing.T) {
	cfg := settings(t.TempDir())
	refused := cfg
	refused.AccountID, refused.Listen = "123456789012", "127.0.0.1:70000"
	if _, err := open(t, refused); err == nil {
		t.Fatal("a server listens on a port that does not exist")
	}
	end(t, mustOpen(t, cfg))
}

// TestOtherRegionsAreSaid: added and removed regions are in the log.
func TestOtherRegionsAreSaid(t *testing.T) {
	cfg, log := settings(t.TempDir()), new(bytes.Buffer)
	for _, regions := range []regions.List{"us-east-1", "us-east-1", "us-east-1,eu-west-1"} {
		cfg.Regions = regions
		s, err := Open(t.Context(), cfg, rootInEnvironment, slog.New(slog.NewTextHandler(log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		end(t, s)
	}
	if n := strings.Count(log.String(), "the served regions have changed"); n != 1 || !strings.Contains(log.String(), `before=us-east-1 now=us-east-1,eu-west-1`) {
		t.Errorf("%d times: %s", n, log)
	}
}
