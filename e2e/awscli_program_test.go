package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// cliProgram is an AWS CLI of this machine. Starting Python and loading the CLI takes four
// times as long as a call, so commands are forked from one process that has loaded it
// (testdata/aws_server.py).
type cliProgram struct {
	path    string
	version string // such as aws-cli/1.45.11
	python  string // the Python with its modules; "" for a self-contained program
	forks   onDemand[*cliServer]
}

// cliServer is the process from which commands are forked.
type cliServer struct {
	cmd    *exec.Cmd
	input  io.Closer // closing it ends the process
	dir    string
	socket string
}

// installed are the AWS CLIs of this machine, by the first word of their version.
var installed struct {
	once sync.Once
	clis map[string]*cliProgram
}

// awsCLIs returns the installed CLIs. If both v1 and v2 exist, both are tested.
func awsCLIs(t *testing.T) map[string]*cliProgram {
	t.Helper()
	installed.once.Do(func() { installed.clis = findCLIs() })
	if len(installed.clis) == 0 {
		lacking(t, "the AWS CLI (Debian: apt-get install awscli)")
	}
	return installed.clis
}

func findCLIs() map[string]*cliProgram {
	found := map[string]*cliProgram{}
	candidates := []string{"/usr/bin/aws", "/usr/local/bin/aws"}
	if path, err := exec.LookPath("aws"); err == nil {
		candidates = append([]string{path}, candidates...)
	}
	for _, path := range candidates {
		out, err := exec.Command(path, "--version").CombinedOutput()
		if version, _, ok := strings.Cut(string(out), " "); err == nil && ok {
			found[version] = &cliProgram{path: path, version: version, python: pythonOf(path, version)}
		}
	}
	return found
}

// pythonOf returns the Python that has the modules of a CLI in that version.
func pythonOf(path, version string) string {
	candidates := []string{"python3", "/usr/bin/python3"}
	if text, err := os.ReadFile(path); err == nil {
		first, _, _ := strings.Cut(string(text[:min(len(text), 200)]), "\n")
		if program, ok := strings.CutPrefix(first, "#!"); ok && strings.Contains(program, "python") && !strings.Contains(program, " ") {
			candidates = append([]string{program}, candidates...)
		}
	}
	for _, python := range candidates {
		out, err := exec.Command(python, "-c", "import awscli; print(awscli.__version__)").Output()
		if err == nil && "aws-cli/"+strings.TrimSpace(string(out)) == version {
			return python
		}
	}
	return ""
}

// closeCLIs ends the started processes.
func closeCLIs() (err error) {
	for _, p := range installed.clis {
		err = errors.Join(err, p.forks.close())
	}
	return err
}

// serve starts the process from which commands are forked.
func (p *cliProgram) serve() (s *cliServer, err error) {
	s = &cliServer{}
	if s.dir, err = os.MkdirTemp("", "aws-"); err != nil {
		return nil, err
	}
	s.socket = filepath.Join(s.dir, "socket")
	s.cmd = exec.Command(p.python, "testdata/aws_server.py", s.socket)
	s.cmd.Stderr = os.Stderr
	input, err1 := s.cmd.StdinPipe()
	output, err2 := s.cmd.StdoutPipe()
	if err := errors.Join(err1, err2, s.cmd.Start()); err != nil {
		return nil, err
	}
	s.input = input
	if line, err := bufio.NewReader(output).ReadString('\n'); err != nil || line != "ready\n" {
		return nil, fmt.Errorf("%s does not load the AWS CLI: %q, %w", p.python, line, errors.Join(err, s.Close()))
	}
	return s, nil
}

func (s *cliServer) Close() error {
	return errors.Join(s.input.Close(), s.cmd.Wait(), os.RemoveAll(s.dir))
}

// command runs a command of the CLI in the environment of the server's clients.
func (a *awsCLI) command(args ...string) (string, error) {
	if a.cli.python == "" || a.installed {
		return a.run(a.cli.path, args...)
	}
	s, err := a.cli.forks.get(a.cli.serve)
	if err != nil {
		return "", err
	}
	return s.run(a.env, args)
}

// run runs a command in a forked process and returns its standard output. Standard error is
// in the error.
func (s *cliServer) run(env, args []string) (string, error) {
	conn, err := net.Dial("unix", s.socket)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	variables := map[string]string{}
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		variables[name] = value
	}
	if err := json.NewEncoder(conn).Encode(map[string]any{"args": slices.Clone(args), "env": variables}); err != nil {
		return "", err
	}
	var answer struct {
		Code     int
		Out, Err string
	}
	if err := json.NewDecoder(conn).Decode(&answer); err != nil {
		return "", fmt.Errorf("aws %s: %w", strings.Join(args, " "), err)
	}
	if answer.Code != 0 {
		return answer.Out, fmt.Errorf("aws %s: exit status %d: %s%s", strings.Join(args, " "), answer.Code, answer.Out, answer.Err)
	}
	return answer.Out, nil
}
