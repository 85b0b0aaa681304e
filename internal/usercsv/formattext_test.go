package usercsv

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// wholeFormat has every member of a format.
func wholeFormat() *Format {
	return &Format{
		Text: filetext.Form{Packing: filetext.Zstd, Encoding: filetext.CodePage850, Mark: true, CR: true}, TextSize: 9, Before: 2,
		Dialect: dialect.Dialect{Separator: '\t', Quote: '"', Style: dialect.PHP}, Nulls: []string{"NULL", ""}, Short: true, Long: true, Numbered: true,
		Names: []string{"Straße", "x"}, Columns: []string{"address", NotImported + "x"}, Unread: map[int]Why{1: WhyEmpty},
		Birthdates: DayFirst, Booleans: map[string]Booleans{"email_verified": {True: "ja", False: "nein"}}, Undecided: true,
	}
}

// TestKeptFormats: what is stored about how a file is read comes back unchanged, nil
// included.
func TestKeptFormats(t *testing.T) {
	for _, f := range []*Format{nil, {}, {Before: 1}, {Dialect: dialect.Default}, {Birthdates: DayFirst}, wholeFormat(), wholeFormat().WithoutNames(), wholeFormat().Inherited()} {
		if again, err := ParseFormat(f.String()); err != nil || !reflect.DeepEqual(again, f) {
			t.Errorf("%q is read as %+v, %v", f.String(), again, err)
		}
	}
	mapped := []Mapped{{Column: "Straße", Attribute: "address"}, {Column: ""}}
	for _, a := range []*Asked{nil, {}, {Strict: true}, {Choice: Choice{Separator: "\t", Quote: NoQuote}, Map: mapped}} {
		if again, err := ParseAsked(a.String()); err != nil || !reflect.DeepEqual(again, a) {
			t.Errorf("%q is read as %+v, %v", a.String(), again, err)
		}
	}
	if again, err := ParseMap(FormatMap(mapped)); err != nil || !reflect.DeepEqual(again, mapped) {
		t.Errorf("the map is read as %v, %v", again, err)
	}
	if strings.Contains(wholeFormat().WithoutNames().String(), "Straße") || strings.Contains((&Asked{Map: mapped}).WithoutNames().String(), "Straße") {
		t.Error("there are names without the names")
	}
}

// TestDamagedFormatsAreErrors: an invalid text is not read as a format, least of all as
// Cognito's own.
func TestDamagedFormatsAreErrors(t *testing.T) {
	for _, text := range []string{
		"{", "null", " null ", "[]", `""`, "{}{}", "{} x", `{"later":true}`, `{"text":{"later":1}}`, `{"text":{"encoding":"EBCDIC"}}`, `{"text":{"packing":"xz"}}`,
		`{"size":-1}`, `{"before":-1}`, `{"birthdates":"DD/MM"}`, `{"dialect":{"sep":58,"style":"doubled"}}`, `{"dialect":{"style":"doubled"}}`, `{"dialect":{"sep":44}}`,
		`{"dialect":{"sep":44,"quote":88,"style":"doubled"}}`, `{"dialect":{"sep":44,"style":"escaped"}}`, `{"names":["a"]}`, `{"columns":["a"]}`, `{"unread":{"0":"Empty"}}`,
		`{"names":["a"],"columns":["a"],"unread":{"1":"Empty"}}`, `{"names":["a"],"columns":["a"],"unread":{"-1":"Empty"}}`, `{"booleans":{"a":{"t":"x","f":"x"}}}`, `{"booleans":{"a":{}}}`,
	} {
		if f, err := ParseFormat(text); err == nil || f != nil {
			t.Errorf("%s is read as %+v, %v", text, f, err)
		}
	}
	for _, text := range []string{"{", "null", "[]", `{"later":1}`, "{}{}"} {
		if a, err := ParseAsked(text); err == nil || a != nil {
			t.Errorf("%s is read as %+v, %v", text, a, err)
		}
	}
	for _, text := range []string{"{", "null", "{}", `[{"later":1}]`, ""} {
		if m, err := ParseMap(text); err == nil {
			t.Errorf("%s is read as %+v", text, m)
		}
	}
}

// TestEveryFormIsKept: every declared encoding, compression, style and form can be stored
// in a format and read again.
func TestEveryFormIsKept(t *testing.T) {
	forms := map[string]func(f *Format, value string){
		"Style":      func(f *Format, v string) { f.Dialect = dialect.Dialect{Separator: ';', Style: dialect.Style(v)} },
		"Encoding":   func(f *Format, v string) { f.Text.Encoding = filetext.Encoding(v) },
		"Packing":    func(f *Format, v string) { f.Text.Packing = filetext.Packing(v) },
		"Birthdates": func(f *Format, v string) { f.Birthdates = Birthdates(v) },
	}
	seen := map[string]bool{}
	for _, file := range []string{"dialect/dialect.go", "../filetext/form.go", "fileformat.go"} {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			of, ok := spec.Type.(*ast.Ident)
			if !ok || forms[of.Name] == nil {
				return true
			}
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			f := &Format{}
			forms[of.Name](f, value)
			if again, err := ParseFormat(f.String()); err != nil || !reflect.DeepEqual(f, again) {
				t.Errorf("%s %q is read as %+v, %v", of.Name, value, again, err)
			}
			seen[of.Name] = true
			return true
		})
	}
	if len(seen) != len(forms) {
		t.Errorf("only these were found: %v", seen)
	}
}

// FuzzParseFormat: a text is refused, or it is a format. Such a format is stored and read
// again unchanged, and any file can be read to its end with it.
func FuzzParseFormat(f *testing.F) {
	for _, format := range []*Format{nil, {}, wholeFormat(), wholeFormat().WithoutNames(), {Dialect: dialect.Dialect{Separator: ';', Quote: '\'', Style: dialect.Backslash}, Numbered: true}} {
		f.Add(format.String(), "cognito:username;email\n1;'a\\'b';c\n2;d\n")
	}
	f.Add("null", "")
	f.Add(`{"nulls":["a","b","c"]}`, "cognito:username\na\n")
	f.Fuzz(func(t *testing.T, text, file string) {
		format, err := ParseFormat(text)
		if err != nil {
			return
		}
		again, err := ParseFormat(format.String())
		if err != nil || format.String() != again.String() {
			t.Fatalf("%q is kept as %q and read as %q, %v", text, format, again, err)
		}
		r := format.NewReader(strings.NewReader(file), Position{}, Limits{RowChars: 50})
		if _, err := r.Header(); err != nil {
			return
		}
		for rows := 0; ; rows++ {
			if _, err := r.Next(); err != nil {
				return
			}
			if rows > len(file) {
				t.Fatal("there are more rows than bytes")
			}
		}
	})
}
