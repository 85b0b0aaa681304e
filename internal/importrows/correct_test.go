package importrows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/importrows"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

const (
	hash   = "$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
	header = "cognito:username,email,email_verified,birthdate\n"
	hashed = "cognito:username,email,email_verified,password_hash\n"
)

// TestCorrectCells: cells are corrected one by one, and the row is judged each time.
func TestCorrectCells(t *testing.T) {
	j := kept(t, header+"a,a@example.com,true,01/31/1980\nb,b,yes,31.1.1980\n", "", 10)
	v := j.views(t, importrows.Query{})
	if len(v) != 1 || v[0].Line != 3 || v[0].Number != 2 || !slices.Equal(v[0].Values, []string{"b", "b", "yes", "31.1.1980"}) || v[0].Corrected || v[0].Passes() {
		t.Fatalf("%+v", v)
	}
	one := func(column, value string) importrows.Edit {
		return importrows.Edit{Line: 3, Values: []importrows.Value{{Column: column, Value: value}}}
	}
	v = j.correct(t, one("email", "b@example.com"))
	if v[0].Passes() || !slices.Equal(v[0].Correction.Values, []string{"b", "b@example.com", "yes", "31.1.1980"}) || j.corrections[3].Passes {
		t.Errorf("%+v", v)
	}
	j.correct(t, one("email_verified", "true"))
	v = j.correct(t, one("birthdate", ""))
	if !v[0].Passes() || !slices.Equal(v[0].Correction.Values, []string{"b", "b@example.com", "true", ""}) || !j.corrections[3].Passes {
		t.Errorf("%+v", v)
	}
	if v[0].Code == "" || v[0].Reason == "" {
		t.Error("what the run said is gone")
	}
	j.correct(t, one("email", "b")) // as in the file
	if c := j.corrections[3]; len(c.Values) != 2 || c.Passes {
		t.Errorf("%+v", c)
	}
	if v = j.correct(t, importrows.Edit{Line: 3, Reset: true}); len(j.corrections) != 0 || v[0].Corrected {
		t.Errorf("%+v", j.corrections)
	}
	j.correct(t, one("email", "c@example.com"))
	j.correct(t, importrows.Edit{Line: 3, Reset: true, Values: []importrows.Value{{"birthdate", "01/31/1980"}}})
	if c := j.corrections[3]; len(c.Values) != 1 || c.Values["birthdate"] == "" {
		t.Errorf("%+v", c)
	}
	j.correct(t, one("birthdate", "31.1.1980"))
	if len(j.corrections) != 0 {
		t.Errorf("a row as in its file has a correction: %+v", j.corrections)
	}
}

// TestCorrectText: a row without cells is corrected as a whole.
func TestCorrectText(t *testing.T) {
	j := kept(t, header+"a,\"a\"b,true,\nb,b@example.com\nc,\xffc@example.com,true,\n", "", 2)
	v := j.views(t, importrows.Query{})
	if len(v) != 3 || v[0].Text != `a,"a"b,true,` || v[0].Values != nil || v[1].Text != "b,b@example.com" || v[2].Text != "c,\uFFFDc@example.com,true," {
		t.Fatalf("%+v", v)
	}
	for _, unchanged := range v {
		if j.correct(t, importrows.Edit{Line: unchanged.Line, Text: unchanged.Text}); len(j.corrections) != 0 {
			t.Errorf("line %d: the same is a correction: %+v", unchanged.Line, j.corrections)
		}
	}
	v = j.correct(t, importrows.Edit{Line: 2, Text: `"a",a@example.com,true,` + "\r\n"}, importrows.Edit{Line: 3, Text: "b,b@example.com,maybe,"})
	if !v[0].Passes() || v[0].Correction.Values[1] != "a@example.com" || v[1].Passes() {
		t.Errorf("%+v", v)
	}
	v = j.correct(t, importrows.Edit{Line: 3, Values: []importrows.Value{{"email_verified", "true"}}}) // the row has cells now
	if !v[0].Passes() || v[0].Text == "" {
		t.Errorf("%+v", v)
	}
	v = j.correct(t, importrows.Edit{Line: 3, Text: "b,b@example.com,true,,,"})
	if v[0].Passes() || v[0].Correction.Text != "b,b@example.com,true,,," {
		t.Errorf("%+v", v)
	}
}

