package importjob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/usercsv"
)

// account checks that each row of the file was imported, rejected or not reached, exactly
// once, with its line, number and text. It returns how many were not reached.
func account(t *testing.T, m *memstore.Store, key importjob.Key, csv string) (notReached int64) {
	t.Helper()
	r := usercsv.NewReader(strings.NewReader(csv), usercsv.Position{}, config("").Limits)
	if _, err := r.Header(); err != nil {
		t.Fatal(err)
	}
	kept, imported := map[int64]importjob.KeptRow{}, map[int64]int64{}
	for _, k := range m.Rows[key] {
		for _, row := range k.Rejected {
			if _, twice := kept[row.Number]; twice {
				t.Errorf("row %d is kept twice", row.Number)
			}
			kept[row.Number] = row
		}
		for _, run := range k.Users {
			for i := range run.Rows {
				if imported[run.Number+i] != 0 {
					t.Errorf("row %d was imported twice", run.Number+i)
				}
				imported[run.Number+i] = run.Line + i
			}
		}
	}
	counts := importjob.Counts{}
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		row, isKept := kept[record.End.Rows]
		line := imported[record.End.Rows]
		if isKept == (line != 0) {
			t.Errorf("row %d: kept: %v, imported: %v", record.End.Rows, isKept, line != 0)
			continue
		}
		switch {
		case !isKept:
			counts.Imported++
		case row.Verdict == importjob.RowNotReached:
			notReached++
		case row.Verdict == importjob.RowSkipped:
			counts.Skipped++
		default:
			counts.Failed++
		}
		if isKept {
			line = row.Line
			if row.Text != record.Text || row.Offset != record.Offset {
				t.Errorf("row %d is kept as %q at byte %d, is %q at %d", record.End.Rows, row.Text, row.Offset, record.Text, record.Offset)
			}
		}
		if line != record.Line {
			t.Errorf("row %d is of line %d, is on %d", record.End.Rows, line, record.Line)
		}
	}
	j := m.Job(key)
	if counts != j.Counts {
		t.Errorf("of the rows that are kept there are %+v, the job counts %+v", counts, j.Counts)
	}
	if told, known := j.NotReached(); !known || told != notReached {
		t.Errorf("%d rows were not reached, the job says %d, %v", notReached, told, known)
	}
	return notReached
}

// concluded checks that nothing is left to do for the job.
func concluded(t *testing.T, m *memstore.Store, key importjob.Key, kept bool) {
	t.Helper()
	if j := m.Job(key); j.RestKept != kept || j.Upload.Name != "" || len(m.Files) != 0 {
		t.Errorf("rest kept: %v, want %v; upload %+v; %d files", j.RestKept, kept, j.Upload, len(m.Files))
	}
}

// TestRestOfAStoppedJob: a stopped job keeps the rows that it did not reach.
func TestRestOfAStoppedJob(t *testing.T) {
	csv := csvFile(200)
	for after := 1; after <= 25; after += 6 {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New(testPool())
				key := m.Add("import-1", csv)
				_, stop := start(&stopping{Store: m, memory: m, key: key, left: after}, m, config("a"))
				time.Sleep(time.Second)
				stop()
				concluded(t, m, key, true)
				if n := account(t, m, key, csv); n != int64(200-8*after) {
					t.Errorf("%d rows were not reached", n)
				}
			})
		})
	}
}

// TestRestOfAJobThatNoNodeBegan: a job that was stopped while it was Pending keeps all its
// rows and its header, unless its file would have been refused.
func TestRestOfAJobThatNoNodeBegan(t *testing.T) {
	for csv, kept := range map[string]bool{csvFile(50): true, "shoe_size\n9\n": false, header: false, "": false} {
		synctest.Test(t, func(t *testing.T) {
			m := memstore.New(testPool())
			key := m.Add("import-1", csv)
			if _, err := m.UpdateJob(t.Context(), key, func(j *importjob.Job) error { return j.Stop("", time.Now()) }); err != nil {
				t.Fatal(err)
			}
			_, stop := start(m, m, config("a"))
			time.Sleep(time.Second)
			stop()
			concluded(t, m, key, kept)
			j := m.Job(key)
			if !kept {
				if _, known := j.NotReached(); known || j.Header != "" || len(m.Rows[key]) > 0 {
					t.Errorf("of a file that is refused is kept: %q, %v", j.Header, m.Rows[key])
				}
				return
			}
			if n := account(t, m, key, csv); n != 50 || j.Header != usercsv.FormatRow(strings.Split(strings.TrimSpace(header), ",")) || j.Upload.SHA256 == "" {
				t.Errorf("%d rows were not reached, header %s, digest %q", n, j.Header, j.Upload.SHA256)
			}
		})
	}
}

