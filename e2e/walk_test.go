package e2e

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// updating rewrites pages that show the output of commands.
var updating = flag.Bool("update", false, "write the pages of docs as their commands run")

// walk is a page of docs whose commands are run, one after the other, in one shell.
//
// The commands stand in fenced blocks of the language console after "$ ", followed by their
// output. The fence may shorten a long output to its first and last lines: ```console
// first=3 last=2. The command of a block with the fence ```console server runs in the
// background until the test ends. A block of another language whose fence names a file,
// such as ```csv users.csv, is that file. A comment <!-- do: NAME --> stands for something
// that a person does between the commands.
type walk struct {
	t    *testing.T
	text string
	dir  string   // where the commands run
	env  []string // of the commands
	url  string   // of the server
	acts map[string]func()
	sh   *shell

	shown map[string]string // the page's name of an id
	ids   map[string]string // and the reverse
}

// newPage returns a walk in a new folder. poolhouse is on the PATH of its commands.
func newPage(t *testing.T, env []string) *walk {
	t.Helper()
	programs := t.TempDir()
	if err := os.Symlink(binary, filepath.Join(programs, "poolhouse")); err != nil {
		t.Fatal(err)
	}
	p := &walk{t: t, dir: t.TempDir(), acts: map[string]func(){}, shown: map[string]string{}, ids: map[string]string{}}
	p.env = append(slices.Clone(env), "PATH="+programs+":"+os.Getenv("PATH"))
	p.sh = newShell(t, p.dir, p.env)
	return p
}

// runPage runs the page in a file. The page must show the output of its commands; with
// -update it is rewritten.
func (p *walk) runPage(path string) {
	p.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		p.t.Fatal(err)
	}
	got := p.run(string(text))
	if *updating {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			p.t.Fatal(err)
		}
	} else if got != string(text) {
		p.t.Errorf("%s shows what is not so any more; go test ./e2e -run %s -update writes it: %s", path, p.t.Name(), firstDifference(string(text), got))
	}
}

