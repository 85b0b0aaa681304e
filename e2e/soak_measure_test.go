package e2e

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Bounds of growth that is not a leak.
const (
	moreOfAKind = 12       // goroutines with one origin: connections of a pool
	moreHandles = 12       // file handles: the same, and SQLite's readers with two files each
	moreThreads = 8        // the runtime keeps the threads that it needed at once
	moreMemory  = 64 << 20 // and a fifth: caches, and memory that the runtime has not returned
)

// usage is the resource usage of an idle process.
type usage struct {
	RSS              int64 // bytes
	Threads          int
	Handles, Sockets int // Sockets are among the handles
}

func (u usage) String() string {
	return fmt.Sprintf("%4d MB, %3d threads, %3d handles, of which %3d sockets", u.RSS>>20, u.Threads, u.Handles, u.Sockets)
}

var statusLine = regexp.MustCompile(`(?m)^(VmRSS|Threads):\s+(\d+)`)

// measure measures a process from outside.
func measure(t *testing.T, pid int) (u usage) {
	t.Helper()
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	status, err := os.ReadFile(filepath.Join(proc, "status"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range statusLine.FindAllStringSubmatch(string(status), -1) {
		n, _ := strconv.Atoi(m[2]) // the pattern matches only numbers
		if m[1] == "VmRSS" {
			u.RSS = int64(n) << 10
		} else {
			u.Threads = n
		}
	}
	handles, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		t.Fatal(err)
	}
	u.Handles = len(handles)
	for _, h := range handles {
		// It may be closed by now.
		if to, err := os.Readlink(filepath.Join(proc, "fd", h.Name())); err == nil && strings.HasPrefix(to, "socket:") {
			u.Sockets++
		}
	}
	return u
}

// grown compares the last third of a life's cycles with the first third, by the maximum of
// each.
func grown(cycles []usage) (problems []string) {
	if len(cycles) < 3 {
		return nil
	}
	third := len(cycles) / 3
	was, is := most(cycles[:third+1]), most(cycles[len(cycles)-third:])
	check := func(what string, was, is, more int64) {
		if is > was+more {
			problems = append(problems, fmt.Sprintf("%s went from %d to %d", what, was, is))
		}
	}
	check("memory", was.RSS, is.RSS, was.RSS/5+moreMemory)
	check("threads", int64(was.Threads), int64(is.Threads), moreThreads)
	check("file handles", int64(was.Handles), int64(is.Handles), moreHandles)
	return problems
}

func most(all []usage) (m usage) {
	for _, u := range all {
		m = usage{max(m.RSS, u.RSS), max(m.Threads, u.Threads), max(m.Handles, u.Handles), max(m.Sockets, u.Sockets)}
	}
	return m
}

// goroutines counts goroutines by the function that started them.
type goroutines map[string]int

var (
	goroutine = regexp.MustCompile(`(?m)^goroutine \d+ `)
	origin    = regexp.MustCompile(`(?m)^created by (.+?)(?: in goroutine \d+)?$`)
)

// countGoroutines parses the output of a Go program after a SIGQUIT.
func countGoroutines(dump string) goroutines {
	all := goroutines{}
	for _, stack := range goroutine.Split(dump, -1)[1:] {
		from := "main"
		if m := origin.FindStringSubmatch(stack); m != nil {
			from = m[1]
		}
		if strings.HasPrefix(from, "runtime.") { // the runtime's own
			continue
		}
		all[from]++
	}
	return all
}

func (g goroutines) total() (n int) {
	for _, of := range g {
		n += of
	}
	return n
}

func (g goroutines) String() string {
	var parts []string
	for _, from := range slices.Sorted(maps.Keys(g)) {
		parts = append(parts, fmt.Sprintf("%d by %s", g[from], from))
	}
	return strings.Join(parts, ", ")
}

// TestLeaksAreSeen leaks in this process: the leak must be found.
func TestLeaksAreSeen(t *testing.T) {
	dump := func() goroutines {
		stacks := make([]byte, 1<<20)
		return countGoroutines(string(stacks[:runtime.Stack(stacks, true)]))
	}
	before, quiet := dump(), measure(t, os.Getpid())
	const n = moreOfAKind + 1
	end := make(chan struct{})
	defer close(end)
	for range n {
		go func() { <-end }()
	}
	for range moreHandles + 1 {
		file, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
	}
	const me = "poolhouse/e2e.TestLeaksAreSeen"
	after := dump()
	others := maps.Clone(after) // goroutines of an earlier test may have ended meanwhile
	delete(others, me)
	if before[me] != 0 || after[me] != n || after.total() != others.total()+n {
		t.Errorf("%d goroutines were %v, and are %v", n, before, after)
	}
	leaking := measure(t, os.Getpid())
	if problems := grown([]usage{quiet, quiet, leaking}); len(problems) != 1 || !strings.Contains(problems[0], "file handles") {
		t.Errorf("from %v to %v: %v", quiet, leaking, problems)
	}
	fat := quiet
	fat.RSS += fat.RSS/5 + 2*moreMemory
	fat.Threads += moreThreads + 1
	if problems := grown([]usage{quiet, quiet, fat}); quiet.RSS == 0 || quiet.Threads == 0 || len(problems) != 2 {
		t.Errorf("from %v to %v: %v", quiet, fat, problems)
	}
}
