package usercsv

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/userpool"
)

// outcomes reads a text as a job does, with what its survey found. For each row it
// returns the user's attribute of this name, or the code and the flaw of its error.
func outcomes(t *testing.T, text, attribute string, want Import) (out []string, f *Format) {
	t.Helper()
	s := surveyed(t, text, want)
	if len(s.Problems) > 0 {
		t.Fatal(FileErrors(s.Problems))
	}
	return read(t, text, attribute, want.Pool, s.Header, s.Format), s.Format
}

func read(t *testing.T, text, attribute string, p *userpool.UserPool, header []string, f *Format) (out []string) {
	t.Helper()
	d, err := NewDecoder(p, header, "", Limits{}, f)
	if err != nil {
		t.Fatal(err)
	}
	r := f.NewReader(strings.NewReader(text), Position{}, Limits{})
	if _, err := r.Header(); err != nil {
		t.Fatal(err)
	}
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		u, problem := d.Decode(record)
		if problem != nil {
			out = append(out, problem.Code+" "+string(problem.Flaw))
			continue
		}
		out = append(out, u.Attributes.Get(attribute))
	}
}

// column is a file with values of one column, perhaps with commas, in rows that are valid
// except for these values.
func column(name string, values ...string) string {
	b := strings.Builder{}
	fmt.Fprintf(&b, "cognito:username,email,email_verified,phone_number,%s\n", name)
	for i, v := range values {
		fmt.Fprintf(&b, "u%d,u%d@example.com,true,+14255550100,\"%s\"\n", i, i, strings.ReplaceAll(v, `"`, `""`))
	}
	return b.String()
}

// dayFirst are values that show that a column has the day first.
var dayFirst = []string{"31/12/1985", "13/01/1990", "25/02/2001"}

