package server

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/config"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// TestStoppedBeforeBeginIsCounted: a job that is stopped before a server began it is in the metric
// of ended jobs, once. The server does not work on jobs, so none can begin it.
func TestStoppedBeforeBeginIsCounted(t *testing.T) {
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.MetricsListen, cfg.SkipLogRoleCheck = t.TempDir(), "127.0.0.1:0", "127.0.0.1:0", true
	s, err := Open(t.Context(), cfg, rootInEnvironment, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer end(t, s)
	j := &importjob.Job{
		PoolID: "us-east-1_AbCdEfGhI", ID: "import-0123456789", State: importjob.Created, Created: time.Now(),
		RoleARN: "arn:aws:iam::000000000000:role/logs", Upload: importjob.Upload{Name: "x", Size: 1},
	}
	pool := &userpool.UserPool{ID: j.PoolID, Schema: userpool.StandardSchema(), AutoVerified: []string{"email"}}
	if err := s.store.CreatePool(t.Context(), pool, 10); err != nil {
		t.Fatal(err)
	}
	if err := s.store.CreateJob(t.Context(), j, 10); err != nil {
		t.Fatal(err)
	}
	key := `{"UserPoolId":"` + j.PoolID + `","JobId":"` + j.ID + `"}`
	for i, step := range []struct {
		operation, want string
		stopped         int
	}{
		{"StartUserImportJob", `"Status":"Pending"`, 0},
		{"StopUserImportJob", `"Status":"Stopped"`, 1},
		{"StopUserImportJob", "PreconditionNotMetException", 1},
	} {
		if got := asRoot(t, s, pools+step.operation, key); !strings.Contains(got, step.want) {
			t.Fatalf("call %d: %s, want %s", i+1, got, step.want)
		}
		answer := httptest.NewRecorder()
		s.metrics.Handler(s.log).ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("\npoolhouse_import_jobs_ended_total{status=\"stopped\"} %d\n", step.stopped); !strings.Contains(string(text), want) {
			t.Errorf("after call %d, the metrics lack %s", i+1, want)
		}
	}
}
