package cli

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"poolhouse/internal/plaintext"
	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// localCommands are the commands that call no existing server, each with hostile text in
// everything that it reads.
func localCommands(t *testing.T) [][]string {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	quoted := `"` + hostile + `"`
	asJSON := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	settings := write("settings.yaml", asJSON(map[string]string{hostile: hostile}))
	region := write("region.yaml", asJSON(map[string]string{"region": hostile}))
	announced := filepath.Join(dir, "data")
	if err := os.Mkdir(announced, 0o700); err != nil {
		t.Fatal(err)
	}
	write("data/endpoint", asJSON(map[string]string{"URL": "http://" + hostile, "Region": hostile, "AccessKeyID": hostile}))
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	var all [][]string
	for name, text := range map[string]string{
		"header.csv": quoted + ",cognito:username\nx,y\n", "same.csv": quoted + "," + quoted + "\nx,y\n", "bare.csv": hostile + ",x\n", "row.csv": "cognito:username\n\"" + hostile + "\n",
		"json.csv": `{"a":` + quoted + `}`, "bytes.csv": "\x1b]0;title\x07\xff\xfe", "empty.csv": "",
	} {
		all = append(all, []string{"import", write(name, text), "--user-pool-id", "us-east-1_Pool", "--wait", "0s", "--role-arn", fakeSpec.roleARN})
	}
	for name, text := range map[string]string{
		"bare.json": hostile, "none.json": `{"` + hostile + `":1}`, "kind.json": asJSON(map[string]any{"UserPool": map[string]any{"SchemaAttributes": hostile}}),
		"word.json": asJSON(map[string]any{"SchemaAttributes": []any{map[string]any{"Name": hostile, "AttributeDataType": hostile}}}),
		"mfa.json":  asJSON(map[string]any{"MfaConfiguration": hostile, "SchemaAttributes": []any{map[string]any{"Name": hostile, "AttributeDataType": "String"}}}),
	} {
		all = append(all, []string{"check", users(t), "--pool", write(name, text)})
	}
	pool := write("good.json", goodPool)
	for name, text := range map[string]string{"header2.csv": quoted + ",cognito:username\nx,y\n", "cell.csv": "cognito:username,email\n" + quoted + "," + quoted + "\n", "quote.csv": "cognito:username,email\n\"" + hostile + "\n"} {
		all = append(all, []string{"check", write(name, text), "--pool", pool}, []string{"check", write(name, text), "--pool", pool, "--json"})
	}
	for name, text := range map[string]string{
		"map1.json": hostile, "map2.json": asJSON(map[string]any{hostile: 1}), "map3.json": asJSON([]any{map[string]any{hostile: hostile}}), "map4.json": asJSON([]any{map[string]any{"Column": hostile, "Attribute": []string{hostile}}}),
		"map5.json": asJSON(map[string]any{hostile: strings.Repeat(hostile, 20)}), "map7.json": "{" + asJSON(hostile) + ":\"\"," + asJSON(hostile) + ":\"\"}",
	} {
		all = append(all, []string{"check", users(t), "--pool", pool, "--map", write(name, text)})
	}
	for name, text := range map[string]string{"ways.csv": "cognito:username;" + hostile + "\nx;" + quoted + "\n", "left.csv": "cognito:username,email," + quoted + "\nx,y,\n"} {
		all = append(all, []string{"check", write(name, text), "--pool", pool}, []string{"check", write("to-"+name, text), "--pool", pool, "--write-map", filepath.Join(dir, name+".json")})
	}
	return append(all,
		[]string{"check", users(t), "--pool", pool, "--format", hostile}, []string{"check", users(t), "--pool", pool, "--format", "escape=" + hostile},
		[]string{"import", filepath.Join(dir, hostile), "--user-pool-id", hostile},
		[]string{"serve", "--config", settings}, []string{"serve", "--config", region}, []string{"serve", "--data", hostile, "--region", hostile}, []string{"serve", "--listen", hostile, "--data", filepath.Join(dir, "new")},
		[]string{"serve", hostile}, []string{hostile}, []string{"--" + hostile}, []string{"keys", hostile},
		[]string{"env", "--config", settings}, []string{"env", "--data", announced}, []string{"log", "--data", announced, "--user-pool-id", hostile, "--job-id", hostile},
		[]string{"demo", "--listen", hostile, "--exit"},
		[]string{"account", "set", hostile}, []string{"account", "set", "123456789012", "--data", hostile}, []string{"account", "set", "123456789012", "--config", settings},
		[]string{"account", "set", "123456789012", "--data", announced}, []string{"key", "replace", "--data", hostile}, []string{"key", "replace", "--config", settings},
		[]string{"key", "replace", "--data", announced}, []string{"account", hostile}, []string{"key", hostile},
		[]string{"inspect", "row", "--pool", write("pool.json", hostile)}, []string{"inspect", "row", "--pool", filepath.Join(dir, hostile)},
		[]string{"keys", "create", "ada", "--policy", write("policy.json", hostile)}, []string{"keys", "delete", hostile},
	)
}