// TestBirthdateForms: birthdates are read in the form that the whole column shows, and in
// no other one. A strict reading does not change.
func TestBirthdateForms(t *testing.T) {
	const bad = "InvalidBirthdate "
	tests := []struct {
		name      string
		values    []string
		form      Birthdates
		undecided bool
		want      []string // the first ones
	}{
		{"Cognito's", f("12/31/1985", "01/13/1990", "02/01/1980", ""), "", false, f("1985-12-31", "1990-01-13", "1980-02-01", "")},
		{"as ListUsers has them", f("1985-12-31", "1980-02-01"), "", false, f("1985-12-31", "1980-02-01")},
		{"cannot be told", f("01/02/1980", "05/05/1980", "03/04/1980"), "", true, f("1980-01-02", "1980-05-05", "1980-03-04")},
		{"the same either way", f("05/05/1980"), "", false, f("1980-05-05")},
		{"none", f("", ""), "", false, f("", "")},
		{"two days are no evidence", f("31/12/1985", "13/01/1990", "02/01/1980"), "", true, f(bad+"DayBeforeMonth", bad+"DayBeforeMonth", "1980-02-01")},

		{"days", append(dayFirst, "02/01/1980", "05/05/1980"), DayFirst, false, f("1985-12-31", "1990-01-13", "2001-02-25", "1980-01-02", "1980-05-05")},
		{"days of one digit", f("31/12/1985", "13/1/1990", "25/2/2001", "2/1/1980"), DayFirst, false, f("1985-12-31", "1990-01-13", "2001-02-25", "1980-01-02")},
		{"days, and no such days", append(dayFirst, "31/02/1980", "00/01/1980", "1/1/80"), DayFirst, false,
			f("1985-12-31", "1990-01-13", "2001-02-25", bad+"NotDayFirst", bad+"NotDayFirst", bad+"NotDayFirst")},
		{"days and months", append(dayFirst, "02/13/1980", "02/01/1980"), "", false,
			f(bad+"DayBeforeMonth", bad+"DayBeforeMonth", bad+"DayBeforeMonth", "1980-02-13", "1980-02-01")},
		{"days, dots and ISO", append(dayFirst, "02.01.1980", "1980-01-02", "1980/1/2"), DayFirst, false,
			f("1985-12-31", "1990-01-13", "2001-02-25", "1980-01-02", "1980-01-02", "1980-01-02")},
		{"days with a time", f("31/12/1985 00:00", "13/01/1990 0:00:00", "25/02/2001 00:00:00", "02/01/1980 00:00:00"), DayFirst, false,
			f("1985-12-31", "1990-01-13", "2001-02-25", "1980-01-02")},

		{"months of one digit", f("1/13/1990", "2/1/1980", "12/31/1985"), MonthFirst, false, f("1990-01-13", "1980-02-01", "1985-12-31")},
		{"one digit, cannot be told", f("1/2/1980", "3/4/1980"), MonthFirst, true, f("1980-01-02", "1980-03-04")},
		{"months with a time of twelve hours", f("1/13/1990 12:00:00 AM", "2/1/1980 12:00 AM"), MonthFirst, false, f("1990-01-13", "1980-02-01")},

		{"dots", f("12.05.1971", "1.2.1980", "31.12.1985"), DayFirstDots, false, f("1971-05-12", "1980-02-01", "1985-12-31")},
		{"dots and spaces", f("12. 5. 1971", "12. 05. 1971", "1.2.1980 0:00"), DayFirstDots, false, f("1971-05-12", "1971-05-12", "1980-02-01")},
		{"a dot at the end", f("12.05.1971.", "1.2.1980."), DayFirstDots, false, f("1971-05-12", "1980-02-01")},
		{"dots with months first", f("05.13.1971", "05.12.1971"), "", false, f(bad, bad)},
		{"dots and slashes", f("12.05.1971", "13.05.1971", "01/02/1980"), DayFirstDots, true, f("1971-05-12", "1971-05-13", "1980-01-02")},

		{"dots among months", f("12/31/1985", "1.2.1985", "01/02/1980"), "", false, f("1985-12-31", bad+"ShortDate", "1980-01-02")},
		{"dots among months of one digit", f("1/31/1985", "1.2.1985", "1/2/1980"), MonthFirst, false, f("1985-01-31", bad+"ShortDate", "1980-01-02")},
		{"dots with days among months", f("1/31/1985", "1.2.1985", "13.2.1985"), DayFirstDots, false, f("1985-01-31", "1985-02-01", "1985-02-13")},
		{"hyphens with days", f("31-12-1985", "13-01-1990", "25-02-2001", "02-01-1980"), DayFirstHyphens, false, f("1985-12-31", "1990-01-13", "2001-02-25", "1980-01-02")},
		{"hyphens without evidence", f("02-01-1980", "03-04-1980"), "", false, f(bad, bad)},
		{"hyphens with months", f("01-13-1980", "02-13-1980", "03-13-1980", "01-02-1980"), "", false, f(bad, bad, bad, bad)},
		{"hyphens and slashes", f("31-12-1985", "13-01-1990", "25-02-2001", "02/01/1980", "1/3/1980"), DayFirstHyphens, false,
			f("1985-12-31", "1990-01-13", "2001-02-25", "1980-01-02", "1980-03-01")},

		{"year first", f("1971/05/12", "1980/1/2"), YearFirstSlashes, false, f("1971-05-12", "1980-01-02")},
		{"year first with dots", f("1971.05.12", "1980. 1. 2."), YearFirstSlashes, false, f("1971-05-12", "1980-01-02")},
		{"year first of one digit", f("1971-5-12"), MonthFirst, false, f("1971-05-12")},
		{"digits", f("19710512", "19800102", "05121971", "9999999", "00000000"), YearFirstDigits, false, f("1971-05-12", "1980-01-02", bad, bad, bad)},
		{"times", f("1971-05-12T00:00:00", "1971-05-12 00:00:00", "1971-05-12T00:00:00.000Z", "1971-05-12 00:00:00.0", "1971-05-12 00:00:00+01", "1971-05-12T00:00:00+01:00"),
			YearFirstTime, false, repeat("1971-05-12", 6)},
		{"times of a day", f("1971-05-12", "1971-05-12T23:00:00Z", "1971-05-12 12:00:00", "1971-05-12 00:00:01", "1971/05/12"), YearFirstSlashes, false,
			f("1971-05-12", bad, bad, bad, "1971-05-12")},
		{"names of months", f("12-May-1971", "12 May 1971", "May 12, 1971", "12MAY1971", "12. Mai 1971", "12-MAY-71"), MonthNamed, false,
			f("1971-05-12", "1971-05-12", "1971-05-12", "1971-05-12", "1971-05-12", bad)},
		{"of other programs", f("5/12/1971, 12:00:00\u202fAM", "12.5.1971, 00:00:00", "Wed May 12 1971 00:00:00 GMT+0100 (Central European Standard Time)", "Wed, 12 May 1971 00:00:00 GMT",
			"1971-05-12 00:00:00 +0000 UTC", "May 12 1971 12:00AM", "12MAY1971:00:00:00", "1971-05-12 00:00:00.0000000 +00:00", "1971年5月12日", "1971년 5월 12일", "Wed May 12 1971"), DayFirstDots, true,
			append(f("1971-05-12"), repeat("1971-05-12", 10)...)},
		{"years of two digits", f("1/13/80", "31.12.80", "12/31/1985"), "", false, f(bad+"ShortDate", bad+"DayBeforeMonth", "1985-12-31")},
		{"no dates", f("x", "25700", "12/05-1971", "1/2/3/4", "-", "1.1", "1.1.1971x", "12.05.19711", "1971", "//////////"), "", false, repeat(bad, 10)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, want := column("birthdate", tt.values...), Import{Pool: testPool(t)}
			got, format := outcomes(t, text, "birthdate", want)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if format == nil {
				format = &Format{}
			}
			if format.Birthdates != tt.form || format.Undecided != tt.undecided || format.Columns != nil || !format.IsCognito() {
				t.Errorf("the format is %+v", format)
			}
			// In a file made of its rows, they are read in the same way.
			want.Format, want.Again = format.Inherited(), true
			again, kept := outcomes(t, text, "birthdate", want)
			if diff := cmp.Diff(got, again); diff != "" || kept != want.Format {
				t.Errorf("a child reads -parent +child:\n%s", diff)
			}
			// A strict reading does not convert them.
			for i, v := range read(t, text, "birthdate", testPool(t), f("cognito:username", "email", "email_verified", "phone_number", "birthdate"), nil) {
				ever := old(tt.values[i])
				if v != ever && (ever != "" || tt.values[i] == "" || !strings.HasPrefix(v, bad)) {
					t.Errorf("strictly, %s is %s", tt.values[i], v)
				}
			}
			want.Asked.Strict, want.Again, want.Format = true, false, nil
			if s := surveyed(t, text, want); s.Format != nil {
				t.Errorf("strictly, the format is %+v", s.Format)
			}
		})
	}
}

