package dialect

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// namesKnown knows headers by their names, in any case. The first name must be there.
func namesKnown(names []string) (n int) {
	known := []string{"user", "name", "note", "note2", "born"}
	if !slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, "user") }) {
		return 0
	}
	for _, name := range names {
		if slices.Contains(known, strings.ToLower(name)) {
			n++
		}
	}
	return n
}

// bornIsTyped says that the column born has no text.
func bornIsTyped(names []string) (typed []bool) {
	for _, name := range names {
		typed = append(typed, name == "born")
	}
	return typed
}

// rowsOf returns the rows of a text in a reading, with bars between the values. A row
// that cannot be read is BROKEN.
func rowsOf(r Reading, text []byte) (rows []string) {
	for range r.Before {
		text = text[len(firstLine(text)):]
	}
	for header := true; len(text) > 0; {
		line := firstLine(text)
		cuts, size, err := r.CutRow(text, true, nil)
		row := string(text[:max(size, 0)])
		switch {
		case err != nil:
			rows, size = append(rows, "BROKEN"), len(line)
		case blank(text[:size]):
		case header:
			header = false
		default:
			rows = append(rows, strings.Join(valuesOf(r, row, cuts), "|"))
		}
		text = text[size:]
	}
	return rows
}

// valuesOf returns the values of a row in the columns of the header.
func valuesOf(r Reading, row string, cuts []Cut) (values []string) {
	if r.Numbered {
		cuts = cuts[1:]
	}
	for i, c := range cuts {
		value := r.Value(row, c)
		if i < len(r.Nulls) && r.Nulls[i] != "" && (c.Bare(row, r.Nulls[i]) || r.QuotedNulls && value == r.Nulls[i]) {
			value = ""
		}
		values = append(values, value)
	}
	width := len(r.Header)
	switch {
	case r.Long && len(values) == width+1 && values[width] == "":
		return values[:width]
	case r.Short && len(values) < width:
		return append(values, make([]string, width-len(values))...)
	case len(values) != width:
		return []string{"BROKEN"}
	}
	return values
}

// kind is a small file and how it must be read.
type kind struct {
	text  string
	reads []string  // the rows of the best reading
	in    []Dialect // the expected readings; nil if any dialect will do, but there must be only one
}

func check(t *testing.T, kinds map[string]kind) {
	t.Helper()
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			d := NewDetector(Want{Known: namesKnown, Typed: bornIsTyped})
			d.Write([]byte(k.text))
			readings := d.End()
			if len(readings) == 0 || k.in == nil && len(readings) != 1 {
				t.Fatalf("%d readings: %+v", len(readings), readings)
			}
			var in []Dialect
			for i, r := range readings {
				in = append(in, r.Dialect)
				if (r.Differs == 0) != (i == 0) {
					t.Errorf("reading %d differs from row %d on", i, r.Differs)
				}
			}
			if k.in != nil && !slices.Equal(in, k.in) {
				t.Errorf("read as %q, not %q", in, k.in)
			}
			if got := rowsOf(readings[0], []byte(k.text)); !slices.Equal(got, k.reads) {
				t.Errorf("read as %q: %q, not %q", in[0], got, k.reads)
			}
		})
	}
}

