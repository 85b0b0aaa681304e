package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestFaults runs three servers on one database and causes faults while one of them
// imports. Each import must have the undisturbed result, to the line and to the user. In
// the long runs the file and the number of faults are twice as large.
func TestFaults(t *testing.T) {
	together(t)
	rows, times := 100_000, faultTimes{kills: 5, suspensions: 2, cuts: 7}
	if *soaking {
		rows, times = 200_000, faultTimes{kills: 10, suspensions: 3, cuts: 15}
	}
	c := newClusterAlone(t)
	for range 3 {
		c.add(c.setup())
	}
	file := mixedFile(t, rows)
	want := c.importFile(c.nodes[0], file, func(string, string) {})
	if o := want.Outcome; o.Status != "Succeeded" || want.Rows != int64(rows) || int(o.Imported+o.Skipped+o.Failed) != rows || want.Holes != 0 ||
		int(o.Imported) != want.People || strings.Count(o.Log, "\n") != rows+2 {
		want.Outcome.Log = ""
		t.Fatalf("the undisturbed import: %+v", want)
	}
	for _, fault := range []struct {
		name string
		do   func(f *faulty)
	}{
		{"killed again and again", (*faulty).killAgainAndAgain},
		{"suspended past the lease", (*faulty).suspend},
		{"shut down", (*faulty).shutDown},
		{"database restarted", (*faulty).restartDatabase},
		{"connections cut", (*faulty).cutConnections},
	} {
		t.Run(fault.name, func(t *testing.T) {
			// A failure in here belongs to this test.
			c.t = t
			for _, n := range c.nodes {
				n.t = t
			}
			f := &faulty{cluster: c, times: times, t: t, r: rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 3))}
			got := c.importFile(c.nodes[0], file, func(pool, job string) {
				f.pool, f.job = pool, job
				fault.do(f)
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the result differs (-undisturbed +disturbed):\n%.3000s", diff)
			}
			t.Logf("the job had %d leases", f.leases())
		})
	}
	c.t = t
	for _, n := range c.nodes {
		n.t = t
	}
}

// faultTimes are the numbers of faults during an import.
type faultTimes struct{ kills, suspensions, cuts int }

// faulty is an import with faults.
type faulty struct {
	*cluster
	times     faultTimes
	t         *testing.T
	r         *rand.Rand
	pool, job string
}

func (f *faulty) leases() (epoch int64) {
	f.query("SELECT lease_epoch FROM import_jobs WHERE pool_no = "+poolNo+" AND job_id = $2", []any{f.pool, f.job}, &epoch)
	return epoch
}

// moment waits for a random time.
func (f *faulty) moment(most time.Duration) { time.Sleep(time.Duration(f.r.Int64N(int64(most)))) } // the moment is what the test tries

// mustHold waits for the server that works on the job. If the job has ended already,
// nothing was tested.
func (f *faulty) mustHold() (*node, work) {
	f.t.Helper()
	n, w := f.holder(f.pool, f.job)
	if n == nil {
		f.t.Fatalf("the import was over before it was disturbed enough (%+v): the test tests too little; give it more rows", w)
	}
	return n, w
}

// killAgainAndAgain kills servers so that the job moves from one to the next.
// TestKilledServerGoesOn tests the kill of a single server.
func (f *faulty) killAgainAndAgain() {
	for range f.times.kills {
		n, _ := f.mustHold()
		f.moment(300 * time.Millisecond)
		n.kill()
		n.again()
	}
}

// suspend stops the working server for longer than its lease, waits until another takes
// over, and wakes it: it must notice that its lease has ended, and do no harm.
func (f *faulty) suspend() {
	for range f.times.suspensions {
		n, before := f.mustHold()
		f.moment(500 * time.Millisecond)
		if err := suspend(n.cmd); err != nil {
			f.t.Fatal(err)
		}
		begun := time.Now()
		after := f.await(f.pool, f.job, "another server to go on", func(w work) bool { return w.epoch > before.epoch && w.rows > before.rows })
		f.t.Logf("another server went on after %v, with a takeover of %v", time.Since(begun).Round(10*time.Millisecond), takeover)
		if err := wake(n.cmd); err != nil {
			f.t.Fatal(err)
		}
		if after.node == before.node {
			f.t.Errorf("the suspended server itself went on: %+v", after)
		}
	}
}

