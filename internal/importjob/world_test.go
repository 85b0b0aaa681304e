package importjob_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
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

// worldPool returns a pool for the files of many programs. It has some users already, so that
// rows are skipped.
func worldPool() *memstore.Store {
	p := testPool()
	most := int64(2048)
	p.Schema = append(p.Schema, userpool.SchemaAttribute{Name: "custom:note", Type: userpool.String, Mutable: true, Bounds: &userpool.Bounds{Max: &most}})
	m := memstore.New(p)
	for _, name := range []string{"user039", "user066", "user001"} {
		m.Users[name] = &userpool.User{Username: name}
	}
	return m
}

func worldConfig(node string) importjob.Config {
	c := config(node)
	c.Limits = usercsv.Limits{}
	return c
}

// worldResult is the end of a job with the users and the kept rows.
type worldResult struct {
	End            result
	Header, Format string
	Kept           []string
	All            map[string]string // the users' attributes
}

func worldResultOf(m *memstore.Store, key importjob.Key) worldResult {
	r := worldResult{End: resultOf(m, key), Header: m.Job(key).Header, Format: m.Job(key).Format.String(), All: map[string]string{}}
	for _, k := range m.Rows[key] {
		for _, row := range k.Rejected {
			r.Kept = append(r.Kept, fmt.Sprintf("%d %d %d %s %q", row.Line, row.Offset, row.Number, row.Verdict, row.Text))
		}
	}
	maps.Copy(r.All, attributesOf(m))
	return r
}

func attributesOf(m *memstore.Store) map[string]string {
	all := map[string]string{}
	for name, u := range m.Users {
		all[name] = fmt.Sprintf("%q", u.Attributes)
	}
	return all
}

// troubled is a store and a file store whose calls fail. Reading a file breaks off after any
// number of bytes. Commits fail with and without effect.
type troubled struct {
	*memstore.Store
	chance *rand.Rand
	size   int64
	broken int // number of failed calls
}

var errTroubled = errors.New("the connection was lost")

func (s *troubled) Open(ctx context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	file, err := s.Store.Open(ctx, u, offset)
	if err != nil || s.chance.IntN(3) > 0 {
		return file, err
	}
	s.broken++
	return io.NopCloser(io.MultiReader(io.LimitReader(file, s.chance.Int64N(s.size+1)), brokenReader{})), nil
}

// brokenReader is a reader that fails.
type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errTroubled }

func (s *troubled) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, batch importjob.Batch, now time.Time) (*importjob.Job, error) {
	switch s.chance.IntN(6) {
	case 0:
		s.broken++
		return nil, errTroubled
	case 1:
		s.broken++
		if _, err := s.Store.Commit(ctx, p, key, lease, batch, now); err != nil {
			return nil, err
		}
		return nil, errTroubled
	}
	return s.Store.Commit(ctx, p, key, lease, batch, now)
}

// runToEnd runs an engine until the job has ended and its file is removed.
func runToEnd(t *testing.T, store importjob.Store, files importjob.Files, m *memstore.Store, key importjob.Key) {
	t.Helper()
	_, stop := start(store, files, worldConfig("a"))
	defer stop()
	for begun := time.Now(); ; time.Sleep(time.Second) { // in a bubble
		if j := m.Job(key); j.State.Ended() && j.Upload.Name == "" {
			return
		}
		if time.Since(begun) > 24*time.Hour {
			t.Fatal("the job has not ended in a day")
		}
	}
}

// TestWorldGoesOn: the files of many programs, in the formats that are detected, are imported
// with interruptions. The rows get the same verdicts and the users the same values as
// without. The same holds if the job is stopped and a child imports its rest. Rows that were
// not imported get the same verdict again when they are retried.
func TestWorldGoesOn(t *testing.T) {
	files, err := filepath.Glob("../usercsv/testdata/world/[0-9]*")
	if err != nil || len(files) < 60 {
		t.Fatal(files, err)
	}
	broken, foreign, resumed, retried := 0, 0, 0, 0
	for i, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calm := worldPool()
				key := calm.Add("import-1", string(data))
				runToEnd(t, calm, calm, calm, key)
				want := worldResultOf(calm, key)
				if want.Format != "" {
					foreign++
				}

				hard := worldPool()
				hard.Add("import-1", string(data))
				trouble := &troubled{Store: hard, chance: rand.New(rand.NewPCG(uint64(i), 1)), size: int64(len(data))}
				runToEnd(t, trouble, trouble, hard, key)
				broken += trouble.broken
				if diff := cmp.Diff(want, worldResultOf(hard, key)); diff != "" {
					t.Errorf("with interruptions (-without +with):\n%s", diff)
				}
				if want.End.Total == 0 {
					return
				}
				resumed += stopAndResume(t, string(data), i, want)
				retried += retry(t, calm, key)
			})
		})
	}
	t.Logf("%d calls broke, %d files in another form than Cognito's, %d rows came by a second job, %d were tried again", broken, foreign, resumed, retried)
	if broken < 500 || foreign < 40 || resumed < 1000 || retried < 20 {
		t.Error("too little of that")
	}
}