// TestCorrectRefused: an invalid edit is refused with a reason, and nothing of the call is
// stored.
func TestCorrectRefused(t *testing.T) {
	j := kept(t, hashed+"a,a,true,\nb,b@example.com\n", "", 10)
	cells := func(line int64, pairs ...string) importrows.Edit {
		e := importrows.Edit{Line: line}
		for i := 0; i < len(pairs); i += 2 {
			e.Values = append(e.Values, importrows.Value{Column: pairs[i], Value: pairs[i+1]})
		}
		return e
	}
	good := cells(2, "email", "a@example.com")
	for name, tt := range map[string]struct {
		edit importrows.Edit
		says string
	}{
		"not kept":    {cells(4, "email", "x"), "No row is kept that begins on line 4"},
		"column":      {cells(3, "emial", "x"), `no column "emial". Its columns are cognito:username, email, email_verified, password_hash.`},
		"ours":        {cells(3, "poolhouse:line", "7"), "Poolhouse's own"},
		"twice":       {cells(3, "email", "x", "email", "y"), "two values of the column email"},
		"no cells":    {cells(3, "email", "x"), "Give the whole row as Text"},
		"hash":        {cells(3, "password_hash", hash), "no PasswordHashingAlgorithm"},
		"hash in row": {importrows.Edit{Line: 3, Text: "b,b@example.com,true," + hash}, "no PasswordHashingAlgorithm"},
		"two rows":    {importrows.Edit{Line: 3, Text: "b,b@example.com,true,\nc,c@example.com,true,"}, "not one row"},
		"blank":       {importrows.Edit{Line: 3, Text: "  "}, "not one row"},
		"both":        {importrows.Edit{Line: 3, Text: "b", Values: good.Values}, "not both"},
		"long value":  {cells(3, "email", strings.Repeat("x", importrows.MaxValueBytes+1)), "more than 65536 bytes"},
		"long text":   {importrows.Edit{Line: 3, Text: strings.Repeat("x", importrows.MaxValueBytes+1)}, "more than 65536 bytes"},
		"long row":    {importrows.Edit{Line: 3, Text: strings.Repeat("x", 16001)}, "would have 16001 characters"},
		"bytes":       {cells(3, "email", "\xff"), "not UTF-8"},
		"same row":    {cells(2, "email", "x"), "two corrections of the row on line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := j.sheet.Correct(t.Context(), j.memory, j.Key(), []importrows.Edit{good, tt.edit})
			if userpool.KindOf(err) != userpool.InvalidParameter || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want …%s…", err, tt.says)
			}
			if len(j.corrections) > 0 {
				t.Errorf("kept: %+v", j.corrections)
			}
		})
	}
}

// TestHashes: no hash is shown: not in a cell, not in a row without cells, and not in a
// correction. The placeholder keeps the hash.
func TestHashes(t *testing.T) {
	argon := `$argon2id$v=19$m=19456\,t=2\,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g`
	j := kept(t, hashed+"a,a,true,"+hash+"\nb,b@example.com,\"true\"x,"+hash+"\nc,c@example.com,"+argon+"\nd,d@example.com,true,\"wrong$x$1\"\n", "BCRYPT", 10)
	told := func() string {
		var all string
		for _, v := range j.views(t, importrows.Query{}) {
			all += fmt.Sprintf("%+v\n", v)
		}
		return all
	}
	want := func() {
		t.Helper()
		for _, part := range []string{"$2b$10", "abcdefghij", "argon2id", "c2FsdH", "aGFzaG", "ABCDEFGH", "wrong"} {
			if strings.Contains(told(), part) {
				t.Errorf("%s is told: %s", part, told())
			}
		}
	}
	want()
	v := j.views(t, importrows.Query{})
	if v[0].Values[3] != usercsv.Hidden || v[1].Text != `b,b@example.com,"true"x,`+usercsv.Hidden || strings.Count(v[2].Text, usercsv.Hidden) != 1 {
		t.Errorf("%s", told())
	}
	text := strings.Replace(v[1].Text, `"true"x`, "true", 1)
	v = j.correct(t, importrows.Edit{Line: 2, Values: []importrows.Value{{"email", "a@example.com"}, {"password_hash", usercsv.Hidden}}}, importrows.Edit{Line: 3, Text: text})
	if !v[0].Passes() || !v[1].Passes() || j.corrections[3].Text != `b,b@example.com,true,`+hash {
		t.Errorf("%+v\n%+v", v, j.corrections)
	}
	if r := j.sheet.Corrected(j.segments[0].Rejected[0], j.corrections[2]); r.Fields[3] != hash {
		t.Errorf("the hash of the file is %q", r.Fields[3])
	}
	want()
	j.correct(t, importrows.Edit{Line: 3, Text: strings.Replace(text, "b@", "b2@", 1)})
	if j.corrections[3].Text != `b,b2@example.com,true,`+hash {
		t.Errorf("%+v", j.corrections[3])
	}
	other := strings.Replace(hash, "abc", "xyz", 1)
	v = j.correct(t, importrows.Edit{Line: 5, Values: []importrows.Value{{"password_hash", other}}})
	if !v[0].Passes() || j.corrections[5].Values["password_hash"] != other || v[0].Correction.Values[3] != usercsv.Hidden {
		t.Errorf("%+v", v)
	}
	want()
	_, err := j.sheet.Correct(t.Context(), j.memory, j.Key(), []importrows.Edit{{Line: 4, Text: usercsv.Hidden + usercsv.Hidden}})
	if userpool.KindOf(err) != userpool.InvalidParameter || !strings.Contains(err.Error(), "there are 1 of it") {
		t.Errorf("%v", err)
	}
}
