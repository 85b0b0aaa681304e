package server

import (
	"strings"
	"testing"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/userpool"
)

// TestAccountAndRegionsStay: a server is refused that has another account than what is kept,
// or leaves out a region that has user pools; one that adds a region starts.
func TestAccountAndRegionsStay(t *testing.T) {
	for name, make := range map[string]func(*testing.T, *Server){
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
			end(t, mustOpen(t, cfg))
			end(t, mustOpen(t, other)) // nothing is kept
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
