package sqlstore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// TestBytesOfCorrectionsAreBounded: the corrections of a job have at most that many bytes, on both
// databases. Deleted corrections free theirs.
func TestBytesOfCorrectionsAreBounded(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) *Store{
		"sqlite": open, "postgres": func(t *testing.T) *Store { return openPostgres(t, emptySchema(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, p := open(t), aliasPool("us-east-1_bounded")
			j := &importjob.Job{PoolID: p.ID, ID: "import-1", State: importjob.Created, Created: time.Now()}
			for _, err := range []error{s.CreatePool(t.Context(), p, 10), s.CreateJob(t.Context(), j, 10)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			const each = 64 << 10
			var random strings.Builder // incompressible
			for i := 0; random.Len() < each; i++ {
				fmt.Fprint(&random, userpool.NewSub())
			}
			var all []importjob.Correction
			for line := int64(2); line <= importjob.MaxCorrectionBytes/each+1; line++ {
				all = append(all, importjob.Correction{Line: line, Text: random.String()[:each]})
			}
			half := len(all) / 2
			set := func(corrections ...importjob.Correction) error {
				return s.SetCorrections(t.Context(), j.Key(), corrections)
			}
			if err := set(all[:half]...); err != nil {
				t.Fatal(err)
			}
			if err := set(all[half:]...); userpool.KindOf(err) != userpool.LimitExceeded || !strings.Contains(err.Error(), "bytes") {
				t.Errorf("too many bytes: %v", err)
			}
			if n, _, err := s.CountCorrections(t.Context(), j.Key()); err != nil || n != int64(half) {
				t.Errorf("%d, %v: a refused call kept something", n, err)
			}
			for i := range half {
				all[i].Text = ""
			}
			if err := set(all...); err != nil {
				t.Errorf("in place of those that go: %v", err)
			}
		})
	}
}
