package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// resultsServer has a result file of several pages with some records each. The first
// request of each page fails.
func resultsServer(t *testing.T, pages int, records ...string) (*ours, string) {
	failed := map[string]bool{}
	return answersOf(t, map[string]func(map[string]any) any{"GetUserImportJobResults": func(in map[string]any) any {
		token := fmt.Sprint(in["NextToken"])
		if !failed[token] {
			failed[token] = true
			return away{}
		}
		page := 0
		if in["NextToken"] != nil {
			if _, err := fmt.Sscan(token, &page); err != nil {
				return err
			}
		}
		out := map[string]any{"FileName": "rows.csv", "Records": records}
		if page+1 < pages {
			out["NextToken"] = fmt.Sprint(page + 1)
		}
		return out
	}})
}

// results returns a run of the command without pauses.
func results(t *testing.T, url string, out *bytes.Buffer, path string) *resultsCommand {
	c := &resultsCommand{format: "csv", path: path}
	c.UserPoolId, c.JobId, c.endpoint, c.region = "us-east-1_Pool", "import-1", url, "us-east-1"
	c.waiter = waiter{out, 1, 1 << 40}
	t.Setenv("AWS_ACCESS_KEY_ID", "PHIATEST")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	return c
}

// TestResultsToFile: the file has the records of all pages, for its owner only, even if the
// server is unavailable in between. An existing file is replaced with --force only.
func TestResultsToFile(t *testing.T) {
	records := []string{"a,\"x\r\ny\"\r\n", "'=1,\x1b[31m\u200d\r\n"}
	_, url := resultsServer(t, 3, records...)
	path := filepath.Join(t.TempDir(), "rows.csv")
	var notes bytes.Buffer
	if err := results(t, url, &notes, path).run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if want := strings.Repeat(strings.Join(records, ""), 3); err != nil || string(text) != want {
		t.Errorf("the file is %q, want %q (%v)", text, want, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	wantTexts(t, notes.String(), "the server answers again", fmt.Sprintf("wrote     %s, %d bytes\n", path, len(text)))
	if err := results(t, url, &notes, path).run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), path+" exists already: name another file, or replace it with --force") {
		t.Errorf("a file that is there: %v", err)
	}
	again := results(t, url, &notes, path)
	again.force = true
	if err := again.run(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if err := results(t, url, &notes, filepath.Dir(path)).run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
		t.Errorf("a directory: %v", err)
	}
}

// TestResultsAreWhole: a download that breaks off leaves no file, under any name.
func TestResultsAreWhole(t *testing.T) {
	calls := 0
	_, url := answersOf(t, map[string]func(map[string]any) any{"GetUserImportJobResults": func(map[string]any) any {
		if calls++; calls > 2 {
			return fmt.Errorf("the rows of this job are no longer kept")
		}
		return map[string]any{"Records": []string{"a\r\n"}, "NextToken": "next"}
	}})
	dir := t.TempDir()
	err := results(t, url, new(bytes.Buffer), filepath.Join(dir, "rows.csv")).run(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "no longer kept") {
		t.Errorf("the error is %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("what is left: %v, %v", entries, err)
	}
}

// TestResultsOnStandardOutput: on a terminal, characters that act are escaped, and the
// command says so. A file gets the records unchanged.
func TestResultsOnStandardOutput(t *testing.T) {
	_, url := answersOf(t, map[string]func(map[string]any) any{"GetUserImportJobResults": always(map[string]any{"Records": []string{"a,b\r\n", "x\x1b[31m,y\r\n"}})})
	note := "poolhouse: some characters are written as escapes here; --output FILE writes them as they are\n"
	wantSaid(t, url, exitDone, "a,b\nx\\u001b[31m,y\n", note, jobArgs("results")...)
	_, plain := answersOf(t, map[string]func(map[string]any) any{"GetUserImportJobResults": always(map[string]any{"Records": []string{"\ufeffa,b\r\n"}})})
	wantSaid(t, plain, exitDone, "a,b\n", "", jobArgs("results")...)

	path := filepath.Join(t.TempDir(), "redirected.csv")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var notes bytes.Buffer
	command(t, url, "--version") // sets the environment
	code := Main(jobArgs("results"), file, &notes)
	if text, err := os.ReadFile(path); err != nil || code != exitDone || string(text) != "a,b\r\nx\x1b[31m,y\r\n" || notes.Len() > 0 {
		t.Errorf("exit code %d, %q, %s, %v", code, text, &notes, err)
	}
}

// TestResultsAreAskedFor: the flags become the input of the operation.
func TestResultsAreAskedFor(t *testing.T) {
	o, url := answersOf(t, map[string]func(map[string]any) any{"GetUserImportJobResults": always(map[string]any{})})
	command(t, url, jobArgs("results")...)
	command(t, url, jobArgs("results", "--imported", "--format", "ndjson")...)
	command(t, url, jobArgs("results", "--verdict", "skipped")...)
	calls := o.calls("GetUserImportJobResults")
	wantInput(t, calls[0], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","Content":"NOT_IMPORTED","Format":"CSV"}`)
	wantInput(t, calls[1], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","Content":"IMPORTED","Format":"NDJSON"}`)
	wantInput(t, calls[2], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","Content":"NOT_IMPORTED","Format":"CSV","Verdicts":["SKIPPED"]}`)
	for args, want := range map[string]string{"--format xlsx": `--format is "xlsx"; it must be csv or ndjson`, "--imported --verdict FAILED": "none of the others can be"} {
		if code, _, notes := command(t, url, jobArgs(append([]string{"results"}, strings.Fields(args)...)...)...); code != exitRefused || !strings.Contains(notes, want) {
			t.Errorf("%s: exit code %d, %s", args, code, notes)
		}
	}
}

// TestResultsInConstantMemory: writing a file of 500,000 records takes the memory of a few
// pages.
func TestResultsInConstantMemory(t *testing.T) {
	const pages, page = 500, 1000
	record := strings.Repeat("x", 198) + "\r\n"
	records := make([]string, page)
	for i := range records {
		records[i] = record
	}
	most := uint64(0)
	n := 0
	_, url := answersOf(t, map[string]func(map[string]any) any{"GetUserImportJobResults": func(map[string]any) any {
		if n++; n%50 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
		out := map[string]any{"Records": records}
		if n < pages {
			out["NextToken"] = "next"
		}
		return out
	}})
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	path := filepath.Join(t.TempDir(), "rows.csv")
	o := results(t, url, new(bytes.Buffer), path)
	if err := o.run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != pages*page*int64(len(record)) {
		t.Errorf("%v, %v", info, err)
	}
	if grown := int64(most) - int64(before.HeapAlloc); grown > 16<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
}