// TestRestOfAFailedJob: a job that could not go on keeps its rest. A job that reached the end
// of its file has none.
func TestRestOfAFailedJob(t *testing.T) {
	csv := csvFile(30)
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-1", csv)
		_, stop := start(full{m}, m, config("a"))
		time.Sleep(time.Second)
		stop()
		concluded(t, m, key, true)
		if n := account(t, m, key, csv); n != 30 {
			t.Errorf("%d rows were not reached", n)
		}
	})
	bad := header + strings.Repeat("a,b,true,\n", 30)
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-1", bad)
		_, stop := start(m, m, config("a"))
		time.Sleep(time.Second)
		stop()
		concluded(t, m, key, true)
		if n := account(t, m, key, bad); n != 0 || m.Job(key).Message != importjob.MessageTooMany {
			t.Errorf("%d rows were not reached", n)
		}
	})
}

// TestNothingIsKept: nothing is kept of jobs that expired, that succeeded, or whose file was
// refused.
func TestNothingIsKept(t *testing.T) {
	for want, csv := range map[importjob.State]string{importjob.Expired: csvFile(10), importjob.Failed: "shoe_size\n9\n", importjob.Succeeded: header + "a,a@example.com,true,\n"} {
		synctest.Test(t, func(t *testing.T) {
			m := memstore.New(testPool())
			key := m.Add("import-1", csv)
			cfg := config("a")
			if cfg.Poll, cfg.Sweep = time.Minute, time.Hour; want == importjob.Expired {
				m.Jobs[key].State = importjob.Created
			}
			_, stop := start(m, m, cfg)
			time.Sleep(26 * time.Hour)
			stop()
			concluded(t, m, key, false)
			for _, k := range m.Rows[key] {
				if len(k.Rejected) > 0 {
					t.Errorf("%s: rows are kept: %+v", want, k.Rejected)
				}
			}
			if j := m.Job(key); j.State != want {
				t.Errorf("the job ended %s, want %s", j.State, want)
			}
		})
	}
}

// restFault is a store in which the n-th call of KeepRest is the last call that the node
// makes. The node dies before or after the call took effect.
type restFault struct {
	importjob.Store
	left  int
	after bool
	die   func()
}

func (f *restFault) KeepRest(ctx context.Context, key importjob.Key, from usercsv.Position, rows []importjob.KeptRow, end usercsv.Position, done bool) error {
	if f.left--; f.left > 0 {
		return f.Store.KeepRest(ctx, key, from, rows, end, done)
	}
	if f.left == 0 && f.after {
		if err := f.Store.KeepRest(ctx, key, from, rows, end, done); err != nil {
			return err
		}
	}
	f.die()
	return errCrash
}

// TestDeathWhileTheRestIsKept: a node dies at each piece of a rest, and another node goes on.
func TestDeathWhileTheRestIsKept(t *testing.T) {
	csv := csvFile(100)
	for _, after := range []bool{false, true} {
		for piece := 1; piece <= 11; piece++ {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New(testPool())
				key := m.Add("import-1", csv)
				ctx, die := context.WithCancel(t.Context())
				f := &restFault{Store: &stopping{Store: m, memory: m, key: key, left: 2}, left: piece, after: after, die: die}
				importjob.NewEngine(f, m, config("first")).Run(ctx)
				if j := m.Job(key); j.State != importjob.Stopped || j.RestKept != (after && piece == 11) {
					t.Fatalf("after piece %d: %s, kept: %v", piece, j.State, j.RestKept)
				}
				_, stop := start(m, m, config("second"))
				time.Sleep(time.Second)
				stop()
				concluded(t, m, key, true)
				account(t, m, key, csv)
			})
		}
	}
}

// restWaits is a store whose KeepRest takes long.
type restWaits struct {
	importjob.Store
	takes time.Duration
}

func (s restWaits) KeepRest(ctx context.Context, key importjob.Key, from usercsv.Position, rows []importjob.KeptRow, end usercsv.Position, done bool) error {
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return ctx.Err()
	}
	return s.Store.KeepRest(ctx, key, from, rows, end, done)
}

