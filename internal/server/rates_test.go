package server

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/config"
	"poolhouse/internal/sigv4"
)

// TestRates: callers that call too often are told so in the words of each API:
// unsigned ones by default, signed ones where it was asked for.
func TestRates(t *testing.T) {
	for _, c := range []struct {
		unsigned, signed         int
		wantUnsigned, wantSigned bool
	}{{config.Default().RateUnsigned, config.Default().RateSigned, true, false}, {0, 5, false, true}} {
		cfg := config.Default()
		cfg.Data, cfg.Listen, cfg.Regions, cfg.RateUnsigned, cfg.RateSigned = t.TempDir(), "127.0.0.1:0", "us-east-1", c.unsigned, c.signed
		s, err := Open(t.Context(), cfg, rootInEnvironment, slog.New(slog.NewTextHandler(io.Discard, nil)))
		if err != nil {
			t.Fatal(err)
		}
		run(t, s)
		call := func(media, target, service, body string, sign bool) string {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(body))
			r.Header.Set("Content-Type", media)
			if target != "" {
				r.Header.Set("X-Amz-Target", target)
			}
			if sign {
				(&sigv4.Signer{AccessKey: root.AccessKeyID, Secret: root.Secret, Region: "us-east-1", Service: service}).Sign(r, []byte(body), time.Now())
			}
			w := httptest.NewRecorder()
			s.http.Handler.ServeHTTP(w, r)
			if strings.Contains(w.Body.String(), "Rate exceeded") && w.Code != http.StatusBadRequest {
				t.Errorf("a call beyond the rate has status %d", w.Code)
			}
			return w.Body.String()
		}
		limited := func(media, target, service, body string, sign bool, name string) bool {
			for range 200 {
				if got := call(media, target, service, body, sign); strings.Contains(got, "Rate exceeded") {
					if !strings.Contains(got, name) {
						t.Errorf("%s, want %s", got, name)
					}
					return true
				}
			}
			return false
		}
		if got := limited(json, pools+"SignUp", "", `{}`, false, "TooManyRequestsException"); got != c.wantUnsigned {
			t.Errorf("%+v: unsigned calls are limited: %t", c, got)
		}
		if got := limited(json, pools+"ListUserPools", "cognito-idp", `{"MaxResults":1}`, true, "TooManyRequestsException"); got != c.wantSigned {
			t.Errorf("%+v: signed calls are limited: %t", c, got)
		}
		if got := limited(form, "", "iam", "Action=ListUsers&Version=2010-05-08", true, "Throttling"); got != c.wantSigned {
			t.Errorf("%+v: signed calls of IAM are limited: %t", c, got)
		}
	}
}