// old returns the birthdate without any conversion, "" if it is invalid.
func old(value string) string {
	if len(value) == 10 && value[2] == '/' && value[:2] <= "12" {
		if _, problem := birthdate(&userpool.SchemaAttribute{Name: "birthdate", Type: userpool.String}, "", value); problem == nil {
			return value[6:] + "-" + value[:2] + "-" + value[3:5]
		}
	}
	if len(value) == 10 && value[4] == '-' {
		return value
	}
	return ""
}

// TestBirthdatesAsAsked: the form that the job's creator chose is used, for every content
// of the column.
func TestBirthdatesAsAsked(t *testing.T) {
	tests := []struct {
		asked  Birthdates
		values []string
		want   []string
	}{
		{DayFirst, f("01/02/1980", "02-01-1980"), f("1980-02-01", "1980-01-02")},
		{DayFirst, f("01/13/1980", "01/02/1980"), f("InvalidBirthdate MonthBeforeDay", "1980-02-01")},
		{MonthFirst, append(dayFirst, "01/02/1980"), f("InvalidBirthdate DayBeforeMonth", "InvalidBirthdate DayBeforeMonth", "InvalidBirthdate DayBeforeMonth", "1980-01-02")},
		{MonthFirst, f("1/2/1980"), f("1980-01-02")},
	}
	for _, tt := range tests {
		want := Import{Pool: testPool(t), Asked: Asked{Choice: Choice{Birthdates: tt.asked}}}
		got, format := outcomes(t, column("birthdate", tt.values...), "birthdate", want)
		if !slices.Equal(got, tt.want) || format != nil && format.Undecided {
			t.Errorf("%s of %q: got %q, %+v", tt.asked, tt.values, got, format)
		}
	}
}