// TestLocalOutputIsPlain: every command shows text from files, settings and arguments
// without letting it act on the terminal.
func TestLocalOutputIsPlain(t *testing.T) {
	for _, args := range localCommands(t) {
		code, out, notes := command(t, "http://127.0.0.1:1", args...)
		if code == exitDone || out+notes == "" {
			t.Errorf("%q: exit code %d, says %q", args, code, out+notes)
		}
		if !strings.Contains(strings.Join(args, " "), hostile) { // the user's own arguments may have lines
			checkPlain(t, fmt.Sprintf("%q", args), out+notes)
		} else {
			checkPlain(t, fmt.Sprintf("%q", args), strings.ReplaceAll(out+notes, forged, ""))
		}
	}
}

// TestRowsArePlain: names of users are shown without acting on the terminal.
func TestRowsArePlain(t *testing.T) {
	attributes := userrow.NewNames(userpool.StandardSchema()).Append(nil, userpool.Attributes{{Name: "name", Value: hostile}, {Name: "nickname", Value: hostile}}, new(userrow.Columns))
	row, err := json.Marshal(map[string]any{"attributes": hex.EncodeToString(attributes)})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := inspectRow(bytes.NewReader(row), plaintext.NewWriter(&out), ""); err != nil || !strings.Contains(out.String(), `\u202e`) {
		t.Errorf("%v, %q", err, &out)
	}
	checkPlain(t, "inspect row", out.String())
}

// TestEveryCommandIsHostile: every command is in one of the lists of hostile commands.
func TestEveryCommandIsHostile(t *testing.T) {
	tried := slices.Concat(clientCommands(t), localCommands(t))
	var visit func(*cobra.Command, []string)
	visit = func(c *cobra.Command, path []string) {
		if c.Runnable() && !c.HasSubCommands() && !slices.ContainsFunc(tried, func(args []string) bool { return len(args) >= len(path) && slices.Equal(args[:len(path)], path) }) {
			t.Errorf("poolhouse %s is in neither clientCommands nor localCommands", strings.Join(path, " "))
		}
		for _, sub := range c.Commands() {
			visit(sub, append(slices.Clip(path), sub.Name()))
		}
	}
	visit(newRoot(), nil)
}

// TestLogIsPlain: foreign text stays in its line of the log, in both formats.
func TestLogIsPlain(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var out bytes.Buffer
		log := plaintext.NewLogger(&out, asJSON, slog.LevelInfo)
		log.Info(hostile, hostile, hostile, "error", fmt.Errorf("it said %s", hostile), "list", []string{hostile}, slog.Group(hostile, "x", hostile))
		if said := out.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, `\u202e`) {
			t.Errorf("JSON %v: %q", asJSON, said)
		}
		checkPlain(t, "the log", out.String())
		if asJSON && !json.Valid(out.Bytes()) {
			t.Errorf("no JSON: %s", &out)
		}
	}
}
