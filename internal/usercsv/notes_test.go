package usercsv

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
	"poolhouse/internal/userpool"
)

// toldFormats are formats with their notes and with what Cognito would refuse.
var toldFormats = []struct {
	format *Format
	notes  []string // parts of the notes, in their order
	codes  []string
}{
	{format: nil},
	{&Format{Text: filetext.Form{Packing: filetext.Gzip, Encoding: filetext.UTF16LE, Mark: true}}, f("compressed with gzip.", "is UTF-16LE."), f(RefusedPacking, RefusedEncoding)},
	{&Format{Text: filetext.Form{CR: true}}, f("end with CR alone."), f(RefusedLineEnds)},
	{&Format{Before: 1, Dialect: dialect.Dialect{Separator: ';', Quote: '"', Style: dialect.Doubled}}, f("separated by semicolons.", "sep="), f(RefusedBefore, RefusedSeparator)},
	{&Format{Dialect: dialect.Dialect{Separator: '\t', Style: dialect.Text}, Nulls: f("", `\N`, `\N`)}, f("by tabs.", "begins an escape", `\N stands for no value`),
		f(RefusedSeparator, RefusedEscapes, RefusedNoValue)},
	{&Format{Dialect: dialect.Dialect{Separator: ',', Quote: '\'', Style: dialect.Backslash}, Nulls: f("NULL", "NA")}, f("by apostrophes", "A backslash before", "NULL stands", "NA stands"),
		f(RefusedApostrophes, RefusedEscapes, RefusedNoValue)},
	{&Format{Dialect: dialect.Dialect{Separator: ',', Style: dialect.Cognito}}, f("Nothing is quoted"), nil},
	{&Format{Dialect: dialect.Dialect{Separator: '|', Style: dialect.Plain}}, f("by vertical bars (|).", "Nothing is quoted"), f(RefusedSeparator)},
	{&Format{Short: true}, f("end early"), f(RefusedShortRows)},
	{&Format{Long: true, Numbered: true}, f("an empty value more", "begins with its number"), f(RefusedLongRows, RefusedNumberedRows)},
	{&Format{Names: f("cognito:username", "E-Mail", "shoe size", ""), Columns: f("cognito:username", "email", NotImported+"shoe size", NotImported), Unread: map[int]Why{2: WhyMapped, 3: WhyEmpty}},
		f(`Columns are read by other names: "E-Mail" as email.`, `Not imported, as the map says: "shoe size".`, "Not imported, as there are no values: column 4."), f(RefusedNames, RefusedColumns)},
	{manyNames(), f(`"column of the file number 1" as custom:number_1 and 58 more.`, `Not imported, as they number the rows: "column of the file number 60".`), f(RefusedNames, RefusedColumns)},
	{&Format{Birthdates: DayFirst}, f("read as dd/mm/yyyy."), f(RefusedBirthdateForm)},
	{&Format{Birthdates: DayFirstDots}, f("read as dd.mm.yyyy."), f(RefusedBirthdateForm)},
	{&Format{Birthdates: YearFirstTime}, f("read as yyyy-mm-dd with a time"), f(RefusedBirthdateForm)},
	{&Format{Undecided: true}, f("Too few birthdates show whether the month or the day comes first; they are read as mm/dd/yyyy."), nil},
	{&Format{Booleans: map[string]Booleans{"email_verified": {True: "wahr", False: "falsch"}}}, f("In email_verified, wahr is read as true and falsch as false."), f(RefusedBooleans)},
}

// manyNames is a format with 61 columns that have other names.
func manyNames() *Format {
	format := &Format{Unread: map[int]Why{60: WhyRowNumbers}}
	for i := range 61 {
		format.Names, format.Columns = append(format.Names, fmt.Sprint("column of the file number ", i)), append(format.Columns, fmt.Sprint("custom:number_", i))
	}
	return format
}

// TestFormatNotes: what was detected is described in sentences, and nothing else is.
func TestFormatNotes(t *testing.T) {
	for _, tt := range toldFormats {
		notes := tt.format.Notes()
		if len(notes) != len(tt.notes) {
			t.Errorf("%+v: %q", tt.format, notes)
			continue
		}
		for i, note := range notes {
			if !strings.Contains(note, tt.notes[i]) || !strings.HasSuffix(note, ".") || utf8.RuneCountInString(note) > 256 {
				t.Errorf("%q does not say %q", note, tt.notes[i])
			}
		}
	}
	quoted := &Format{Dialect: dialect.Dialect{Separator: ',', Quote: '"', Style: dialect.Text}}
	if said := strings.Join(quoted.Notes(), " ") + styleSays(quoted.Dialect); strings.Contains(strings.ToLower(said), "nothing is quoted") {
		t.Errorf("of a file with quoted values it is said: %s", said)
	}
	for _, style := range []dialect.Style{dialect.Backslash, dialect.Inside, dialect.Marks, dialect.Both, dialect.PHP, dialect.Undoubled, dialect.Crossed, dialect.Text, dialect.Plain} {
		d := &Format{Dialect: dialect.Dialect{Separator: ',', Quote: '"', Style: style}}
		if len(d.Notes()) != 1 || styleSays(d.Dialect) == styleSays(dialect.Default) || len(d.Refusals()) != 1 && style != dialect.Plain {
			t.Errorf("%s: %q, %+v", style, d.Notes(), d.Refusals())
		}
	}
}

// TestFormatRefusals: each refusal has a code of the list, in its order, and a sentence.
func TestFormatRefusals(t *testing.T) {
	for _, tt := range toldFormats {
		var codes []string
		for _, r := range tt.format.Refusals() {
			codes = append(codes, r.Code)
			if placeOf(r.Code) < 0 || !strings.HasSuffix(r.Message, ".") || !strings.Contains(r.Message, "Amazon Cognito") {
				t.Errorf("%+v", r)
			}
		}
		if !slices.Equal(codes, tt.codes) || !slices.IsSortedFunc(codes, func(a, b string) int { return placeOf(a) - placeOf(b) }) {
			t.Errorf("%+v: %q, not %q", tt.format, codes, tt.codes)
		}
	}
	if told := manyNames().Refusals()[0].Message; !strings.Contains(told, "and 58 more. ") {
		t.Error(told)
	}
}

// TestQuotedValuesInRenamedColumns: quoted values are reported if columns have other
// names and the file is otherwise in Cognito's form.
func TestQuotedValuesInRenamedColumns(t *testing.T) {
	const text = "cognito:username,E-Mail,email_verified,name\na,a@example.com,true,\"A, B\"\nb,b@example.com,true,B\n"
	look, err := Check(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, Limits{}, Import{Pool: &userpool.UserPool{Schema: userpool.StandardSchema(), AutoVerified: []string{"email"}}})
	if err != nil || look.Passing != 2 {
		t.Fatalf("%+v, %v", look, err)
	}
	i := slices.IndexFunc(look.Refusals, func(r Refusal) bool { return r.Code == RefusedQuotes })
	if i < 0 || look.Refusals[i].Rows != 1 || look.Refusals[i].Line != 2 {
		t.Errorf("%+v", look.Refusals)
	}
}
