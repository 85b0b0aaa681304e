package sqlstore

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// BenchmarkImport imports the same files with the engine, each time into a new database. In one
// file all rows pass, in one all rows break a rule, and in one half of them do. Compare the
// processor seconds: other work on the machine affects them less.
//
//	go test ./internal/sqlstore -run '^$' -bench Import/sqlite -benchtime 3x
func BenchmarkImport(b *testing.B) {
	for _, store := range []string{"sqlite", "postgres"} {
		for name, fails := range map[string]func(i int) bool{
			"pass": func(int) bool { return false }, "fail": func(int) bool { return true }, "half": func(i int) bool { return i%2 == 0 },
		} {
			b.Run(store+"/"+name, func(b *testing.B) {
				file := benchFile(benchRows, fails)
				var cpu time.Duration
				for b.Loop() {
					b.StopTimer()
					p := benchPool(true)
					var s *Store
					if store == "sqlite" {
						var err error
						if s, err = OpenSQLite(b.Context(), SQLite{Path: b.TempDir() + "/bench.db"}); err != nil {
							b.Fatal(err)
						}
						withKey(b, s)
					} else {
						s = openPostgres(b, emptySchema(b))
					}
					begun := cpuTime()
					b.StartTimer()
					importFile(b, s, p, file)
					b.StopTimer()
					cpu += cpuTime() - begun
					if store == "sqlite" {
						s.Close()
					}
					b.StartTimer()
				}
				b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
				b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s/op")
			})
		}
	}
}

// benchFile returns a file of good rows, and of rows with an email address without @.
func benchFile(n int, fails func(i int) bool) []byte {
	var file bytes.Buffer
	r := rand.New(rand.NewPCG(1, 2))
	file.WriteString("cognito:username,name,given_name,family_name,email,email_verified,phone_number,phone_number_verified,birthdate,cognito:mfa_enabled\n")
	for i := range n {
		at := "@"
		if fails(i) {
			at = "."
		}
		a, b := r.Uint32(), r.Uint32()
		fmt.Fprintf(&file, "%08x.%d,Ada%x Love%x,Ada%x,Love%x,%08x.%d%sexample.com,true,+1555%07d,true,02/03/1970,false\n", a, i, a%9999, b%9999, a%9999, b%9999, a, i, at, b%10_000_000)
	}
	return file.Bytes()
}

// oneFile is the file of all jobs.
type oneFile []byte

func (f oneFile) Open(_ context.Context, _ importjob.Upload, offset int64) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(f[offset:])), nil
}

func (f oneFile) Remove(context.Context, importjob.Key) error { return nil }

// importFile imports a file with an engine.
func importFile(b *testing.B, s *Store, p *userpool.UserPool, file []byte) {
	b.Helper()
	ctx, now := b.Context(), time.Now()
	if err := s.CreatePool(ctx, p, 1); err != nil {
		b.Fatal(err)
	}
	j := &importjob.Job{PoolID: p.ID, ID: benchKey.JobID, State: importjob.Created, Created: now, Upload: importjob.Upload{Name: "x", Size: int64(len(file))}}
	if err := s.CreateJob(ctx, j, 1); err != nil {
		b.Fatal(err)
	}
	if _, err := s.UpdateJob(ctx, benchKey, func(j *importjob.Job) error { return j.Start("", now) }); err != nil {
		b.Fatal(err)
	}
	ended := &ends{make(chan importjob.State, 1)}
	running, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	e := importjob.NewEngine(s, oneFile(file), importjob.Config{Node: "bench", Log: slog.New(slog.DiscardHandler), Limits: usercsv.Limits{RowChars: 16_000, Rows: 10_000_000}, Observer: ended})
	go func() { defer close(done); e.Run(running) }()
	<-ended.jobs
	if j, err := s.Job(ctx, benchKey); err != nil || j.Counts.Sum() != benchRows {
		b.Fatalf("%+v, %v", j, err)
	}
	stop()
	<-done
}

// BenchmarkCheck checks rows in pages against an empty pool, and against a pool with all of them.
//
//	go test ./internal/sqlstore -run '^$' -bench Check -benchtime 3x
func BenchmarkCheck(b *testing.B) {
	for _, store := range []string{"sqlite", "postgres"} {
		for _, full := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/full=%t", store, full), func(b *testing.B) {
				p := benchPool(true)
				rows := benchUsers(p, benchRows)
				var s *Store
				if store == "sqlite" {
					var lease importjob.Lease
					s, lease = benchStore(b, p)
					defer s.Close()
					if full {
						commitAll(b, s, p, lease, rows, 20_000)
					}
				} else {
					s = openPostgres(b, emptySchema(b))
					lease := startBenchJob(b, s, p)
					if full {
						commitAll(b, s, p, lease, rows, 20_000)
					}
				}
				begun := cpuTime()
				for b.Loop() {
					taken := importjob.NewTaken()
					for some := range slices.Chunk(rows, 1000) {
						refused, err := s.CheckRows(b.Context(), p, some, taken)
						if err != nil || (refused[0] != nil) != full {
							b.Fatal(refused[0], err)
						}
					}
				}
				b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
				b.ReportMetric((cpuTime()-begun).Seconds()/float64(b.N), "cpu-s/op")
			})
		}
	}
}

// ends is an observer that tells the end of a job.
type ends struct{ jobs chan importjob.State }

func (e *ends) JobEnded(state importjob.State)  { e.jobs <- state }
func (e *ends) JobClaimed()                     {}
func (e *ends) LeaseLost()                      {}
func (e *ends) JobHandedOver()                  {}
func (e *ends) RowsSettled(importjob.Counts)    {}
func (e *ends) CommitEnded(time.Duration, bool) {}