// TestKinds reads small files of each kind.
func TestKinds(t *testing.T) {
	check(t, map[string]kind{
		"a separator line":          {"sep=;\r\nuser;name\r\nu1;Doe, Jane\r\n", []string{"u1|Doe, Jane"}, []Dialect{{';', '"', Doubled}}},
		"a quoted separator line":   {"\"sep=\t\"\r\nuser\tname\r\nu1\tDoe, Jane\r\n", []string{"u1|Doe, Jane"}, nil},
		"blank lines":               {"\n  \nuser;name\n\nu1;a\n \t\n\nu2;b\n\n", []string{"u1|a", "u2|b"}, nil},
		"padding around quotes":     {"user ; name\n \"u1\" ; \"a;b\" \n", []string{"u1|a;b"}, nil},
		"names in other cases":      {"USER|Name\nu1|a,b\n", []string{"u1|a,b"}, nil},
		"a header alone":            {"user;name", nil, []Dialect{{';', '"', Doubled}}},
		"a header alone, comma":     {"user,name\r\n", nil, []Dialect{Default}},
		"a quoted header alone":     {"\"user\"\t\"name\"\n", nil, []Dialect{{'\t', '"', Doubled}}},
		"a header of one column":    {"user\nu1\nu;2\nu,3\nu4\n", []string{"u1", "u;2", "u,3", "u4"}, []Dialect{{'\t', '"', Doubled}}},
		"apostrophes in the header": {"'user','name'\n'u1','O''Brien'\n", []string{"u1|O'Brien"}, []Dialect{{',', '\'', Doubled}}},
		"a trailing separator":      {"user;name\nu1;a;\nu2;b;\n", []string{"u1|a", "u2|b"}, nil},
		"trailing separators, both": {"user;name;\nu1;a;\nu2;b;\n", []string{"u1|a|", "u2|b|"}, nil},
		"numbered rows":             {"\"user\"\t\"name\"\n\"1\"\t\"u1\"\t\"a\"\n\"2\"\t\"u2\"\t\"b\"\n", []string{"u1|a", "u2|b"}, nil},
		"numbers that are none":     {"user,name\n7,u1,a\n9,u2,b\n", []string{"BROKEN", "BROKEN"}, nil},
		"rows that end early":       {"user,name,note\nu1,a,x\nu2\nu3,b\nu4\nu5,c,y\nu6,d,z\nu7,e,z\n", []string{"u1|a|x", "u2||", "u3|b|", "u4||", "u5|c|y", "u6|d|z", "u7|e|z"}, nil},
		"missing and empty values":  {"user,name,note\nu1,a,x\nu2\nu3,b\nu4\nu5,c,\nu6,d,z\nu7,e,z\n", []string{"u1|a|x", "u2||", "u3|b|", "u4||", "u5|c|", "u6|d|z", "u7|e|z"}, nil},
		"damaged and empty values":  {"user,name,note\nu1,a,\nu2\nu3,b\nu4\nu5,c,\nu6,d,z\nu7,e,z\n", []string{"u1|a|", "BROKEN", "BROKEN", "BROKEN", "u5|c|", "u6|d|z", "u7|e|z"}, nil},
		"PowerShell's first line":   {"#TYPE System.Object\r\n\"user\",\"name\"\r\n\"u1\",\"a\"\r\n", []string{"u1|a"}, nil},
		"a title":                   {"Users\n\nuser;name\nu1;a\n", []string{"u1|a"}, nil},
		"a title with separators":   {"Table 1;;\nuser;name;note\nu1;a;b\n", []string{"u1|a|b"}, nil},
		"a title and a sep= line":   {"sep=|\nUsers, all\nuser|name\nu1|a\n", []string{"u1|a"}, nil},
		"a row that is damaged":     {"user,name,note\nu1,a,x\nu2,b\nu5,c,y\nu6,d,z\nu7,e,z\n", []string{"u1|a|x", "BROKEN", "u5|c|y", "u6|d|z", "u7|e|z"}, nil},
		"names with apostrophes":    {"user,name\nu1,O'Brien\nu2,'Ndrangheta\nu3,d'Arcy'\nu4,'t Hooft\n", []string{"u1|O'Brien", "u2|'Ndrangheta", "u3|d'Arcy'", "u4|'t Hooft"}, []Dialect{Default}},
		"one name in apostrophes":   {"user;name\nu1;'Bob'\nu2;Ann\nu3;Zoe\n", []string{"u1|'Bob'", "u2|Ann", "u3|Zoe"}, nil},
		"quoted where a space is":   {"user;name\nu1;\"Ada Byrne\"\nu2;Ann\n", []string{"u1|Ada Byrne", "u2|Ann"}, nil},
		"undoubled where needed":    {"user,name,note\nu1,\"Jane \"J\" Doe\",b\nu2,a,\"5\" x, y\"\nu3,\"\"Bob\"\",\"say \"hi\" twice, x\"\nu4,d,e\n", []string{"u1|Jane \"J\" Doe|b", "u2|a|5\" x, y", "u3|\"Bob\"|say \"hi\" twice, x", "u4|d|e"}, []Dialect{{',', '"', Undoubled}}},
		"a mark for inches":         {"user;name\nu1;5'10\" tall\nu2;\"a;b\"\n", []string{"u1|5'10\" tall", "u2|a;b"}, nil},
		"mixed-up row":              {"user,name\nu1,\"a\nu2,b\nu3,c\n", []string{"BROKEN", "u2|b", "u3|c"}, nil},
	})
}

