package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"poolhouse/internal/scratch"
)

// binary is the program under test, built once.
var binary string

// build is how the program is built: "" as released, "race" with the race detector, or
// "cover" with coverage counters for GOCOVERDIR.
var build = flag.String("build", "", "how the program under test is built: race or cover")

// buildProgram builds the program.
func buildProgram(path, how string) error {
	args := []string{"build", "-o", path}
	switch how {
	case "race":
		args = append(args, "-race")
	case "cover":
		args = append(args, "-cover", "-coverpkg=poolhouse/...")
	}
	command := exec.Command("go", append(args, "poolhouse/cmd/poolhouse")...)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("building the program: %w", err)
	}
	return nil
}

func TestMain(m *testing.M) {
	flag.Parse()
	moreAtATime()
	dir, err := os.MkdirTemp("", "poolhouse-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "poolhouse")
	code := 1
	if err := buildProgram(binary, *build); err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
	}
	if err := errors.Join(closeShared(), os.RemoveAll(dir)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// moreAtATime runs more tests in parallel than there are processors, unless the number was
// given: half of the time they wait for a lease, a takeover or a disk.
func moreAtATime() {
	const name = "test.parallel"
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == name })
	if said {
		return
	}
	if err := flag.Set(name, strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err) // a flag of every test
	}
}

// lacking skips a test because a program is missing. In CI it fails the test.
func lacking(t *testing.T, what string) {
	t.Helper()
	scratch.Lacking(t, what+" is missing")
}

// setup has the settings of a server.
type setup struct {
	program   string   // default the one under test
	data      string   // directory
	listen    string   // default a free port of the loopback
	flags     []string // flags of serve
	serverEnv []string // in addition to the test's environment
	through   []string // what runs the program, such as ip netns exec NAME
}

// node is a server that can be ended and started again.
type node struct {
	setup
	t    *testing.T
	url  string
	name string // among the servers that share its database
	cmd  *exec.Cmd
	env  []string // what `poolhouse env` exports, as a client's environment

	sdk    *cognito.Client
	sdkURL string // the URL that sdk was made for

	mu   sync.Mutex
	log  bytes.Buffer  // of all its lives
	read chan struct{} // closed when the log of this life has ended
}

// startNode starts a server on the data directory and waits until it listens.
func startNode(t *testing.T, data string, flags ...string) *node {
	t.Helper()
	return start(t, setup{data: data, flags: flags})
}

func start(t *testing.T, s setup) *node {
	t.Helper()
	n := &node{t: t, setup: s}
	if err := n.launch(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.end)
	return n
}

// launch starts the server and waits until it listens. If the server does not start, the
// error has its log.
func (n *node) launch() error {
	n.t.Helper()
	listening, err := n.spawn()
	if err != nil {
		return err
	}
	var now listens
	select {
	case now = <-listening:
	case <-time.After(30 * time.Second):
	}
	if now.URL == "" {
		n.kill()
		return fmt.Errorf("the server does not listen; its log:\n%s", n.logged())
	}
	n.url, n.name, n.listen = now.URL, now.Node, strings.TrimPrefix(now.URL, "http://")
	n.env = n.clientEnv()
	return nil
}

// spawn starts the server and does not wait.
func (n *node) spawn() (<-chan listens, error) {
	if n.listen == "" {
		n.listen = "127.0.0.1:0"
	}
	if n.program == "" {
		n.program = binary
	}
	args := append(slices.Clone(n.through), n.program, "serve", "--data", n.data, "--listen", n.listen, "--log-format", "json")
	n.cmd = exec.Command(args[0], append(args[1:], n.flags...)...)
	n.cmd.Env = append(os.Environ(), n.serverEnv...)
	stderr, err := n.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := n.cmd.Start(); err != nil {
		return nil, err
	}
	listening, read := make(chan listens, 1), make(chan struct{})
	n.read = read
	go func() {
		defer close(read)
		n.readLog(bufio.NewScanner(stderr), listening)
	}()
	return listening, nil
}

// again starts the server again, with the same settings.
func (n *node) again() {
	n.t.Helper()
	if err := n.launch(); err != nil {
		n.t.Fatal(err)
	}
}

// listens is the log line of a listening server.
type listens struct{ Msg, URL, Node string }

// readLog keeps the log and reports when the server listens.
func (n *node) readLog(lines *bufio.Scanner, listening chan<- listens) {
	defer close(listening)
	for lines.Scan() {
		n.mu.Lock()
		n.log.Write(lines.Bytes())
		n.log.WriteByte('\n')
		n.mu.Unlock()
		var entry listens
		if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.Msg == "listening" {
			listening <- entry
		}
	}
}

func (n *node) logged() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.log.String()
}

// clientEnv returns the environment of a client, as `eval "$(poolhouse env)"` sets it.
func (n *node) clientEnv() []string {
	show := exec.Command(binary, "env", "--data", n.data, "--public-url", n.url)
	show.Env = append(os.Environ(), n.serverEnv...)
	out, err := show.Output()
	if err != nil {
		n.t.Fatalf("poolhouse env: %v", err)
	}
	env := append(os.Environ(), "AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
		"AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
	for line := range strings.Lines(string(out)) {
		if name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "="); ok {
			env = append(env, name+"="+strings.Trim(value, "'"))
		}
	}
	return env
}

// getenv returns a variable of the client's environment.
func (n *node) getenv(name string) (value string) {
	for _, pair := range n.env {
		if v, ok := strings.CutPrefix(pair, name+"="); ok {
			value = v
		}
	}
	return value
}

// kill ends the server as a power failure would.
func (n *node) kill() {
	_ = n.cmd.Process.Kill() // it may have ended
	<-n.read
	_ = n.cmd.Wait()
}

// end ends the server after a test. A program with coverage counters writes them if it is
// asked to end.
func (n *node) end() {
	if *build == "cover" {
		_ = n.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case <-n.read:
		case <-time.After(30 * time.Second):
		}
	}
	n.kill()
}

// terminate asks the server to end and waits for it.
func (n *node) terminate() {
	n.t.Helper()
	if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		n.t.Fatal(err)
	}
	<-n.read
	if err := n.cmd.Wait(); err != nil {
		n.t.Fatalf("the server did not end cleanly: %v; its log:\n%s", err, n.logged())
	}
}

// run runs a client and returns its standard output. Standard error is in the error.
func (n *node) run(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = n.env
	var out, problem bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problem
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s %s: %w: %s%s", filepath.Base(name), strings.Join(args, " "), err, out.String(), problem.String())
	}
	return out.String(), nil
}
