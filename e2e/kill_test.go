package e2e

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// Settings of the long runs; see the target soak in the Makefile.
var (
	soaking   = flag.Bool("soak", false, "run the tests that kill and load a server at length")
	soakKills = flag.Int("kills", 100, "with -soak: how often a server is killed, on each store")
	soakFor   = flag.Duration("soak-for", 10*time.Minute, "with -soak: how long a server is loaded")
)

// outcome is everything about a finished import that must not depend on what happened to
// the server meanwhile.
type outcome struct {
	Status, Message           string
	Imported, Skipped, Failed int32
	Log                       string
	Users                     int32
}

// TestKilledServerGoesOn kills the server with SIGKILL at random moments of an import and
// of its own start. The result must be that of an undisturbed run, byte for byte.
func TestKilledServerGoesOn(t *testing.T) {
	together(t)
	rows, kills, each := 40_000, 8, 4
	if *soaking {
		rows, kills, each = 200_000, *soakKills, 24
	}
	file := mixedFile(t, rows)
	onEachStore(t, func(t *testing.T, h *homes) {
		want := h.make(t).node().importWhole(file, func(string, string) {})
		want.mustBeAll(t, rows)
		k := &killer{r: rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1)), rows: rows, hits: map[string]int{}, caughtAt: map[string]int{}}
		for round := 0; k.kills < kills; round++ {
			t.Run(fmt.Sprint(round), func(t *testing.T) { k.round(t, h.make(t), file, each, want) })
			if t.Failed() {
				break
			}
		}
		t.Logf("%d kills in imports of %d rows", k.kills, rows)
	})
}

// mustBeAll fails the test unless an undisturbed import succeeded.
func (w whole) mustBeAll(t *testing.T, rows int) {
	t.Helper()
	o := w.Outcome
	if o.Status != "Succeeded" || int(o.Imported+o.Skipped+o.Failed) != rows || o.Imported != o.Users || strings.Count(o.Log, "\n") != rows+2 ||
		strings.Count(w.People, "\n") != int(o.Users) || o.Skipped == 0 || o.Failed == 0 {
		o.Log = ""
		t.Fatalf("the undisturbed import: %+v", o)
	}
}

// killer kills servers and remembers when.
type killer struct {
	r     *rand.Rand
	rows  int
	kills int

	hits     map[string]int // kills by the intended moment
	caughtAt map[string]int // kills by the job's progress

	*node
	pool, job string // "" as long as there is none
	seen      int64  // the most rows with a verdict seen so far
}

// round kills the server repeatedly during one import, and once more at its end.
func (k *killer) round(t *testing.T, h *home, file string, times int, want whole) {
	k.node, k.pool, k.job, k.seen = &node{t: t, setup: h.setup()}, "", "", 0
	t.Cleanup(func() { k.kill() })
	k.strike("first start", k.starting)
	got := k.importWhole(file, func(pool, job string) {
		k.pool, k.job = pool, job
		k.strike("survey", k.within(50*time.Millisecond))
		moments := []struct {
			name string
			wait func()
		}{
			{"start", k.starting},
			{"just started", k.within(20 * time.Millisecond)},
			{"work", k.working},
			{"work", k.working},
		}
		for i := range times {
			if m := moments[i%len(moments)]; !k.over() {
				k.strike(m.name, m.wait)
			}
		}
		if !k.over() {
			k.strike("second half", k.inSecondHalf)
		}
		k.strike("end", k.ending)
	})
	got.mustBe(t, want)
	await(t, "the removal of the uploaded file", time.Minute, func() bool { return len(h.uploads()) == 0 })
	t.Logf("%d kills so far: aimed at %v; the job was %v", k.kills, k.hits, k.caughtAt)
}

// strike waits for a moment, kills the server, and starts it again.
func (k *killer) strike(name string, wait func()) {
	k.t.Helper()
	wait()
	k.kill()
	k.kills++
	k.hits[name]++
	k.caughtAt[k.caught()]++
	k.again()
}

// within returns a random wait: the moment is what the test tries.
func (k *killer) within(most time.Duration) func() {
	return func() { time.Sleep(time.Duration(k.r.Int64N(int64(most)))) } // the random moment is what the test tries
}

// starting starts the server again and waits for a part of its startup time.
func (k *killer) starting() {
	k.t.Helper()
	if k.cmd != nil {
		k.kill()
		k.kills++
	}
	if _, err := k.spawn(); err != nil {
		k.t.Fatal(err)
	}
	k.within(60 * time.Millisecond)()
}

// working waits until the job goes on, and a little longer.
func (k *killer) working() {
	k.t.Helper()
	begun := k.settled()
	await(k.t, "the job to go on", time.Minute, func() bool { return k.settled() > begun || k.over() })
	k.within(300 * time.Millisecond)()
}

// inSecondHalf waits for what may be the last batch.
func (k *killer) inSecondHalf() {
	k.t.Helper()
	await(k.t, "half of the rows", time.Minute, func() bool { return k.settled() > int64(k.rows)/2 })
	k.within(500 * time.Millisecond)()
}

// ending waits until all rows have a verdict. Then the job's end is written and its file is
// removed.
func (k *killer) ending() {
	k.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); k.settled() < int64(k.rows); { // without a pause, to kill before the end is written
		if time.Now().After(deadline) {
			k.t.Fatalf("the job does not come to its end; the server's log:\n%s", k.logged())
		}
	}
	k.within(5 * time.Millisecond)()
}

// settled returns the number of rows with a verdict.
func (k *killer) settled() int64 {
	k.t.Helper()
	d := k.describe(k.pool, k.job)
	k.seen = d.ImportedUsers + d.SkippedUsers + d.FailedUsers
	return k.seen
}

func (k *killer) over() bool { return k.describe(k.pool, k.job).CompletionDate != nil }

// caught returns the job's progress at the kill, as far as it is known.
func (k *killer) caught() string {
	switch {
	case k.job == "":
		return "not there"
	case strings.Contains(k.told(), `"msg":"import job ended"`):
		return "ended"
	case k.seen == int64(k.rows):
		return "done but for its end"
	case k.seen == 0:
		return "at its first rows, or before"
	}
	return "in the middle"
}
