package importjob_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

func testPool() *userpool.UserPool {
	return &userpool.UserPool{
		ID: "us-east-1_AbCdEfGhI", Schema: userpool.StandardSchema(), AutoVerified: []string{"email"},
		FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOff,
	}
}

const header = "cognito:username,email,email_verified,cognito:mfa_enabled\n"

// csvFile returns a file of n rows. Every seventh row repeats the one before it, and every
// tenth has no verified attribute.
func csvFile(n int) string {
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		name, verified := i, "true"
		if i%7 == 6 {
			name--
		}
		if i%10 == 9 {
			verified = "false"
		}
		fmt.Fprintf(&b, "user%d,user%d@example.com,%s,\n", name, name, verified)
	}
	return b.String()
}

func config(node string) importjob.Config {
	return importjob.Config{
		Node: node, PortionRows: 8, Log: slog.New(slog.DiscardHandler),
		Limits: usercsv.Limits{RowChars: 200, Rows: 10_000},
	}
}

// start runs an engine. The returned function stops it and waits for its end.
func start(store importjob.Store, files importjob.Files, cfg importjob.Config) (*importjob.Engine, func()) {
	e := importjob.NewEngine(store, files, cfg)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); e.Run(ctx) }()
	return e, func() { cancel(); <-done }
}

// result has everything of a job's end that must not depend on the interruptions and batches
// of the job. Lines are as in the result log.
type result struct {
	State   importjob.State
	Message string
	Counts  importjob.Counts
	Total   int64
	Offset  int64
	Lines   []string
	Users   int
}

func resultOf(m *memstore.Store, key importjob.Key) result {
	j := m.Job(key)
	r := result{j.State, j.Message, j.Counts, j.TotalRows, j.Checkpoint.Offset, nil, len(m.Users)}
	for _, o := range m.AllOutcomes() {
		for line := o.Line; line <= o.Last(); line++ {
			r.Lines = append(r.Lines, fmt.Sprintf("%d %s %s", line, o.Verdict, o.Code))
		}
	}
	return r
}

// undisturbed returns the result of importing the file without a fault.
func undisturbed(t *testing.T, csv string) (want result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-undisturbed", csv)
		_, stop := start(m, m, config("a"))
		time.Sleep(time.Minute)
		synctest.Wait()
		stop()
		want = resultOf(m, key)
	})
	return want
}

func TestJobSucceeds(t *testing.T) {
	got := undisturbed(t, csvFile(100))
	if got.State != importjob.Succeeded || got.Message != importjob.MessageSucceeded {
		t.Fatalf("the job ended %s: %s", got.State, got.Message)
	}
	if want := (importjob.Counts{Imported: 79, Skipped: 11, Failed: 10}); got.Counts != want {
		t.Errorf("counts %+v, want %+v", got.Counts, want)
	}
	if got.Total != 100 || len(got.Lines) != 100 || got.Users != 79 {
		t.Errorf("%d rows, %d lines, %d users; want 100, 100, 79", got.Total, len(got.Lines), got.Users)
	}
	if got.Lines[0] != "2 SUCCEEDED " || got.Lines[99] != "101 FAILED NoVerifiedAttribute" {
		t.Errorf("first line %q, last line %q", got.Lines[0], got.Lines[99])
	}
}

// TestRowsAgainFailAlone: all rows of a retry may be wrong in the same way. From the rows of
// an uploaded file, the survey would conclude an encoding or a date format. It does not do so
// for a retry.
func TestRowsAgainFailAlone(t *testing.T) {
	for name, rows := range map[string]string{
		"another encoding": "a,a@example.com,true,J\xf6rg\nb,b@example.com,true,Zo\xe9 x\n",
		"days first":       "a,a@example.com,true,31/12/1980\nb,b@example.com,true,30/11/1980\nc,c@example.com,true,29/10/1980\n",
	} {
		t.Run(name, func(t *testing.T) {
			columns := map[string]string{"another encoding": "name", "days first": "birthdate"}
			csv := "cognito:username,email,email_verified," + columns[name] + "\n" + rows + "d,d@example.com,true,\n"
			synctest.Test(t, func(t *testing.T) {
				for _, parent := range []string{"", "import-0"} {
					m := memstore.New(testPool())
					key := m.Add("import-1", csv)
					if _, err := m.UpdateJob(t.Context(), key, func(j *importjob.Job) error { j.ParentID = parent; return nil }); err != nil {
						t.Fatal(err)
					}
					c := config("a")
					c.Strict = true
					_, stop := start(m, m, c)
					time.Sleep(time.Minute)
					stop()
					j := m.Job(key)
					if want := parent != ""; (j.Counts.Imported == 1 && j.Counts.Failed > 1) != want || j.Counts.Sum() == 0 == want {
						t.Errorf("parent %q: the job ended %s: %s, with %+v", parent, j.State, j.Message, j.Counts)
					}
				}
			})
		})
	}
}

func TestStartIsRewrittenWhenTheJobBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-1", csvFile(5))
		requested := m.Job(key).Requested
		time.Sleep(3 * time.Second)
		_, stop := start(m, m, config("a"))
		time.Sleep(time.Minute)
		stop()
		if j := m.Job(key); !j.Started.After(requested) || j.Requested != requested || j.Completed.Before(j.Started) {
			t.Errorf("requested %v, started %v, completed %v", j.Requested, j.Started, j.Completed)
		}
	})
}

func TestEndsByFile(t *testing.T) {
	long := strings.Repeat("x", 130)
	tests := []struct {
		name, csv string
		state     importjob.State
		message   string // a part of the message
		counts    importjob.Counts
	}{
		{"empty", "", importjob.Failed, "empty", importjob.Counts{}},
		{"header only", header, importjob.Failed, "no users", importjob.Counts{}},
		{"unknown column", "cognito:username,email,email_verified,shoe_size\na,a@example.com,true,9\n",
			importjob.Failed, "shoe_size", importjob.Counts{}},
		{"missing column", "cognito:username,email\na,a@example.com\n", importjob.Failed, "email_verified", importjob.Counts{}},
		{"long unknown column", "cognito:username,email,email_verified," + long + "\na,a@example.com,true,9\n",
			importjob.Failed, "xxx", importjob.Counts{}},
		{"truncated last row", header + "a,a@example.com,true,\nb,b@exa", importjob.Succeeded, "", importjob.Counts{Imported: 1, Failed: 1}},
		{"not UTF-8", header + "a,a@example.com,true,\n\xff\xfe,b@example.com,true,\n", importjob.Succeeded, "", importjob.Counts{Imported: 1, Failed: 1}},
		{"half is tolerated", header + "a,a@example.com,true,\na,a@example.com,true,\n", importjob.Succeeded, "", importjob.Counts{Imported: 1, Skipped: 1}},
		{"the majority is not", header + "a,a@example.com,true,\na,a@example.com,true,\nb,x,true,\n",
			importjob.Failed, "Too many users", importjob.Counts{Imported: 1, Skipped: 1, Failed: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := undisturbed(t, tt.csv)
			if got.State != tt.state || !strings.Contains(got.Message, tt.message) || got.Counts != tt.counts {
				t.Errorf("ended %s (%s) with %+v; want %s (…%s…) with %+v",
					got.State, got.Message, got.Counts, tt.state, tt.message, tt.counts)
			}
			if len(got.Message) > 128 {
				t.Errorf("the completion message has %d bytes: %s", len(got.Message), got.Message)
			}
			if got.Counts.Sum() != int64(len(got.Lines)) {
				t.Errorf("%d lines for %d rows", len(got.Lines), got.Counts.Sum())
			}
		})
	}
}

func TestFileIsRemovedAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-1", csvFile(20))
		_, stop := start(m, m, config("a"))
		time.Sleep(2 * time.Second)
		stop()
		if j := m.Job(key); len(m.Files) != 0 || j.Upload.Name != "" {
			t.Errorf("files %v, upload %+v; want none", len(m.Files), j.Upload)
		}
	})
}

func TestMissingAndTruncatedFileEndTheJob(t *testing.T) {
	const name = "import-1/file"
	damage := map[importjob.FileGone]func(m *memstore.Store){
		importjob.FileMissing:   func(m *memstore.Store) { clear(m.Files) },
		importjob.FileTruncated: func(m *memstore.Store) { m.Files[name] = m.Files[name][:200] },
		importjob.FileChanged:   func(m *memstore.Store) { m.Files[name] = append(m.Files[name], "x,y\n"...) },
	}
	for want, do := range damage {
		t.Run(string(want), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New(testPool())
				key := m.Add("import-1", csvFile(20))
				do(m)
				_, stop := start(m, m, config("a"))
				time.Sleep(2 * time.Second)
				stop()
				if j := m.Job(key); j.State != importjob.Failed || j.Message != string(want) || j.Counts.Sum() != 0 {
					t.Errorf("the job ended %s: %s", j.State, j.Message)
				}
			})
		})
	}
}

func TestCreatedJobExpiresAfterADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-1", csvFile(20))
		m.Jobs[key].State = importjob.Created
		_, stop := start(m, m, config("a"))
		defer stop()
		time.Sleep(24*time.Hour - time.Minute)
		synctest.Wait()
		if j := m.Job(key); j.State != importjob.Created {
			t.Fatalf("the job is %s before its day is over", j.State)
		}
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		j := m.Job(key)
		if j.State != importjob.Expired || j.Message != importjob.MessageExpired || len(m.Files) != 0 {
			t.Errorf("after a day: %s, %q, %d files", j.State, j.Message, len(m.Files))
		}
	})
}

func TestStoreThatCutsBatchesShort(t *testing.T) {
	want := undisturbed(t, csvFile(100))
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		m.Cut = 3
		key := m.Add("import-undisturbed", csvFile(100))
		_, stop := start(m, m, config("a"))
		time.Sleep(time.Minute)
		stop()
		if diff := cmp.Diff(want, resultOf(m, key)); diff != "" {
			t.Errorf("the result differs (-undisturbed +cut):\n%s", diff)
		}
	})
}