// TestBooleanWords: a column is converted by the pair of words that all of its values
// belong to. Otherwise its values do not change.
func TestBooleanWords(t *testing.T) {
	const bad = "InvalidBoolean "
	tests := []struct {
		name   string
		values []string
		pair   string
		want   []string
	}{
		{"Cognito's", f("true", "FALSE", "True", ""), "", f("true", "false", "true", "")},
		{"psql", f("t", "f", "t"), "t/f", f("true", "false", "true")},
		{"digits", f("1", "0", ""), "1/0", f("true", "false", "")},
		{"of an office's database", f("-1", "0"), "-1/0", f("true", "false")},
		{"numbers of pandas", f("1.0", "0.0", ""), "1.0/0.0", f("true", "false", "")},
		{"words", f("Yes", "NO", "yes"), "yes/no", f("true", "false", "true")},
		{"letters", f("Y", "n"), "y/n", f("true", "false")},
		{"one word only", f("no", "no"), "yes/no", f("false", "false")},
		{"one digit only", f("0", "0"), "1/0", f("false", "false")},
		{"German", f("WAHR", "FALSCH"), "wahr/falsch", f("true", "false")},
		{"German words", f("Ja", "nein"), "ja/nein", f("true", "false")},
		{"Dutch words", f("Ja", "nee"), "ja/nee", f("true", "false")},
		{"French", f("VRAI", "FAUX", ""), "vrai/faux", f("true", "false", "")},
		{"Spanish", f("VERDADERO", "FALSO"), "verdadero/falso", f("true", "false")},
		{"Spanish words", f("Sí", "No"), "sí/no", f("true", "false")},
		{"Italian", f("VERO", "FALSO"), "vero/falso", f("true", "false")},
		{"Finnish", f("TOSI", "EPÄTOSI"), "tosi/epätosi", f("true", "false")},
		{"Polish", f("PRAWDA", "FAŁSZ"), "prawda/fałsz", f("true", "false")},
		{"Russian", f("ИСТИНА", "ЛОЖЬ"), "истина/ложь", f("true", "false")},
		{"Turkish", f("DOĞRU", "YANLIŞ", "yanlış"), "doğru/yanliş", f("true", "false", "false")},
		{"Greek", f("ΑΛΗΘΗΣ", "ψευδής"), "αληθησ/ψευδησ", f("true", "false")},
		{"Danish", f("SAND", "FALSK"), "sand/falsk", f("true", "false")},
		{"Chinese", f("是", "否"), "是/否", f("true", "false")},
		{"besides true and false", f("t", "true", "FALSE", "f"), "t/f", f("true", "true", "false", "false")},

		{"of two pairs", f("yes", "0"), "", f(bad, bad)},
		{"a word and another one", f("yes", "no", "perhaps"), "", f(bad, bad, bad)},
		{"a digit too many", f("1", "0", "2"), "", f(bad, bad, bad)},
		{"a cross, or nothing", f("x", ""), "", f(bad, "")},
		{"true with a space", f("yes no"), "", f(bad)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, want := column("custom:vip", tt.values...), Import{Pool: testPool(t)}
			got, format := outcomes(t, text, "custom:vip", want)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			var pair string
			if format != nil {
				pair = format.Booleans["custom:vip"].Name()
			}
			if pair != tt.pair {
				t.Errorf("the format is %+v", format)
			}
			want.Format, want.Again = format.Inherited(), true
			if again, _ := outcomes(t, text, "custom:vip", want); !slices.Equal(got, again) {
				t.Errorf("a child reads %q", again)
			}
			want.Format, want.Again, want.Asked.Strict = nil, false, true
			strictly, format := outcomes(t, text, "custom:vip", want)
			for i, v := range strictly {
				if ever := isBoolean([]byte(tt.values[i])) || tt.values[i] == ""; format != nil || ever == strings.HasPrefix(v, bad) {
					t.Errorf("strictly, %s is %s", tt.values[i], v)
				}
			}
		})
	}
}

// TestBooleanColumns: flags and the pool's attributes of type Boolean have words for true
// and false. In any other column these words are values.
func TestBooleanColumns(t *testing.T) {
	for name, converted := range map[string]bool{
		"phone_number_verified": true, "custom:vip": true, "custom:team": false, "nickname": false, "custom:level": false,
	} {
		got, format := outcomes(t, column(name, "1", "1"), name, Import{Pool: testPool(t)})
		want := f("1", "1")
		if converted {
			want = f("true", "true")
		}
		if !slices.Equal(got, want) || (format != nil) != converted {
			t.Errorf("%s: got %q, %+v", name, got, format)
		}
	}
	p := testPool(t, mfa(userpool.MFAOptional))
	s := surveyed(t, column(ColumnMFA, "ja", "nein"), Import{Pool: p})
	d, err := NewDecoder(p, s.Header, "", Limits{}, s.Format)
	if err != nil || s.Format == nil {
		t.Fatal(err, s.Format)
	}
	u, problem := d.Decode(Record{Fields: f("ann", "ann@example.com", "true", "+14255550100", "ja")})
	if problem != nil || !u.SMSMFA {
		t.Errorf("%+v, %v", u, problem)
	}
}

