package e2e

import (
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// TestSoak loads a server in cycles with imports, stops, reads and filters. After each
// cycle it measures the idle process. At the end of a life it compares the goroutines with
// those of an earlier life with little load. Between the lives the server is shut down in
// the middle of an import. Nothing may grow.
func TestSoak(t *testing.T) {
	rows, cycles, lasts := 1_500, 6, 300*time.Millisecond
	if *soaking {
		rows, cycles, lasts = 20_000, 20, *soakFor/40 // two stores
	}
	file := mixedFile(t, rows)
	onEachStore(t, func(t *testing.T, h *homes) {
		place := h.make(t)
		s := &soak{node: place.node(), home: place, file: file}
		s.cycle(lasts / 4)
		s.endLife()
		s.importAcrossRestart(file)
		for range cycles {
			s.cycle(lasts)
		}
		s.endLife()
		s.importAcrossRestart(file)
		s.compareLives()
	})
}

// soak is a server under load.
type soak struct {
	*node
	home  *home
	file  string
	life  []usage      // after each cycle of this life
	lives []goroutines // at the end of each life
	calls int
}

// cycle loads the server for a while and measures it when it is idle.
func (s *soak) cycle(lasts time.Duration) {
	s.t.Helper()
	deadline := time.Now().Add(lasts)
	var all sync.WaitGroup
	calls := make([]int, 3)
	for i := range calls {
		all.Go(func() {
			l := newLoad(s.twin(), s.file, uint64(i))
			defer l.http.CloseIdleConnections()
			for time.Now().Before(deadline) { // the load lasts that long
				l.turn(deadline)
			}
			calls[i] = l.calls
		})
	}
	all.Wait()
	http.DefaultClient.CloseIdleConnections() // connections of the uploads
	for _, n := range calls {
		s.calls += n
	}
	s.life = append(s.life, s.idle())
}

// idle waits until the server has finished the load, and measures it.
func (s *soak) idle() usage {
	s.t.Helper()
	await(s.t, "the removal of all uploads", time.Minute, func() bool { return len(s.home.uploads()) == 0 })
	await(s.t, "the rows of deleted user pools to be cleared", 30*time.Second, s.home.cleared)
	was := measure(s.t, s.cmd.Process.Pid)
	await(s.t, "connections to be closed", time.Minute, func() bool {
		now := measure(s.t, s.cmd.Process.Pid)
		same := now.Sockets == was.Sockets
		was = now
		return same
	})
	return was
}

// endLife prints the measurements, makes the process end with a list of its goroutines, and
// starts it again.
func (s *soak) endLife() {
	s.t.Helper()
	s.t.Logf("life %d, %d calls so far, database of %d MB:", len(s.lives)+1, s.calls, s.home.size()>>20)
	for i, u := range s.life {
		s.t.Logf("  after cycle %2d: %v", i+1, u)
	}
	for _, problem := range grown(s.life) {
		s.t.Errorf("life %d: %s", len(s.lives)+1, problem)
	}
	before := len(s.logged())
	if err := s.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		s.t.Fatal(err)
	}
	<-s.read
	_ = s.cmd.Wait() // it ends with an error, as intended
	dump := countGoroutines(s.logged()[before:])
	s.t.Logf("  %d goroutines: %v", dump.total(), dump)
	s.lives, s.life = append(s.lives, dump), nil
	s.again()
}

// importAcrossRestart shuts the server down in the middle of an import.
func (s *soak) importAcrossRestart(file string) {
	s.t.Helper()
	pool, job := s.begin(file)
	s.terminate()
	s.again()
	if o := s.outcome(pool, job); o.Status != "Succeeded" {
		s.t.Errorf("an import across a restart ended %s: %s", o.Status, o.Message)
	}
	if _, err := s.client().DeleteUserPool(s.t.Context(), &cognito.DeleteUserPoolInput{UserPoolId: &pool}); err != nil {
		s.t.Error(err)
	}
}

// compareLives: the goroutines of a loaded server must be about those of an idle one.
func (s *soak) compareLives() {
	s.t.Helper()
	for from, n := range s.lives[1] {
		if was := s.lives[0][from]; n > was+moreOfAKind {
			s.t.Errorf("%d goroutines by %s, of which there were %d in the first life", n, from, was)
		}
	}
}
