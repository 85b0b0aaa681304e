package e2e

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shell is a shell in which commands run one after the other, as in a person's terminal: what
// one sets, the next one has.
type shell struct {
	t      *testing.T
	script string // the file that has the command
	input  io.Writer
	output *bufio.Reader
}

// newShell starts a shell, which ends with the test.
func newShell(t *testing.T, dir string, env []string) *shell {
	t.Helper()
	cmd := exec.Command("sh")
	cmd.Dir, cmd.Env = dir, env
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, all, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = all, all
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	all.Close()
	t.Cleanup(func() {
		input.Close() // with it the shell ends
		_ = cmd.Wait()
		output.Close()
	})
	return &shell{t: t, script: filepath.Join(t.TempDir(), "command"), input: input, output: bufio.NewReader(output)}
}

// endOfCommand is what the shell prints after a command. No command prints it.
const endOfCommand = "\x04the command has ended\n"

// run runs a command and returns what it prints, on standard output and standard error.
func (s *shell) run(command string) string {
	s.t.Helper()
	if err := os.WriteFile(s.script, []byte(command+"\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(s.input, ". '%s' </dev/null; printf '\\004the command has ended\\n'\n", s.script); err != nil {
		s.t.Fatal(err)
	}
	var said strings.Builder
	for {
		line, err := s.output.ReadString('\n')
		said.WriteString(line)
		if all, ended := strings.CutSuffix(said.String(), endOfCommand); ended {
			return all
		}
		if err != nil {
			s.t.Fatalf("%s: the shell has ended: %v: %s", command, err, said.String())
		}
	}
}

// listening is where a server says that it listens.
var listening = regexp.MustCompile(`\burl=(http://\S+)`)

// startServer runs the command of a server, until the test ends. It returns what the server
// prints until it says where it listens, and its URL.
func startServer(t *testing.T, dir string, env []string, command string) (said, url string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", "exec "+command)
	cmd.Dir, cmd.Env = dir, env
	output, all, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = all, all
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	all.Close()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		kill := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		kill.Stop()
		output.Close()
	})
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadString('\n')
		said += line
		if at := listening.FindStringSubmatch(line); at != nil {
			go func() { _, _ = io.Copy(io.Discard, lines) }() // ends with the server
			return said, at[1]
		}
		if err != nil {
			t.Fatalf("%s: the server does not listen: %s", command, said)
		}
	}
}