// TestNoTitle: a line is a header only if most of its names are known, and only one of the
// first lines.
func TestNoTitle(t *testing.T) {
	for _, text := range []string{"Login;Full name;Age\nuser;b;c\n", "Login;Full name;Age\nuser;name;c;d\n", "a\nb\nc\nd\ne\nf\nuser;name\n",
		"", "\n", "a", "--form\n\nuser;name\nu1;a\n", "<pre>\nuser;name\nu1;a\n"} {
		d := NewDetector(Want{Known: namesKnown})
		d.Write([]byte(text))
		if r := d.End(); len(r) != 0 {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

// TestBackslashKinds reads each meaning of a backslash.
func TestBackslashKinds(t *testing.T) {
	check(t, map[string]kind{
		"paths in RFC 4180":           {`user,name` + "\n" + `u1,C:\Users\ann` + "\n" + `u2,"C:\temp, D:\new"` + "\n", []string{`u1|C:\Users\ann`, `u2|C:\temp, D:\new`}, nil},
		"one path":                    {`user;name` + "\n" + `u1;C:\temp` + "\n", []string{`u1|C:\temp`}, nil},
		"a path and a tab":            {"user\tname\nu1\tC:\\temp\n", []string{`u1|C:\temp`}, nil},
		"a share":                     {`user;name` + "\n" + `u1;\\server\share` + "\n", []string{`u1|\\server\share`}, nil},
		"Cognito's own":               {`user,name` + "\n" + `u1,Doe\, Jane` + "\n" + `u2,C:\Users` + "\n", []string{"u1|Doe, Jane", `u2|C:\Users`}, []Dialect{Default}},
		"Cognito's commas alone":      {`user,name` + "\n" + `u1,Doe\, Jane` + "\n", []string{"u1|Doe, Jane"}, []Dialect{Default}},
		"a mark after a backslash":    {`user,name` + "\n" + `u1,"She said \"hi\""` + "\n" + `u2,b` + "\n", []string{`u1|She said "hi"`, "u2|b"}, []Dialect{{',', '"', Backslash}}},
		"a backslash ends a value":    {`user,name` + "\n" + `u1,"a\"` + "\n" + `u2,"b"` + "\n", []string{`u1|a\`, "u2|b"}, nil},
		"R's marks":                   {"\"user\";\"name\"\n\"u1\";\"C:\\Users \\\"x\\\"\"\n\"u2\";\"b\"\n", []string{`u1|C:\Users "x"`, "u2|b"}, []Dialect{{';', '"', Marks}}},
		"PostgreSQL's ESCAPE":         {"user;name\nu1;C:\\Users\nu2;\"a;\\\"b\\\" \\\\c\"\n", []string{`u1|C:\Users`, `u2|a;"b" \c`}, []Dialect{{';', '"', Inside}}},
		"PostgreSQL's text":           {"user\tname\tnote\nu1\ta\\tb\\\\c\t\\N\nu2\tx\\ny\tn\n", []string{"u1|a\tb\\c|", "u2|x\ny|n"}, []Dialect{{'\t', 0, Text}}},
		"MariaDB's text":              {"user\tname\nu1\tfirst\\\nsecond\nu2\ta\\\tb\n", []string{"u1|first\nsecond", "u2|a\tb"}, nil},
		"Python without quotes":       {"user;name\nu1;a\\;b \\\"c\\\"\n", []string{`u1|a;b "c"`}, nil},
		"no value in several columns": {"user,name,note\nu1,\\N,x\nu2,a,\\N\n", []string{"u1||x", "u2|a|"}, nil},
		"text of that form":           {"user,name,note\nu1,b,\\N\nu2,a,C:\\Users\n", []string{`u1|b|\N`, `u2|a|C:\Users`}, nil},
		"NULL where text is quoted":   {"user,name,note\n\"u1\",NULL,\"NULL\"\n\"u2\",\"a\",NULL\n", []string{"u1||NULL", "u2|a|"}, nil},
		"NULL where dates are not":    {"user,name,born\n\"u1\",\"b\",NULL\n\"u2\",NULL,1971-05-12\n", []string{"u1|b|", "u2||1971-05-12"}, nil},
		"NULL beside unquoted text":   {"user,name,note\nu1,NULL,x\nu2,a,NULL\n", []string{"u1|NULL|x", "u2|a|NULL"}, nil},
		"NA of R":                     {"\"user\",\"name\"\n\"u1\",NA\n\"u2\",\"NA\"\n", []string{"u1|", "u2|NA"}, nil},
	})
}

// TestNoValueKinds: a word that stands where no text can be means "no value" in all columns.
func TestNoValueKinds(t *testing.T) {
	kinds := map[string]kind{
		"one is a slip":        {"user,name,born\nu1,NULL,NULL\nu2,a,1971-05-12\n", []string{"u1|NULL|NULL", "u2|a|1971-05-12"}, nil},
		"another word is text": {"user,name,born\nu1,NA,NULL\nu2,NULL,NULL\n", []string{"u1|NA|", "u2||"}, nil},
		"quoted text":          {"user,name,born\nu1,\"NULL\",NULL\nu2,NULL,NULL\n", []string{"u1|NULL|", "u2||"}, nil},
		"nothing is quoted":    {"user\tname\tborn\nu1\tNULL\tNULL\nu2\tx\\ty\tNULL\nu3\tx\\ny\\\\z\t\n", []string{"u1||", "u2|x\ty|", "u3|x\ny\\z|"}, nil},
		"rows with numbers":    {"user;name;born\n1;u1;NULL;NULL\n2;u2;a;NULL\n", []string{"u1||", "u2|a|"}, nil},
	}
	head, row := "user,name,born\nu1,a,-\nu2,b,-\n", "u3,-,1971-05-12\n"
	kinds["two for 200 texts"] = kind{head + strings.Repeat(row, 200), append([]string{"u1|a|", "u2|b|"}, slices.Repeat([]string{"u3||1971-05-12"}, 200)...), nil}
	kinds["two for 201 texts"] = kind{head + strings.Repeat(row, 201), append([]string{"u1|a|", "u2|b|"}, slices.Repeat([]string{"u3|-|1971-05-12"}, 201)...), nil}
	for _, word := range words {
		if word == `\N` { // it counts in any column
			kinds["quoted "+word] = kind{"\"user\",\"name\",\"born\"\n\"u1\",\"W\",\"\\N\"\n\"u2\",\"a,b\",\"\\N\"\n", []string{"u1|W|", "u2|a,b|"}, nil}
			continue
		}
		kinds["unquoted "+word] = kind{"user,name,born\nu1," + word + "," + word + "\nu2,a," + word + "\nu3,b,1971-05-12\n", []string{"u1||", "u2|a|", "u3|b|1971-05-12"}, nil}
		kinds["quoted "+word] = kind{strings.ReplaceAll("'user';'name';'born'\n'u1';'W';'W'\n'u2';'a;b';'W'\n'u3';'b';'W'\n", "W", word), []string{"u1||", "u2|a;b|", "u3|b|"}, nil}
	}
	check(t, kinds)
}

// TestCodeKinds reads values that are quoted as in JSON and in the source text of a program.
func TestCodeKinds(t *testing.T) {
	check(t, map[string]kind{
		"JSON":  {`user,name` + "\n" + `"u1","a\"b\\c\td\u00e9\ud83e\udd8a"` + "\n" + `"u2","x\ny"` + "\n", []string{"u1|a\"b\\c\tdé🦊", "u2|x\ny"}, []Dialect{{',', '"', Text}}},
		"octal": {`"user","name"` + "\n" + `"u1","Zo\303\253 \"x\" \\y\\"` + "\n" + `"u2","a\nb\tc\377"` + "\n", []string{"u1|Zoë \"x\" \\y\\", "u2|a\nb\tc\ufffd"}, []Dialect{{',', '"', Text}}},
		"Go":    {`"user";"name"` + "\n" + `"u1";"a\"b\\c\td\u200d\U0001f98a"` + "\n" + `"u2";"x\ny\ud83e"` + "\n", []string{"u1|a\"b\\c\td\u200d🦊", "u2|x\ny\ufffd"}, []Dialect{{';', '"', Text}}},
	})
}

// TestCrossedKinds reads values in apostrophes with the quotation mark as the escape.
func TestCrossedKinds(t *testing.T) {
	check(t, map[string]kind{
		"all quoted":        {`'user';'name'` + "\n" + `'u1';'O"'Brien'` + "\n" + `'u2';'say ""hi""'` + "\n" + `'u3';'"'"'; ends""'` + "\n", []string{"u1|O'Brien", `u2|say "hi"`, `u3|''; ends"`}, []Dialect{{';', '\'', Crossed}}},
		"some quoted":       {`user,name` + "\n" + `u1,'O"'Brien, Jane'` + "\n" + `u2,a""b` + "\n" + `u3,'x, ""y""'` + "\n" + `u4,'d"'Arcy'` + "\n", []string{"u1|O'Brien, Jane", `u2|a""b`, `u3|x, "y"`, "u4|d'Arcy"}, []Dialect{{',', '\'', Crossed}}},
		"not for undoubled": {`'user';'name'` + "\n" + `'u1';'O'Brien'` + "\n" + `'u2';'5"'9'` + "\n" + `'u3';'d'Arcy'` + "\n", []string{"u1|O'Brien", `u2|5"'9`, "u3|d'Arcy"}, []Dialect{{';', '\'', Undoubled}}},
		"not for doubled":   {`'user';'name'` + "\n" + `'u1';'O''Brien'` + "\n" + `'u2';'say ""hi""'` + "\n", []string{"u1|O'Brien", `u2|say ""hi""`}, []Dialect{{';', '\'', Doubled}}},
	})
}

// TestTwoReadings: if nothing decides, there are two readings, Cognito's first.
func TestTwoReadings(t *testing.T) {
	backslash := Dialect{',', '"', Backslash}
	check(t, map[string]kind{
		"two backslashes, quoted":     {`user,name` + "\n" + `u1,"a, b\\c"` + "\n", []string{`u1|a, b\\c`}, []Dialect{Default, backslash}},
		"two backslashes, not quoted": {`user,name` + "\n" + `u1,a\\c` + "\n", []string{`u1|a\\c`}, []Dialect{Default, backslash}},
		"one mark after a backslash":  {`user,name` + "\n" + `u1,a \"c` + "\n", []string{`u1|a \"c`}, []Dialect{Default, backslash}},
		"two, semicolon":              {`user;name` + "\n" + `u1;a\\c` + "\n", []string{`u1|a\\c`}, []Dialect{{';', '"', Doubled}, {';', '"', Backslash}}},
		"marks around one value":      {`user|name` + "\n" + `u1|"Bob"` + "\n" + `u2|Ann` + "\n", []string{"u1|Bob", "u2|Ann"}, []Dialect{{'|', '"', Doubled}, {'|', 0, Plain}}},
		"text or no value":            {"user,name,note\nu1,b,\\N\nu2,a,\n", []string{`u1|b|\N`, "u2|a|"}, []Dialect{Default, backslash}},
		"a line end or not":           {"user\tname\nu1\tx\\ny\nu2\tz\n", []string{`u1|x\ny`, "u2|z"}, []Dialect{{'\t', '"', Doubled}, {'\t', 0, Text}}},
	})
}

// TestDiffers checks the number of the first row that differs.
func TestDiffers(t *testing.T) {
	var text strings.Builder
	text.WriteString("user,name\n")
	for i := range 1000 {
		var value string
		if i >= 700 {
			value = `a\\b`
		} else if i%2 == 0 {
			value = "plain"
		} else {
			value = `"a, b"`
		}
		fmt.Fprintf(&text, "u%d,%s\n", i, value)
	}
	d := NewDetector(Want{Known: namesKnown})
	d.Write([]byte(text.String()))
	if r := d.End(); len(r) != 2 || r[1].Differs != 701 || r[0].Rows != 1000 {
		t.Errorf("%+v", r)
	}
}

// TestChosen: a dialect that was chosen is not detected.
func TestChosen(t *testing.T) {
	text := []byte(`user,name` + "\n" + `u1,a\\c` + "\n")
	for _, c := range []struct {
		want  Want
		in    Dialect
		reads string
	}{
		{Want{Style: Backslash}, Dialect{',', '"', Backslash}, `u1|a\c`},
		{Want{Style: Doubled}, Dialect{',', '"', Doubled}, `u1|a\\c`},
		{Want{Style: Cognito}, Default, `u1|a\\c`},
		{Want{Style: Text, NoQuote: true}, Dialect{',', 0, Text}, `u1|a\c`},
		{Want{Quote: '\'', Style: Backslash, Separator: ','}, Dialect{',', '\'', Backslash}, `u1|a\c`},
	} {
		c.want.Known = namesKnown
		d := NewDetector(c.want)
		d.Write(text)
		r := d.End()
		if len(r) != 1 || r[0].Dialect != c.in || rowsOf(r[0], text)[0] != c.reads {
			t.Errorf("%q: %+v", c.in, r)
		}
	}
	d := NewDetector(Want{Known: namesKnown, Separator: ';'})
	d.Write(text)
	if r := d.End(); len(r) != 0 {
		t.Errorf("a header that is none in the separator that is chosen is read as %+v", r)
	}
}