// TestStopDoesNotWaitForTheRest: the job is Stopped and its lease given up at once. Several
// nodes keep the rest afterwards, even if that takes longer than a sweep may.
func TestStopDoesNotWaitForTheRest(t *testing.T) {
	csv := csvFile(200)
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-1", csv)
		s := restWaits{&slow{m, make(chan struct{}), true}, 10 * time.Second}
		e, stop := start(s, m, config("a"))
		<-s.Store.(*slow).begun
		_, stopOther := start(restWaits{m, 9 * time.Second}, m, config("b"))
		if _, err := m.UpdateJob(t.Context(), key, func(j *importjob.Job) error { return j.Stop("", time.Now()) }); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		<-e.Interrupt(key)
		if j := m.Job(key); j.State != importjob.Stopped || j.RestKept || time.Since(begun) != 0 {
			t.Errorf("the job is %s after %v, its rest kept: %v", j.State, time.Since(begun), j.RestKept)
		}
		time.Sleep(5 * time.Minute)
		stop()
		stopOther()
		concluded(t, m, key, true)
		account(t, m, key, csv)
	})
}

// TestRestThatCannotBeRead: a changed file holds up nothing. The log tells what could not be
// kept, without a value of a row.
func TestRestThatCannotBeRead(t *testing.T) {
	csv := csvFile(100)
	const name = "import-1/file"
	for what, damage := range map[string]func(m *memstore.Store, j *importjob.Job){
		"missing":      func(m *memstore.Store, _ *importjob.Job) { clear(m.Files) },
		"shorter":      func(m *memstore.Store, _ *importjob.Job) { m.Files[name] = m.Files[name][:len(csv)-10] },
		"much shorter": func(m *memstore.Store, _ *importjob.Job) { m.Files[name] = m.Files[name][:len(header)] },
		"longer":       func(m *memstore.Store, _ *importjob.Job) { m.Files[name] = append(m.Files[name], "x,x\nx"...) },
		"damaged":      func(_ *memstore.Store, j *importjob.Job) { j.Checkpoint.Offset -= 3 },
		"miscounted":   func(_ *memstore.Store, j *importjob.Job) { j.Counts.Failed++ },
		"more rows":    func(_ *memstore.Store, j *importjob.Job) { j.TotalRows++ },
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New(testPool())
				key := m.Add("import-1", csv)
				ctx, die := context.WithCancel(t.Context())
				f := &restFault{Store: &stopping{Store: m, memory: m, key: key, left: 2}, left: 1, die: die}
				importjob.NewEngine(f, m, config("first")).Run(ctx)
				damage(m, m.Jobs[key])
				cfg, log := config("second"), &bytes.Buffer{}
				cfg.Log = slog.New(slog.NewTextHandler(log, nil))
				_, stop := start(m, m, cfg)
				time.Sleep(time.Second)
				stop()
				concluded(t, m, key, false)
				var kept int
				for _, k := range m.Rows[key] {
					for _, row := range k.Rejected {
						if row.Verdict == importjob.RowNotReached {
							kept++
							if !strings.Contains(csv, "\n"+row.Text+"\n") {
								t.Errorf("kept is %q, which is no row of the file", row.Text)
							}
						}
					}
				}
				if want := map[string]int{"shorter": 83, "longer": 84, "more rows": 84}[what]; kept != want {
					t.Errorf("%d rows are kept, want %d", kept, want)
				}
				if text := log.String(); strings.Count(text, "are not kept") != 1 || !strings.Contains(text, fmt.Sprintf("kept=%d ", kept)) || strings.Contains(text, "example.com") {
					t.Errorf("the log says: %s", text)
				}
			})
		})
	}
}

// TestRowsExpire: the kept rows of a job are deleted when they expire. No rest is kept after
// that.
func TestRowsExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-1", csvFile(100))
		cfg := config("a")
		cfg.Poll, cfg.KeepRows = time.Minute, 3*time.Hour
		_, stop := start(&stopping{Store: m, memory: m, key: key, left: 2}, m, cfg)
		defer func() { stop() }()
		left := func() (pieces int, gone bool) {
			synctest.Wait()
			m.Mu.Lock()
			defer m.Mu.Unlock()
			return len(m.Rows[key]), m.Jobs[key].RowsGone
		}
		time.Sleep(3 * time.Hour)
		if pieces, gone := left(); pieces == 0 || gone {
			t.Error("rows are gone before their time")
		}
		time.Sleep(2 * time.Minute)
		if pieces, gone := left(); pieces != 0 || !gone {
			t.Error("rows are there after their time")
		}
	})
}
