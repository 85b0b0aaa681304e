package usercsv

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"poolhouse/internal/userpool"
)

const goodFile = "cognito:username,name,email,email_verified\n" +
	"ada,Ada Müller,ada@example.com,TRUE\n" + "bob,Bob,bob@example.com,TRUE\n"

// wide is the text in UTF-16.
func wide(text string, little bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(text)) {
		pair := []byte{byte(u >> 8), byte(u)}
		if little {
			pair[0], pair[1] = pair[1], pair[0]
		}
		b.Write(pair)
	}
	return b.String()
}

func separatedBy(mark string) string { return strings.ReplaceAll(goodFile, ",", mark) }

func zipped(t *testing.T, names ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		entry, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write([]byte(goodFile)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(goodFile)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// single is the text in Windows-1252.
func single(text string) string { return strings.NewReplacer("ü", "\xfc", "é", "\xe9").Replace(text) }

const form = "------formdata-undici-0123\r\nContent-Disposition: form-data; name=\"file\"; filename=\"users.csv\"\r\n" +
	"Content-Type: text/csv\r\n\r\n" + goodFile + "\r\n------formdata-undici-0123--\r\n"

// foreignFiles are files of other kinds, with the expected error of each.
func foreignFiles(t *testing.T) map[string][2]string {
	return map[string][2]string{
		"UTF-16LE with mark":        {"\xff\xfe" + wide(goodFile, true), "UTF-16"},
		"UTF-16BE with mark":        {"\xfe\xff" + wide(goodFile, false), "UTF-16"},
		"UTF-16LE without mark":     {wide(goodFile, true), "UTF-16"},
		"UTF-16BE without mark":     {wide(goodFile, false), "UTF-16"},
		"UTF-16 of the East":        {wide(goodFile+strings.Repeat("ada,山田太郎山田太郎山田太郎山田太郎,a@example.com,TRUE\n", 50), true), "UTF-16"},
		"UTF-16 with tabs":          {"\xff\xfe" + wide(separatedBy("\t"), true), "UTF-16"},
		"UTF-32":                    {"\xff\xfe\x00\x00c\x00\x00\x00o\x00\x00\x00", "UTF-32"},
		"gzip":                      {gzipped(t), "gzip"},
		"zstd":                      {"\x28\xb5\x2f\xfd\x04\x00\x01\x02\x03", "zstd"},
		"xz":                        {"\xfd7zXZ\x00\x00\x04", "xz"},
		"xlsx":                      {zipped(t, "[Content_Types].xml", "xl/workbook.xml"), "Excel workbook"},
		"ZIP archive":               {zipped(t, "users.csv"), "ZIP"},
		"old Excel":                 {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504), "old Excel"},
		"HTML":                      {"\ufeff\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n", "HTML"},
		"HTML table":                {"<table border=1><tr><td>cognito:username</td></tr></table>", "HTML"},
		"XML":                       {"<?xml version=\"1.0\"?>\n<users><user name=\"ada\"/></users>\n", "XML"},
		"S3's error":                {"<Error><Code>AccessDenied</Code></Error>", "XML"},
		"JSON":                      {"{\"Users\":[{\"Username\":\"ann\"}]}\n", "JSON"},
		"JSON array":                {"[\n  {\n    \"Username\": \"ann\"\n  }\n]\n", "JSON"},
		"JSON lines":                {"{\"Username\":\"ann\",\"Enabled\":true}\n{\"Username\":\"bob\",\"Enabled\":true}\n", "JSON"},
		"JSON string":               {`"cognito:username,email,email_verified\nada,ada@example.com,TRUE\n"` + "\n", "JSON"},
		"object":                    {"[object Object]", "[object Object]: a script uploaded an object"},
		"form":                      {form, "multipart/form-data"},
		"path":                      {"/home/ada/users.csv\n", "path"},
		"path of Windows":           {`C:\Users\Ada\users.csv`, "path"},
		"path for curl":             {"@users.csv", "path"},
		"name":                      {"users.csv", "path"},
		"URL":                       {"s3://bucket/users.csv\n", "path or URL"},
		"lost line breaks":          {strings.ReplaceAll(goodFile, "\n", ""), "curl -d drops them"},
		"lost breaks of many":       {"cognito:username,email,email_verified" + strings.Repeat("ada,ada@example.com,TRUE", 5000), "curl -d drops them"},
		`line breaks written as \n`: {strings.ReplaceAll(goodFile, "\n", `\n`), `written as \n`},
		"semicolons":                {separatedBy(";"), "semicolons"},
		"semicolons and marks":      {strings.ReplaceAll(separatedBy(`";"`), "\n", "\"\n\""), "semicolons"},
		"tabs":                      {separatedBy("\t"), "tabs"},
		"bars":                      {separatedBy("|"), "vertical bars"},
		"sep=;":                     {"sep=;\r\n" + separatedBy(";"), "sep= for Excel: semicolons"},
		"sep=, in marks":            {"\"sep=,\"\n" + goodFile, "sep= for Excel: ,"},
		"CR alone":                  {strings.ReplaceAll(goodFile, "\n", "\r"), "CR alone"},
		"CR alone, many":            {strings.ReplaceAll(goodFile+strings.Repeat("ada,Ada,ada@example.com,TRUE\n", 5000), "\n", "\r"), "CR alone"},
		"CR alone, in marks":        {"\"cognito:username\",\"email\"\r\"ada\",\"a\nb\"\r", "CR alone"},
		"single marks":              {"'cognito:username','email','email_verified'\n'ada','ada@example.com','true'\n", "single quotation marks"},
		"lines in marks":            {"\"" + strings.ReplaceAll(strings.TrimSpace(goodFile), "\n", "\"\r\n\"") + "\"\r\n", "each line as one value"},
		"lines in marks, twice":     {`"cognito:username,""name"",""email_verified"""` + "\n" + `"ada,""Ada"",""true"""` + "\n", "each line as one value"},
		"escaped commas":            {separatedBy(`\,`), "each line as one value"},
		"Windows-1252":              {single(goodFile), "Windows-1252"},
		"Windows-1252 header":       {single("cognito:username,custom:größe,custom:thé\nada,1,2\n"), "Windows-1252"},
		"MS-DOS":                    {strings.ReplaceAll(goodFile, "ü", "\x81"), "8-bit"},
		"Cyrillic":                  {"cognito:username,email_verified,name\nada,true,\xc0\xe4\xe0\n", "8-bit"},
		"no header":                 {strings.SplitAfterN(goodFile, "\n", 2)[1], "the first line is not a header"},
		"no header, one column":     {"ada\nbob\n", "no value on it is the name of a column"},
		"something binary":          {"\x00\x01\x02\x03\n\x00\n", "not text"},
	}
}

// TestForeignFiles: another kind of file is named, with a known pool and without, and for
// every kind of source. The message fits a job and contains no value.
func TestForeignFiles(t *testing.T) {
	for name, file := range foreignFiles(t) {
		t.Run(name, func(t *testing.T) {
			for _, pool := range []*userpool.UserPool{nil, testPool(t)} {
				for _, src := range sources(file[0]) {
					_, _, err := surveySource(src, Limits{}, Import{Pool: pool, Asked: Asked{Strict: true}})
					if code := fileCode(t, err); code == "" || !strings.Contains(err.Error(), file[1]) {
						t.Errorf("pool known: %t, got %v", pool != nil, err)
					}
					if problem, _ := errors.AsType[*FileError](err); problem != nil && strings.Contains(strings.ToLower(problem.Error()), "ada") {
						t.Errorf("the message holds a user's value: %v", err)
					}
				}
			}
		})
	}
}

// TestLooksAlike: rows may begin as other formats do. A header alone, or a file with few
// users, is not another kind of file either.
func TestLooksAlike(t *testing.T) {
	for _, rows := range []string{
		"{\"a\":1},x,a@example.com,TRUE\n", "[object Object],x,a@example.com,TRUE\n", "<html>,x,a@example.com,TRUE\n",
		"/home/a,x,a@example.com,TRUE\n", "sep=;,x,a@example.com,TRUE\n", "a;b|c,x;y;z,a@example.com,TRUE\n", "PK\x03\x04,x,a@example.com,TRUE\n",
		"\x1f\x8b\x00\x00,x,a@example.com,TRUE\n", "--x,content-disposition:,a@example.com,TRUE\n", "a\\nb,x,a@example.com,TRUE",
		"a,Müller,a@example.com,TRUE\nb,M\xfcller,b@example.com,TRUE\n",
		strings.Repeat("a,b,a@example.com,TRUE\n", 100) + "b,M\xfcller,b@example.com,TRUE\n",
		"a,b,\xff,TRUE\n",
	} {
		for _, mark := range []string{"", "\ufeff"} {
			file := mark + "cognito:username,name,email,email_verified\n" + rows
			for _, strict := range []bool{false, true} {
				want := Import{Pool: testPool(t), Asked: Asked{Strict: strict}}
				s, err := Survey(opener(strings.NewReader(file)), Limits{}, want)
				if other := strings.HasSuffix(rows, "b,M\xfcller,b@example.com,TRUE\n") && !strings.Contains(rows, "ü") && mark == "" && !strict; err != nil || (s.Format != nil && (!s.Format.IsCognito() || !s.Format.Text.Plain())) != other {
					t.Errorf("%.40q: %v, read as %+v", rows, err, s.Format)
				}
				if marked := s.Format != nil && s.Format.Text.Mark; marked != (mark != "" && !strict) {
					t.Errorf("%.40q: a byte order mark: %t", rows, marked)
				}
			}
		}
	}
	_, _, err := surveySource(strings.NewReader("cognito:username,email,email_verified\n"), Limits{}, Import{})
	if fileCode(t, err) != CodeFileNoUsers {
		t.Errorf("a header alone: %v", err)
	}
	_, _, err = surveySource(strings.NewReader("cognito:username,email_verified,shoe_size\n"), Limits{}, Import{Pool: testPool(t)})
	if fileCode(t, err) != CodeFileHeader || !strings.Contains(err.Error(), "shoe_size") {
		t.Errorf("the header is not judged before the rows: %v", err)
	}
}

// FuzzRecognise: a file with a valid header is never taken for another kind, for any
// rows.
func FuzzRecognise(fz *testing.F) {
	for i, s := range []string{"", "{", "a,b\r\n", "\xff\xfe\x00", "<html>\n", "sep=;\n", "\r", "ada@example.com\r", "PK\x03\x04", "\x00\x00"} {
		fz.Add([]byte(s), uint8(i), i%2 == 0, i%3 == 0)
	}
	fz.Fuzz(func(t *testing.T, rows []byte, columns uint8, mark, crlf bool) {
		header := Header(testPool(t))
		header = header[:21+int(columns)%(len(header)-20)] // at least up to the username
		var file bytes.Buffer
		if mark {
			file.WriteString("\ufeff")
		}
		file.WriteString(strings.Join(header, ","))
		if crlf {
			file.WriteByte('\r')
		}
		file.WriteByte('\n')
		file.Write(rows)
		beginning := file.Bytes()[:min(file.Len(), sniffSize)]
		for _, strict := range []bool{false, true} {
			want := Import{Asked: Asked{Strict: strict}}
			if is := want.recognise(beginning, file.Len() <= sniffSize, nil); is != nil {
				t.Errorf("%q is taken for something else (strict: %t): %v", file.Bytes(), strict, is)
			}
		}
	})
}
