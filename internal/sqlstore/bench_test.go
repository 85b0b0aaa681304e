package sqlstore

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

const benchRows = 100_000

// BenchmarkCommit stores the same 100,000 users in batches of several sizes, each time in a new
// database. It reports rows a second and processor seconds; other work on the machine affects the
// latter less.
//
//	go test ./internal/sqlstore -run '^$' -bench Commit -benchtime 3x
func BenchmarkCommit(b *testing.B) {
	for _, aliases := range []bool{false, true} {
		for _, size := range []int{5_000, 20_000, 50_000} {
			b.Run(fmt.Sprintf("aliases=%t/batch=%d", aliases, size), func(b *testing.B) {
				p := benchPool(aliases)
				rows := benchUsers(p, benchRows)
				var cpu time.Duration
				for b.Loop() {
					b.StopTimer()
					s, lease := benchStore(b, p)
					begun := cpuTime()
					b.StartTimer()
					commitAll(b, s, p, lease, rows, size)
					b.StopTimer()
					cpu += cpuTime() - begun
					if err := s.Close(); err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
				}
				b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
				b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s/op")
			})
		}
	}
}

func benchPool(aliases bool) *userpool.UserPool {
	p := &userpool.UserPool{ID: "us-east-1_Benchmark", Schema: userpool.StandardSchema(), PasswordPolicy: userpool.DefaultPasswordPolicy()}
	if aliases {
		p.AliasAttributes = []string{"email"}
	}
	return p
}

var benchKey = importjob.Key{PoolID: "us-east-1_Benchmark", JobID: "import-benchmark"}

// benchStore returns a new store with a job in progress.
func benchStore(tb testing.TB, p *userpool.UserPool) (*Store, importjob.Lease) {
	tb.Helper()
	ctx := tb.Context()
	s, err := OpenSQLite(ctx, SQLite{Path: tb.TempDir() + "/bench.db"})
	if err != nil {
		tb.Fatal(err)
	}
	return s, startBenchJob(tb, withKey(tb, s), p)
}

// startBenchJob creates the pool and a job in progress.
func startBenchJob(tb testing.TB, s *Store, p *userpool.UserPool) importjob.Lease {
	tb.Helper()
	ctx, now := tb.Context(), time.Now()
	if err := s.CreatePool(ctx, p, 1); err != nil {
		tb.Fatal(err)
	}
	j := &importjob.Job{PoolID: p.ID, ID: benchKey.JobID, State: importjob.Created, Created: now, Upload: importjob.Upload{Name: "x"}}
	if err := s.CreateJob(ctx, j, 1); err != nil {
		tb.Fatal(err)
	}
	if _, err := s.UpdateJob(ctx, benchKey, func(j *importjob.Job) error { return j.Start("", now) }); err != nil {
		tb.Fatal(err)
	}
	j, err := s.Claim(ctx, "bench", now, now.Add(time.Hour))
	if err != nil || j == nil {
		tb.Fatal(j, err)
	}
	j, err = s.UpdateLeased(ctx, benchKey, j.Lease, func(j *importjob.Job) error { j.State = importjob.InProgress; return nil })
	if err != nil {
		tb.Fatal(err)
	}
	return j.Lease
}

func commitAll(tb testing.TB, s *Store, p *userpool.UserPool, lease importjob.Lease, rows []importjob.Row, size int) {
	tb.Helper()
	var at usercsv.Position
	for len(rows) > 0 {
		batch := fileRows{at, rows[:min(size, len(rows))]}
		settled, j, err := commit(tb.Context(), s, p, benchKey, lease, batch, time.Now())
		if err != nil {
			tb.Fatal(err)
		}
		if j.Counts.Imported != j.Counts.Sum() {
			tb.Fatalf("not all rows were imported: %+v", j.Counts)
		}
		at, rows = j.Checkpoint, rows[settled:]
	}
}

// benchUsers returns good rows, unsorted, the same every time.
func benchUsers(p *userpool.UserPool, n int) []importjob.Row {
	r := rand.New(rand.NewPCG(1, 2))
	word := func(n int) string {
		out := make([]byte, n)
		for i := range out {
			out[i] = "abcdefghijklmnopqrstuvwxyz"[r.IntN(26)]
		}
		return string(out)
	}
	rows := make([]importjob.Row, n)
	now := time.Now()
	for i := range rows {
		given, family := word(4+r.IntN(4)), word(5+r.IntN(5))
		login := fmt.Sprintf("%s.%s.%d", family, given, i)
		rows[i] = importjob.Row{Line: int64(i) + 2, End: usercsv.Position{Offset: int64(i+1) * 150, Line: int64(i) + 2, Rows: int64(i) + 1}}
		rows[i].User = &userpool.User{
			PoolID: p.ID, Username: login, Sub: fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Int64N(1<<48)),
			Status: userpool.ResetRequired, Enabled: true, Created: now, Modified: now,
			Attributes: userpool.Attributes{
				{Name: "name", Value: given + " " + family}, {Name: "given_name", Value: given}, {Name: "family_name", Value: family},
				{Name: "email", Value: login + "@example.com"}, {Name: "email_verified", Value: "true"}, {Name: "birthdate", Value: "02/03/1970"},
				{Name: "phone_number", Value: fmt.Sprintf("+1555%07d", r.IntN(1e7))}, {Name: "phone_number_verified", Value: "true"},
				{Name: "updated_at", Value: fmt.Sprint(1_700_000_000 + r.IntN(50_000_000))},
			},
		}
	}
	return rows
}

// BenchmarkPostgresCommit does the same on PostgreSQL, where users are copied.
//
//	go test ./internal/sqlstore -run '^$' -bench PostgresCommit -benchtime 3x
func BenchmarkPostgresCommit(b *testing.B) {
	for _, aliases := range []bool{false, true} {
		for _, size := range []int{5_000, 20_000, 50_000} {
			b.Run(fmt.Sprintf("aliases=%t/batch=%d", aliases, size), func(b *testing.B) {
				p := benchPool(aliases)
				rows := benchUsers(p, benchRows)
				for b.Loop() {
					b.StopTimer()
					s := openPostgres(b, emptySchema(b))
					lease := startBenchJob(b, s, p)
					b.StartTimer()
					commitAll(b, s, p, lease, rows, size)
				}
				b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}
