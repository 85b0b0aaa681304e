package dialect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/filetext"
)

func TestTrial(t *testing.T) {
	dir := os.Getenv("WORLD")
	if dir == "" {
		t.Skip("WORLD")
	}
	text, _ := os.ReadFile(dir + "/manifest.json")
	var m struct {
		Files []struct {
			File, Encoding, Packed, Quoting, Delimiter, Null string
			NotCounted                                       []string `json:"not_counted"`
		}
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	text, _ = os.ReadFile(dir + "/truth.json")
	var truth struct{ Users []map[string]string }
	json.Unmarshal(text, &truth)
	users := map[string]map[string]string{}
	for _, u := range truth.Users {
		users[u["cognito:username"]] = u
	}
	for _, f := range m.Files {
		raw, _ := os.ReadFile(dir + "/" + f.File)
		form := filetext.Form{Packing: filetext.RecognisePacking(raw)}
		p, _ := filetext.NewReader(bytes.NewReader(raw), form, 1<<30)
		plain, _ := io.ReadAll(p)
		form.Encoding, form.Mark = filetext.Recognise(plain[:min(4096, len(plain))])
		if form.Encoding == filetext.UTF8 {
			var e filetext.Evidence
			e.Write(plain)
			e.End()
			form.Encoding = e.Encodings()[0]
		}
		p, _ = filetext.NewReader(bytes.NewReader(raw), form, 1<<30)
		plain, _ = io.ReadAll(p)
		if i := bytes.IndexAny(plain, "\r\n"); plain[i] == '\r' && plain[i+1] != '\n' {
			plain = bytes.ReplaceAll(plain, []byte("\r"), []byte("\n"))
		}
		if bytes.HasPrefix(plain, []byte("sep=")) {
			plain = plain[bytes.IndexByte(plain, '\n')+1:]
		}
		known := func(names []string) (n int) {
			if !slices.Contains(names, "cognito:username") {
				return 0
			}
			for _, name := range names {
				if slices.Contains([]string{"cognito:username", "name", "given_name", "family_name", "email", "email_verified", "birthdate", "phone_number", "phone_number_verified", "address", "custom:note"}, name) {
					n++
				}
			}
			return n
		}
		r := Detect(plain, known)
		if len(r) == 0 {
			fmt.Println(f.File, "NONE")
			continue
		}
		d := r[0].Dialect
		wrong, missing, right := check(r[0], plain, users, f.NotCounted)
		mark := "  "
		if len(wrong) > 0 || len(missing) > 0 {
			mark = "XX"
		}
		fmt.Println(mark, f.File, "|", f.Delimiter, f.Quoting, f.Null, "|", string(d.Separator), string(d.Quote), d.Style, "| right", right, "wrong", len(wrong), wrong[:min(3, len(wrong))], "missing", missing[:min(4, len(missing))])
		for i, x := range r {
			if i < 4 && (mark == "XX" || x.cost() <= r[0].cost() && x.Values != r[0].Values || i < 1) {
				fmt.Printf("        %c %c %s rows %d broken %d odd %d same %v\n", x.Separator, x.Quote, x.Style, x.Rows, x.Broken, x.Odd, x.Values == r[0].Values)
			}
		}
	}
}

func check(d Reading, text []byte, users map[string]map[string]string, skip []string) (wrong, missing []string, right int) {
	cuts, size, _ := d.CutRow(text, true, nil)
	var names []string
	for _, c := range cuts {
		names = append(names, d.Value(string(text[:size]), c))
	}
	seen := map[string]bool{}
	for text = text[size:]; len(text) > 0; text = text[size:] {
		var err error
		cuts, size, err = d.CutRow(text, true, cuts[:0])
		if err != nil {
			size = bytes.IndexByte(text, '\n') + 1
			if size == 0 {
				size = len(text)
			}
			continue
		}
		if len(cuts) != len(names) && !(d.Short && len(cuts) < len(names)) {
			continue
		}
		row := map[string]string{}
		for i, c := range cuts {
			row[names[i]] = d.Value(string(text[:size]), c)
			if d.Nulls[i] != "" && c.Bare(string(text[:size]), d.Nulls[i]) {
				row[names[i]] = ""
			}
		}
		u := users[row["cognito:username"]]
		if u == nil {
			wrong = append(wrong, "stranger "+row["cognito:username"])
			continue
		}
		seen[row["cognito:username"]] = true
		ok := true
		for _, k := range []string{"name", "email", "address", "custom:note", "phone_number"} {
			norm := func(s string) string {
				return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
			}
			if norm(row[k]) != norm(u[k]) && !slices.Contains(skip, row["cognito:username"]) {
				ok = false
				wrong = append(wrong, fmt.Sprintf("%s %s %q not %q", row["cognito:username"], k, row[k], u[k]))
			}
		}
		if ok {
			right++
		}
	}
	for name := range users {
		if !seen[name] && !slices.Contains(skip, name) {
			missing = append(missing, name)
		}
	}
	return wrong, missing, right
}