func (p *walk) write(name, text string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// run runs the page, and returns it with the present output of its commands.
func (p *walk) run(text string) string {
	p.t.Helper()
	p.text = text
	return parts.ReplaceAllStringFunc(text, func(part string) string {
		if act := comments.FindStringSubmatch(part); act != nil {
			do := p.acts[act[1]]
			if do == nil {
				p.t.Fatalf("the page asks for %q, which is not known", act[1])
			}
			do()
			return part
		}
		if file := files.FindStringSubmatch(part); file != nil {
			p.write(file[1], file[2])
			return part
		}
		return p.runBlock(part)
	})
}

// runBlock runs the commands of a block, and returns it with their output.
func (p *walk) runBlock(block string) string {
	p.t.Helper()
	fence := fences.FindStringSubmatch(block)
	if fence == nil {
		p.t.Fatalf("%.30q is no fence that is known", block)
	}
	var b strings.Builder
	b.WriteString(fence[0])
	for _, command := range commands(strings.TrimSuffix(strings.TrimPrefix(block, fence[0]), "```\n")) {
		is := strings.ReplaceAll(command, "\n> ", "\n")
		for shown, id := range p.ids {
			is = strings.ReplaceAll(is, shown, id)
		}
		var out string
		if fence[1] != "" {
			out = p.serve(is)
		} else {
			out = p.sh.run(is)
		}
		b.WriteString("$ " + command + "\n" + shortened(p.show(out), fence[2], fence[3]))
	}
	return b.String() + "```\n"
}

// serve runs the command of a server on a port of the test, and returns its output up to
// the line that says where it listens.
func (p *walk) serve(command string) string {
	p.t.Helper()
	said, url := startServer(p.t, p.dir, append(slices.Clone(p.env), "POOLHOUSE_LISTEN=127.0.0.1:0"), command)
	p.url = url
	return said
}

var (
	parts    = regexp.MustCompile("(?m)^```(?:console.*|[a-z]+ .+)\n(?s:.*?)^```\n|<!-- do: .* -->")
	comments = regexp.MustCompile(`^<!-- do: (.*) -->$`)
	fences   = regexp.MustCompile("^```console( server)?(?: first=([0-9]+) last=([0-9]+))?\n")
	files    = regexp.MustCompile("(?s)^```(?:csv|json) ([a-z.-]+)\n(.*)```\n$")
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

// commands returns the commands of a block without their output. A command continues after
// "> ".
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

// Parts of the output that differ each time.
var (
	idsOfPools  = regexp.MustCompile(`us-east-1_[A-Za-z0-9]{9}\b`)
	idsOfJobs   = regexp.MustCompile(`\bimport-[A-Za-z0-9]{10,16}\b`)
	subsOfUsers = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	instants    = regexp.MustCompile(`\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	onTheWay    = regexp.MustCompile(`(?m)^ +(Pending|InProgress|Stopping)\b.*\n`)
	versions    = regexp.MustCompile(`(?m)^(server +).*$`) // of a receipt
	dates       = regexp.MustCompile(`("[A-Za-z]+Date": )(?:"[^"]*"|[0-9.]+)`)
	uploads     = regexp.MustCompile(`\?X-Amz-[A-Za-z0-9%&=_.-]+`)
	tokenTexts  = regexp.MustCompile(`\beyJ[\w.-]+|("RefreshToken": ")[^"]+`)
	codes       = regexp.MustCompile(`\bcode (?:is )?[0-9]{6}\b`)
	errorsOfAWS = regexp.MustCompile(`(?m)^aws: \[ERROR\]: (An error occurred)`) // as newer CLIs begin
	ofServer    = regexp.MustCompile(`\b(node|accessKeyId|version|commit)=\S+`)
	blanks      = regexp.MustCompile(`(?m)[ \t\r]+$`)
)

// show replaces the parts that differ each time, and leaves out the progress of a running
// job.
func (p *walk) show(text string) string {
	text = idsOfPools.ReplaceAllStringFunc(text, func(id string) string { return p.shownAs(id, "us-east-1_Example") })
	text = idsOfJobs.ReplaceAllStringFunc(text, func(id string) string { return p.shownAs(id, "import-Example") })
	text = subsOfUsers.ReplaceAllStringFunc(text, func(id string) string { return p.shownAs(id, "01900000-0000-7000-8000-00000000000") })
	text = instants.ReplaceAllStringFunc(text, func(at string) string {
		if at == "2026-11-21T10:00:00Z" { // the example in an advice
			return at
		}
		return "2026-12-01T10:00:00Z"
	})
	text = versions.ReplaceAllString(text, "${1}(devel)")
	text = dates.ReplaceAllString(text, "${1}1796119200.0")
	text = uploads.ReplaceAllString(text, "?X-Amz-…")
	text = tokenTexts.ReplaceAllStringFunc(text, func(token string) string {
		if name, _, is := strings.Cut(token, `: "`); is {
			return name + `: "9tLq…`
		}
		return "eyJ…"
	})
	text = codes.ReplaceAllStringFunc(text, func(said string) string {
		at := strings.LastIndex(said, " ") + 1
		return said[:at] + p.shownAs(said[at:], "30415")
	})
	text = errorsOfAWS.ReplaceAllString(text, "$1")
	text = ofServer.ReplaceAllString(text, "${1}=…")
	text = strings.ReplaceAll(text, p.url, "http://127.0.0.1:9229")
	return blanks.ReplaceAllString(onTheWay.ReplaceAllString(text, ""), "")
}

// shownAs gives an ID the next name of a kind.
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

// real returns the ID that the page shows under a name.
func (p *walk) real(shown string) string {
	p.t.Helper()
	if p.ids[shown] == "" {
		p.t.Fatalf("the page shows no %s", shown)
	}
	return p.ids[shown]
}
