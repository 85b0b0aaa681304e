package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestNamedCommandsExist: the documents, the console and our messages name only commands
// and flags that exist.
func TestNamedCommandsExist(t *testing.T) {
	root := newRoot()
	named := 0
	for _, place := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "docs", "packaging", "examples", "internal"} {
		err := filepath.WalkDir(filepath.Join("..", "..", place), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules"):
				return filepath.SkipDir
			case d.IsDir() || !hasText(path):
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, command := range namedCommands(string(text)) {
				named++
				if problem := unknownPart(root, command); problem != "" {
					t.Errorf("%s names the command %q: %s", path, command, problem)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if named < 100 {
		t.Errorf("only %d commands were found", named)
	}
}

// TestUnknownPartsAreSeen: the test above sees what does not exist.
func TestUnknownPartsAreSeen(t *testing.T) {
	for text, want := range map[string]string{
		"run `poolhouse rows --user-pool-id ID`":                                "",
		"run `poolhouse rows --user-pool ID`":                                   "--user-pool",
		"run `poolhouse row`":                                                   "row",
		"poolhouse keys create NAME --policy FILE":                              "",
		"poolhouse keys create NAME \\\n    --polcy FILE":                       "--polcy",
		`Command: shell("poolhouse", "check", "--job-id", in.JobId),`:           "--job-id",
		`Command: shell("poolhouse", "receipt", "--user-pool-id", here.ID),`:    "",
		"poolhouse import --check users.csv | grep --count fail":                "",
		"<code>poolhouse keys make NAME</code>":                                 "make",
		"The server of poolhouse answers. `poolhouse-bench import --rows 1000`": "",
	} {
		got := ""
		for _, command := range namedCommands(text) {
			got += unknownPart(newRoot(), command)
		}
		if want == "" && got != "" || want != "" && !strings.Contains(got, want) {
			t.Errorf("%q has %q unknown, want %q", text, got, want)
		}
	}
}

// hasText reports whether a file has texts for people.
func hasText(path string) bool {
	if strings.HasSuffix(path, "_test.go") {
		return false
	}
	switch filepath.Ext(path) {
	case ".md", ".go", ".html", ".sh", ".yaml", ".service":
		return true
	}
	return false
}

// A command in a text ends at its line, at a pipe, and at the mark that ends it. After the
// mark of code it is a command for sure; elsewhere it may be prose. In the console's code it
// is a call with a word in each argument.
var (
	commandInText = regexp.MustCompile("(?m)(^|[`$>(\"\\s])poolhouse ((?:[^`<>|&;#)\"\\n\\\\]|\\\\\\n)+)")
	commandInCall = regexp.MustCompile(`shell\("poolhouse", (.*)\)`)
	wordOfCall    = regexp.MustCompile(`"([^"]+)"`)
	flagInCommand = regexp.MustCompile(`(?:^|[\s\[])(--[a-z][a-z0-9-]*)`)
)

// namedCommands returns the commands that a text names, without the program's name.
func namedCommands(text string) (commands []string) {
	for _, found := range commandInText.FindAllStringSubmatch(text, -1) {
		if verb, _, _ := strings.Cut(found[2], " "); found[1] == "`" || found[1] == ">" || isCommand(verb) {
			commands = append(commands, found[2])
		}
	}
	for _, call := range commandInCall.FindAllStringSubmatch(text, -1) {
		var words []string
		for _, word := range wordOfCall.FindAllStringSubmatch(call[1], -1) {
			words = append(words, word[1])
		}
		commands = append(commands, strings.Join(words, " "))
	}
	return commands
}

// isCommand reports whether the program has a command.
func isCommand(name string) bool {
	cmd, _, err := newRoot().Find([]string{name})
	return err == nil && cmd.HasParent()
}

// unknownPart returns what of a named command does not exist, "" for nothing.
func unknownPart(root *cobra.Command, command string) string {
	if strings.HasPrefix(command, "--") {
		return unknownFlag(root, command)
	}
	cmd, rest, _ := root.Find(strings.Fields(command))
	if cmd.HasAvailableSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") && rest[0] != "…" {
		return rest[0]
	}
	return unknownFlag(cmd, command)
}

func unknownFlag(cmd *cobra.Command, command string) string {
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	known := map[string]bool{}
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known["--"+f.Name] = true })
	for _, flag := range flagInCommand.FindAllStringSubmatch(command, -1) {
		if !known[flag[1]] {
			return flag[1]
		}
	}
	return ""
}
