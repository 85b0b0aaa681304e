package usercsv

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"poolhouse/internal/userpool"
)

// FuzzConvert: a converted value is not converted again and means the same in every
// format. A date is never read in another order than the form's.
func FuzzConvert(fz *testing.F) {
	for _, s := range []string{"31/12/1985", "1/2/1980", "12. 5. 1971.", "1971-05-12T00:00:00.000Z", "12MAY1971", "19710512", "02-01-1980", "1971/5/1 12:00 AM", "WAHR", "EPÄTOSI",
		"YANLIŞ", "-1", "1.0", "\xff", "", "12/05/71", "May 12, 1971", "0000-01-01", "1/1/0000", "İ", "2/30/1980", "12.05.1971 00:00:00 +0100"} {
		fz.Add(s)
	}
	forms := []Birthdates{MonthFirst, DayFirst, DayFirstDots, DayFirstHyphens, YearFirstSlashes, YearFirstDigits, YearFirstTime, MonthNamed}
	a := userpool.SchemaAttribute{Name: "birthdate", Type: userpool.String}
	fz.Fuzz(func(t *testing.T, value string) {
		value = strings.TrimSpace(value)
		for _, form := range forms {
			date := form.convert(value)
			if again := form.convert(date); again != date {
				t.Fatalf("%s: %q becomes %q, and that %q", form, value, date, again)
			}
			kept, problem := birthdate(&a, form, date)
			if date != value {
				if _, err := time.Parse(time.DateOnly, date); err != nil || problem != nil || kept != date {
					t.Fatalf("%s: %q becomes %q, %v", form, value, date, problem)
				}
				for _, other := range append(slices.Clone(forms), "") {
					if got, problem := birthdate(&a, other, conversionOf(other, date)); problem != nil || got != date {
						t.Fatalf("%q is %q in the form %s", date, got, other)
					}
				}
			} else if problem == nil && kept != value {
				t.Fatalf("%s: %q is not converted and read as %q", form, value, kept)
			}
			checkOrderOf(t, form, value, kept)
		}
		for i := range booleanPairs {
			word := booleanPairs[i].convert(value)
			if word != value && !isBoolean([]byte(word)) || booleanPairs[i].convert(word) != word {
				t.Fatalf("%s: %q becomes %q", booleanPairs[i].Name(), value, word)
			}
			var c wordColumn
			if c.add([]byte(value)); word != value {
				if pair, ok := c.found(); !ok || pair.convert(value) != word {
					t.Fatalf("%q is %q by %s, and by itself %v", value, word, booleanPairs[i].Name(), pair)
				}
			}
		}
		checkDatesAlone(t, value)
	})
}

func conversionOf(form Birthdates, value string) string {
	if form == "" {
		return value
	}
	return form.convert(value)
}

// checkOrderOf checks a date with slashes against the order of the form.
func checkOrderOf(t *testing.T, form Birthdates, value, kept string) {
	t.Helper()
	if kept == "" || len(value) != 10 || value[2] != '/' || value[5] != '/' {
		return
	}
	month, day := value[:2], value[3:5]
	if form.dayFirst() {
		month, day = day, month
	}
	if want := value[6:] + "-" + month + "-" + day; kept != want {
		t.Fatalf("%s: %q is read as %q", form, value, kept)
	}
}

// checkDatesAlone checks what a column concludes from a single value against how that
// value is read.
func checkDatesAlone(t *testing.T, value string) {
	t.Helper()
	if value == "" || !utf8.ValidString(value) {
		return
	}
	var d dates
	d.add([]byte(value))
	form, _ := d.form("")
	if form == "" && d.dotMonths == 0 && DayFirstDots.convert(value) != value {
		a := userpool.SchemaAttribute{Name: "birthdate", Type: userpool.String}
		if _, problem := birthdate(&a, "", value); problem != nil {
			t.Fatalf("%q could be converted, and is not", value)
		}
	}
}

// FuzzNames: for every header, each column is read as one of the pool's, or is not
// imported, or the file is refused. A file with the columns as they are read is read in
// the same way.
func FuzzNames(fz *testing.F) {
	for _, s := range []string{"Cognito Username,EMAIL,Email Verified,,Nr", "cognito.username,email_verified,custom.team", "a,a,a,", "\"\ufeffcognito:username\",email_verified", "poolhouse:ignore:x,poolhouse:line"} {
		fz.Add(s, "x,y", "email", "x")
	}
	fz.Fuzz(func(t *testing.T, header, row, column, attribute string) {
		p := testPool(t)
		for _, asked := range [][]Mapped{nil, {{column, attribute}}, {{column, ""}}} {
			s, err := surveyText(strings.NewReader(header+"\n"+row+"\n"), nil, Limits{}, Import{Pool: p, Asked: Asked{Map: asked}, Columns: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range s.Problems {
				if utf8.RuneCountInString(problem.Reason) > maxReason || problem.Code == "" {
					t.Fatalf("%+v", problem)
				}
			}
			if len(s.Problems) > 0 {
				continue
			}
			if _, err := NewDecoder(p, s.Header, "", Limits{}, s.Format); err != nil {
				t.Fatalf("%q: %v", s.Header, err)
			}
			for i, c := range s.Columns {
				if (c.ReadAs == "") == (c.Unread == "") && !ignored(s.Header[i]) || c.ReadAs != "" && c.ReadAs != s.Header[i] {
					t.Fatalf("%q is read as %q: %+v", s.Header[i], c.ReadAs, c)
				}
			}
			again, err := surveyText(strings.NewReader(FormatRow(s.Header)+"\n"+row+"\n"), nil, Limits{}, Import{Pool: p, Again: true})
			if err != nil || !slices.Equal(again.Header, s.Header) && len(again.Problems) == 0 {
				t.Fatalf("%q is read as %q, %v", s.Header, again.Header, err)
			}
		}
	})
}
