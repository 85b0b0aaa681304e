package importjob_test

import (
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// FuzzBudget: a budget that can be parsed is the same after it is written and parsed again.
func FuzzBudget(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		b, err := importjob.ParseBudget(text)
		if err != nil {
			if !strings.Contains(err.Error(), "is malformed") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if again, err := importjob.ParseBudget(b.String()); err != nil || again != b {
			t.Errorf("%q is %+v, then %+v, %v", text, b, again, err)
		}

	})
}

// FuzzSettings: settings that can be parsed are the same after they are written and parsed
// again.
func FuzzSettings(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		s, err := importjob.ParseSettings(text)
		if err != nil {
			if strings.Contains(err.Error(), text) && len(text) > 20 {
				t.Errorf("the error repeats the settings: %v", err)
			}
			return
		}
		if again, err := importjob.ParseSettings(s.String()); err != nil || !slices.Equal(again, s) {
			t.Errorf("%q is %+v, then %+v, %v", text, s, again, err)
		}
	})
}

// FuzzWriteChild: any number of rows of any file are left out. The child's file has as many
// rows as were given. Each is unchanged, or has an end that makes it fail alone. A row
// without such an end keeps its splitting error.
func FuzzWriteChild(f *testing.F) {
	f.Fuzz(func(t *testing.T, file string, every uint8, rowChars uint8) {
		limits := usercsv.Limits{RowChars: 20 + int(rowChars)}
		r := usercsv.NewReader(strings.NewReader(file), usercsv.Position{}, limits)
		columns, err := r.Header()
		if err != nil {
			return
		}
		lined := slices.Contains(columns, importjob.LineColumn)
		limits = limits.For(columns)
		var rows []importjob.KeptRow
		var faults []string
		for n := 0; ; n++ {
			record, err := r.Next()
			if err != nil {
				break
			}
			if n%(int(every)%5+1) == 0 {
				rows = append(rows, importjob.KeptRow{Line: record.Line, Text: record.Text})
				faults = append(faults, faultOf(record))
			}
		}
		var child strings.Builder
		if err := importjob.WriteChild(&child, usercsv.FormatRow(columns), limits, seqOf(rows), nil); err != nil {
			t.Fatalf("%+v: %v", rows, err)
		}
		// The header is one column longer. The limits are for rows, not for the header.
		header, body, _ := strings.Cut(child.String(), "\n")
		if strings.Contains(header, `"`) {
			return // the row may continue on the next line
		}
		limits.Lined = limits.Lined || !lined
		again := usercsv.NewReader(strings.NewReader(body), usercsv.Position{}, limits)
		for i, row := range rows {
			record, err := again.Next()
			if err != nil {
				t.Fatalf("row %d of %q: %v", i, child.String(), err)
			}
			text := record.Text
			if !lined {
				_, text, _ = strings.Cut(text, ",")
			}
			if !strings.HasPrefix(text, row.Text) {
				t.Fatalf("line %d was %q and is %q, in %q", row.Line, row.Text, text, child.String())
			}
			if text != row.Text && faultOf(record) == "" {
				t.Fatalf("line %d got an end, and does not fail: %q", row.Line, record.Text)
			}
			if every%5 == 0 && text == row.Text && faultOf(record) != faults[i] && faults[i] != usercsv.CodeQuote && faults[i] != usercsv.CodeStrayQuote {
				t.Fatalf("line %d: %q, %q before", row.Line, faultOf(record), faults[i])
			}
		}
		if record, err := again.Next(); err == nil {
			t.Fatalf("another row: %q", record.Text)
		}
	})
}

func faultOf(r usercsv.Record) string {
	if r.Err == nil {
		return ""
	}
	return r.Err.Code
}
