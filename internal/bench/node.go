package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// usage is what a process has used.
type usage struct {
	cpu            time.Duration
	peak, resident int64 // memory in bytes; 0 if the system does not report it
}

// node is a running server.
type node struct {
	*client
	cmd   *exec.Cmd
	log   string        // path of the log
	ended chan struct{} // closed when the process has ended
	end   error
	// answered is the time from the start of the process to the first answer to a signed
	// call.
	answered time.Duration
}

// launch says how a server is started.
type launch struct {
	args []string // arguments of the program
	env  []string
	log  string // path of the file for its log

	secret string // secret key of its root
}

// The environment variables that give a server, including the bare one, the key that calls
// are signed with.
const (
	EnvAccessKey = "POOLHOUSE_ROOT_ACCESS_KEY_ID"
	EnvSecret    = "POOLHOUSE_ROOT_SECRET_ACCESS_KEY"
)

// startTimeout is how long a server may take to listen.
const startTimeout = time.Minute

// start starts a server and waits until it answers. The server has a process group of its
// own, so that Ctrl-C reaches only us; we end the server.
func (p program) start(ctx context.Context, l launch) (n *node, err error) {
	c := newClient(l.secret)
	log, err := os.Create(l.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	n = &node{client: c, log: l.log, cmd: exec.Command(p.path, l.args...), ended: make(chan struct{})}
	n.cmd.Stderr = log // a file costs the server less than a pipe with a reader
	n.cmd.Env = append(cleanEnvironment(), l.env...)
	n.cmd.Env = append(n.cmd.Env, EnvAccessKey+"="+c.signer.AccessKey, EnvSecret+"="+c.signer.Secret)
	inOwnGroup(n.cmd)
	begun := time.Now()
	if err := n.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { n.end = n.cmd.Wait(); close(n.ended) }()
	if err := n.awaitAnswer(ctx); err != nil {
		_ = n.cmd.Process.Kill() // it may have ended
		<-n.ended
		return nil, fmt.Errorf("the server did not start: %w%s", err, n.logged())
	}
	n.answered = time.Since(begun)
	return n, nil
}

// cleanEnvironment returns our environment without the settings of a server.
func cleanEnvironment() (env []string) {
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "POOLHOUSE_") {
			env = append(env, pair)
		}
	}
	return env
}

// awaitAnswer waits until the server logs its address, and calls it.
func (n *node) awaitAnswer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		if url := n.listens(); url != "" {
			n.url = url
			return n.call(ctx, "ListUserPools", map[string]any{"MaxResults": 1}, &struct{}{})
		}
		select {
		case <-n.ended:
			return errors.Join(errors.New("it ended"), n.end)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
}

// listens returns the URL in the log, or "" before there is one.
func (n *node) listens() string {
	text, err := os.ReadFile(n.log)
	if err != nil {
		return ""
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var entry struct{ Msg, URL string }
		if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.Msg == "listening" {
			return entry.URL
		}
	}
	return ""
}

// logged returns the end of the log, for errors.
func (n *node) logged() string {
	text, _ := os.ReadFile(n.log)
	return "; its log ends:\n" + string(text[max(0, len(text)-2000):])
}

// used returns what the process has used so far.
func (n *node) used() (usage, error) { return usageOf(n.cmd.Process.Pid) }

// stop shuts the server down, as its operator would.
func (n *node) stop() error {
	n.http.CloseIdleConnections()
	if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-n.ended:
	case <-time.After(startTimeout):
		_ = n.cmd.Process.Kill() // it may have ended
		<-n.ended
	}
	if n.end != nil {
		return fmt.Errorf("the server did not shut down properly: %w%s", n.end, n.logged())
	}
	return nil
}

// peakAtEnd returns the largest memory of the process, as the system reports it for an ended
// child. On Linux that includes our own memory from before the child ran the other program,
// so usageOf is used there.
func (n *node) peakAtEnd() int64 {
	return peakOf(n.cmd.ProcessState)
}

// site is where servers store their data: a directory, and for PostgreSQL a database.
type site struct {
	dir      string
	env      []string // environment of its servers
	database database // of PostgreSQL
	secret   string   // secret key of the root of its servers
	remove   func(context.Context) error
}

// newSite creates a directory for a site.
func newSite(dir string) (s site, err error) {
	s.dir, s.secret = filepath.Join(dir, "site-"+rand.Text()), rand.Text()
	s.remove = func(context.Context) error { return os.RemoveAll(s.dir) }
	return s, os.Mkdir(s.dir, 0o700)
}

func (s site) data() string { return filepath.Join(s.dir, "data") }

// serve returns how a server is started on the site. Files may have any size, and jobs
// succeed regardless of rejected rows.
func (s site) serve(flags ...string) launch {
	args := []string{"serve", "--data", s.data(), "--listen", "127.0.0.1:0", "--log-format", "json", "--region", region,
		"--import-max-rows", "1000000000", "--import-max-bytes", "1000000000000", "--import-failed-share", "1"}
	return launch{args: append(args, flags...), env: s.env, log: filepath.Join(s.dir, "server.log"), secret: s.secret}
}

// profiled returns the launch of a server that writes a CPU profile of its whole life.
func (l launch) profiled(path string) launch {
	l.args = append(l.args[:len(l.args):len(l.args)], "--cpu-profile", path)
	return l
}
