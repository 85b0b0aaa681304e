package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// walk is a page of docs whose commands are run. They stand in fenced blocks of the
// language console, behind "$ "; what they print follows. Of a long output, the first and
// the last lines are shown where the fence says so: ```console first=3 last=2. Between the blocks, a comment
// <!-- do: NAME --> is what a person does beside the commands.
type walk struct {
	t *testing.T
	*node
	text string
	dir  string // in which the commands run
	acts map[string]func()

	shown map[string]string // what the page has in place of an id
	ids   map[string]string // and the other way round
}

func newPage(t *testing.T, n *node) *walk {
	t.Helper()
	p := &walk{t: t, node: n, dir: t.TempDir(), acts: map[string]func(){}, shown: map[string]string{}, ids: map[string]string{}}
	programs := t.TempDir()
	if err := os.Symlink(binary, filepath.Join(programs, "poolhouse")); err != nil {
		t.Fatal(err)
	}
	n.env = append(n.env, "PATH="+programs+":"+os.Getenv("PATH"))
	return p
}

func (p *walk) write(name, text string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// run runs the page, and returns it with what its commands print now.
func (p *walk) run(text string) string {
	p.t.Helper()
	p.text = text
	var b strings.Builder
	for block := range blocks(text) {
		fence := fences.FindStringSubmatch(block)
		if fence == nil {
			for _, act := range comments.FindAllStringSubmatch(block, -1) {
				do := p.acts[act[1]]
				if do == nil {
					p.t.Fatalf("the page asks for %q, which is not known", act[1])
				}
				do()
			}
			b.WriteString(block)
			continue
		}
		b.WriteString(fence[0])
		for _, command := range commands(strings.TrimSuffix(strings.TrimPrefix(block, fence[0]), "```\n")) {
			b.WriteString("$ " + command + "\n" + shortened(p.output(strings.ReplaceAll(command, "\n> ", "\n")), fence[1], fence[2]))
		}
		b.WriteString("```\n")
	}
	return b.String()
}

var (
	comments = regexp.MustCompile(`<!-- do: (.*) -->`)
	fences   = regexp.MustCompile("^```console(?: first=([0-9]+) last=([0-9]+))?\n")
	fenced   = regexp.MustCompile("(?m)^```console.*\n(?s:.*?)^```\n")
)

// shortened leaves out the middle of a long text.
func shortened(text, first, last string) string {
	if first == "" {
		return text
	}
	head, err1 := strconv.Atoi(first)
	tail, err2 := strconv.Atoi(last)
	lines := strings.SplitAfter(text, "\n")
	if n := len(lines) - 1; err1 == nil && err2 == nil && n > head+tail+1 { // the last one is empty
		return strings.Join(lines[:head], "") + "…\n" + strings.Join(lines[n-tail:], "")
	}
	return text
}

// blocks yields the text in parts: fenced blocks with their fences, and what is between
// them.
func blocks(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for text != "" {
			at := fenced.FindStringIndex(text)
			if at == nil {
				yield(text)
				return
			}
			if at[0] > 0 && !yield(text[:at[0]]) || !yield(text[at[0]:at[1]]) {
				return
			}
			text = text[at[1]:]
		}
	}
}

// commands are those of a block, without what they print. A command goes on behind "> ".
func commands(block string) (all []string) {
	for line := range strings.Lines(block) {
		line = strings.TrimSuffix(line, "\n")
		if command, is := strings.CutPrefix(line, "$ "); is {
			all = append(all, command)
		} else if n := len(all); n > 0 && strings.HasPrefix(line, "> ") && strings.HasSuffix(all[n-1], `\`) {
			all[n-1] += "\n" + line
		}
	}
	return all
}

// output runs a command in a shell and returns what it prints, as the page shows it.
func (p *walk) output(command string) string {
	p.t.Helper()
	for shown, is := range p.ids {
		command = strings.ReplaceAll(command, shown, is)
	}
	cmd := exec.CommandContext(p.t.Context(), "sh", "-c", command)
	cmd.Dir, cmd.Env = p.dir, p.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		if _, exited := errors.AsType[*exec.ExitError](err); !exited {
			p.t.Fatal(err)
		}
	}
	return p.show(out.String())
}

// Of what differs each time.
var (
	idsOfPools  = regexp.MustCompile(`us-east-1_[A-Za-z0-9]{9}\b`)
	idsOfJobs   = regexp.MustCompile(`\bimport-[A-Za-z0-9]{10,16}\b`)
	subsOfUsers = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	instants    = regexp.MustCompile(`\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	onTheWay    = regexp.MustCompile(`(?m)^ +(Pending|InProgress|Stopping)\b.*\n`)
	versions    = regexp.MustCompile(`(?m)^(server +).*$`) // of a receipt
	blanks      = regexp.MustCompile(`(?m)[ \t\r]+$`)
)

// show replaces what differs each time, and leaves out how far a job came that was
// looked at on its way.
func (p *walk) show(text string) string {
	text = idsOfPools.ReplaceAllStringFunc(text, func(id string) string { return p.shownAs(id, "us-east-1_Example") })
	text = idsOfJobs.ReplaceAllStringFunc(text, func(id string) string { return p.shownAs(id, "import-Example") })
	text = subsOfUsers.ReplaceAllStringFunc(text, func(id string) string { return p.shownAs(id, "01900000-0000-7000-8000-00000000000") })
	text = instants.ReplaceAllStringFunc(text, func(at string) string {
		if at == "2026-11-21T10:00:00Z" { // of the advice
			return at
		}
		return "2026-12-01T10:00:00Z"
	})
	text = versions.ReplaceAllString(text, "${1}(devel)")
	text = strings.ReplaceAll(text, p.url, "http://127.0.0.1:9229")
	return blanks.ReplaceAllString(onTheWay.ReplaceAllString(text, ""), "")
}

// shownAs gives an id the next name of a kind.
func (p *walk) shownAs(id, kind string) string {
	if p.shown[id] == "" {
		n := 1
		for p.ids[fmt.Sprint(kind, n)] != "" {
			n++
		}
		p.shown[id] = fmt.Sprint(kind, n)
		p.ids[p.shown[id]] = id
	}
	return p.shown[id]
}

// real is the id that the page shows under a name.
func (p *walk) real(shown string) string {
	p.t.Helper()
	if p.ids[shown] == "" {
		p.t.Fatalf("the page shows no %s", shown)
	}
	return p.ids[shown]
}