// TestBooleanPairs: no word is true in one pair and false in another, and each word is in
// its simplest form.
func TestBooleanPairs(t *testing.T) {
	if len(booleanPairs) > 64*len(pairs{}) {
		t.Fatalf("%d pairs are too many", len(booleanPairs))
	}
	means, seen := map[string]string{}, map[Booleans]bool{}
	for _, b := range booleanPairs {
		if seen[b] {
			t.Errorf("%s is there twice", b.Name())
		}
		seen[b] = true
		for word, meaning := range map[string]string{b.True: "true", b.False: "false"} {
			if other, known := means[word]; known && other != meaning {
				t.Errorf("%s is true and false", word)
			}
			means[word] = meaning
			if smallWord(word) != word || len(word) > longestWord/2 || isBoolean([]byte(word)) {
				t.Errorf("%q is not as it is looked up", word)
			}
			for _, written := range f(word, strings.ToUpper(word), strings.ToTitle(word[:1])+word[1:]) {
				if got := b.convert(written); got != meaning && smallWord(written) == word {
					t.Errorf("%s is converted to %s", written, got)
				}
				if smallWord(written) == word && pairsOfWord([]byte(written)) == (pairs{}) {
					t.Errorf("%s is not known", written)
				}
			}
		}
	}
}

// TestConvertedRows: what is shown and kept of a row has converted values, and a file of
// kept rows is read in the same way.
func TestConvertedRows(t *testing.T) {
	p := testPool(t)
	text := "Cognito Username,email,email_verified,birthdate,shoe_size\n" +
		"a,a@example.com,t,31/12/1985,\nb,b@example.com,f,13/01/1990,\nc,c.example.com,t,25/02/2001,\n"
	s := surveyed(t, text, Import{Pool: p})
	text += "d,d@example.com,t,05/13/1971,\n" // a date that cannot be in the concluded form
	if len(s.Problems) > 0 {
		t.Fatal(s.Problems)
	}
	d, err := NewDecoder(p, s.Header, "", Limits{}, s.Format)
	if err != nil {
		t.Fatal(err)
	}
	r := s.Format.NewReader(strings.NewReader(text), Position{}, Limits{})
	if _, err := r.Header(); err != nil {
		t.Fatal(err)
	}
	child := FormatRow(s.Header) + "\n"
	var first []string
	for range 4 {
		record, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = d.Shown(record)
		}
		child += d.Kept(record) + "\n"
	}
	if want := f("a", "a@example.com", "true", "1985-12-31", ""); !slices.Equal(first, want) {
		t.Errorf("shown is %q", first)
	}
	for _, want := range []string{`"a","a@example.com","true","1985-12-31",""`, `"d","d@example.com","true","05/13/1971",""`, `"poolhouse:ignore:shoe_size"`} {
		if !strings.Contains(child, want) {
			t.Errorf("the kept rows lack %s:\n%s", want, child)
		}
	}
	got, format := outcomes(t, child, "birthdate", Import{Pool: p, Again: true, Format: s.Format.Inherited()})
	if want := f("1985-12-31", "NoVerifiedAttribute ", "InvalidEmail NoAtSign", "InvalidBirthdate MonthBeforeDay"); !slices.Equal(got, want) || format.Birthdates != DayFirst {
		t.Errorf("the child reads %q", got)
	}
	record := Record{Fields: f("d", "d@example.com", "true", "05/13/1971", "")}
	found := d.Findings(record)
	if len(found) != 1 || found[0].Suggestions[0].Value != "1971-05-13" || !strings.Contains(found[0].Advice, "dd/mm/yyyy") || !strings.Contains(found[0].Reason, "dd/mm/yyyy") {
		t.Errorf("%+v", found)
	}
	record.Fields[3] = "1/2/80"
	for _, s := range d.Findings(record)[0].Suggestions {
		if !strings.HasPrefix(s.Reading, ReadingDayFirst) || !strings.HasSuffix(s.Value, "80-02-01") {
			t.Errorf("in a file with the day first there is the suggestion %+v", s)
		}
	}
}

// TestResultFileIsConverted: the values of a result file are restored first, and then
// converted.
func TestResultFileIsConverted(t *testing.T) {
	text := "poolhouse:line,poolhouse:verdict,cognito:username,email,email_verified\n2,FAILED,ann,ann@example.com,'-1\n3,FAILED,bob,bob@example.com,0\n"
	if got, format := outcomes(t, text, "email_verified", Import{Pool: testPool(t)}); got[0] != "true" || format.Booleans["email_verified"].Name() != "-1/0" {
		t.Errorf("%q, %+v", got, format)
	}
}