// shutDown shuts down the working server: another takes over without waiting for the end of
// the lease.
func (f *faulty) shutDown() {
	n, before := f.mustHold()
	f.moment(500 * time.Millisecond)
	n.terminate()
	f.await(f.pool, f.job, "another server to go on", func(w work) bool { return w.epoch > before.epoch && w.rows > before.rows })
	if !strings.Contains(n.logged(), "import job handed over") {
		f.t.Errorf("nothing was handed over; the log:\n%s", n.logged())
	}
	n.again()
}

// restartDatabase restarts the database, first in order and then as after a crash.
func (f *faulty) restartDatabase() {
	for _, crash := range []bool{false, true} {
		f.mustHold()
		f.moment(500 * time.Millisecond)
		if err := f.postgres.Stop(crash); err != nil {
			f.t.Fatal(err)
		}
		f.moment(2 * time.Second)
		if err := f.postgres.Start(f.t.Context()); err != nil {
			f.t.Fatal(err)
		}
	}
}

// cutConnections closes all connections of all servers, again and again.
func (f *faulty) cutConnections() {
	for range f.times.cuts {
		f.mustHold()
		f.moment(300 * time.Millisecond)
		var cut int
		f.query("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'poolhouse %'", nil, &cut)
	}
}

// TestPoolsInParallel imports into six pools at once through three servers. Each server works
// on one job at a time.
func TestPoolsInParallel(t *testing.T) {
	together(t)
	const rows = 20_000
	c := newCluster(t)
	for range 3 {
		c.add(c.setup("--import-jobs-at-a-time", "1"))
	}
	file := mixedFile(t, rows)
	want := c.importFile(c.nodes[0], file, func(string, string) {})
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			got := c.importFile(c.nodes[i%3].twin(), file, func(string, string) {})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("pool %d differs from the one that was alone:\n%.2000s", i, diff)
			}
		})
	}
	all.Wait()
	var nodes int
	c.query("SELECT count(DISTINCT lease_node) FROM import_jobs", nil, &nodes)
	if nodes != 3 {
		t.Errorf("%d servers worked, want 3", nodes)
	}
}

// twin returns a client of the same server for another goroutine.
func (n *node) twin() *node {
	return &node{setup: n.setup, t: n.t, url: n.url, name: n.name, env: n.env}
}

// TestServersMustAgree starts servers with different values of settings that must be equal.
func TestServersMustAgree(t *testing.T) {
	together(t)
	c := newCluster(t)
	c.add(c.setup())
	refused := func(s setup, words ...string) {
		t.Helper()
		n := &node{t: t, setup: s}
		err := n.launch()
		if err == nil {
			n.kill()
			t.Fatalf("a server with %v was let in", s.flags)
		}
		for _, w := range words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("the refusal lacks %q: %v", w, err)
			}
		}
	}
	disk := c.setup()
	disk.flags = disk.flags[:2]
	refused(disk, "--uploads", "data directory", "s3://bucket?endpoint=")
	refused(c.setup("--region", "eu-west-1"), "--region", "us-east-1")
	refused(c.setup("--region", "us-east-1,us-west-2"), "--region is us-east-1,us-west-2 here, but us-east-1 on the server", "the same regions in the same order")
	refused(c.setup("--account-id", "123456789012"), "--account-id")
	key := c.setup()
	key.serverEnv[3] = "POOLHOUSE_ROOT_SECRET_ACCESS_KEY=another"
	refused(key, "root access key", "POOLHOUSE_ROOT_ACCESS_KEY_ID")
	bucket := c.setup()
	bucket.flags[3] = strings.Replace(bucket.flags[3], c.bucket, "nowhere", 1)
	refused(bucket, "nowhere")
	gone := c.setup()
	gone.flags[1] = fmt.Sprintf("postgres://me:hunter2@%s/x", "127.0.0.1:1")
	if n := (&node{t: t, setup: gone}); n.launch() == nil || strings.Contains(n.logged(), "hunter2") {
		t.Errorf("a database that is not there: %s", n.logged())
	}
}