// stopsAfter is a store in which a client asks for a stop after a number of commits.
type stopsAfter struct {
	*memstore.Store
	commits int
}

func (s *stopsAfter) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, batch importjob.Batch, now time.Time) (*importjob.Job, error) {
	if s.commits--; s.commits == 0 {
		if _, err := s.UpdateJob(ctx, key, func(j *importjob.Job) error { return j.Stop("", now) }); err != nil {
			return nil, err
		}
	}
	return s.Store.Commit(ctx, p, key, lease, batch, now)
}

// stopAndResume stops the job of a file and resumes it. It checks that both jobs together are
// the import of the file, and returns how many rows the second job had.
func stopAndResume(t *testing.T, data string, commits int, want worldResult) int {
	t.Helper()
	m := worldPool()
	key := m.Add("import-1", data)
	runToEnd(t, &stopsAfter{m, 1 + commits%8}, m, m, key)
	child, rows := makeChild(t, m, key, importjob.Resume, func(r importjob.KeptRow) bool { return r.Verdict == importjob.RowNotReached })
	if child == (importjob.Key{}) {
		return 0
	}
	runToEnd(t, m, m, m, child)
	if j := m.Job(child); j.TotalRows != int64(rows) {
		t.Errorf("the second job has %d rows, and says %d: %s", rows, j.TotalRows, j.Explanation())
	}
	if diff := cmp.Diff(want.All, attributesOf(m)); diff != "" {
		t.Errorf("users of a stopped job and the next one (-whole +both):\n%s", diff)
	}
	first, second := m.Job(key).Counts, m.Job(child).Counts
	if sum := (importjob.Counts{Imported: first.Imported + second.Imported, Skipped: first.Skipped + second.Skipped, Failed: first.Failed + second.Failed}); sum != want.End.Counts {
		t.Errorf("both jobs have %+v, want %+v", sum, want.End.Counts)
	}
	return rows
}

// retry imports the rejected rows of a job again and checks that each is rejected again. It
// returns their number.
func retry(t *testing.T, m *memstore.Store, key importjob.Key) int {
	t.Helper()
	child, rows := makeChild(t, m, key, importjob.Retry, func(importjob.KeptRow) bool { return true })
	if child == (importjob.Key{}) {
		return 0
	}
	before := attributesOf(m)
	runToEnd(t, m, m, m, child)
	was, is := m.Job(key).Counts, m.Job(child).Counts
	if is != (importjob.Counts{Skipped: was.Skipped, Failed: was.Failed}) {
		t.Errorf("the second try has %+v of %d rows; the first had %+v", is, rows, was)
	}
	if diff := cmp.Diff(before, attributesOf(m)); diff != "" {
		t.Errorf("a second try changed users:\n%s", diff)
	}
	return rows
}

// makeChild adds a child job for kept rows of another job. It adds none if there are no rows.
func makeChild(t *testing.T, m *memstore.Store, parent importjob.Key, relation importjob.Relation, of func(importjob.KeptRow) bool) (importjob.Key, int) {
	t.Helper()
	var rows []importjob.KeptRow
	for _, k := range m.Rows[parent] {
		for _, row := range k.Rejected {
			if of(row) {
				rows = append(rows, row)
			}
		}
	}
	if len(rows) == 0 {
		return importjob.Key{}, 0
	}
	var file strings.Builder
	j := m.Job(parent)
	all := iter.Seq2[importjob.KeptRow, error](func(yield func(importjob.KeptRow, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	})
	if err := importjob.WriteChild(&file, j.Header, usercsv.Limits{}, all, nil); err != nil {
		t.Fatal(err)
	}
	key := m.Add("import-2", file.String())
	m.Jobs[key].SetParent(&j, relation)
	m.Jobs[key].Budget = importjob.Budget{NeverFail: true}
	return key, len(rows)
}
