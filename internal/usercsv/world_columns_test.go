package usercsv

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/worldcsv"
)

// TestWorldColumns writes the table of users with other names of columns, other forms of
// dates and other words for true and false. Each time, all users come out right.
func TestWorldColumns(t *testing.T) {
	w, err := worldcsv.Load("testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(w.Files, func(f worldcsv.File) bool { return f.Name == "01-pycsv-excel.csv" })
	text, err := os.ReadFile(w.Path(w.Files[i]))
	if err != nil {
		t.Fatal(err)
	}
	dates := func(layout string) func(string, string) string {
		return func(column, value string) string {
			at, err := time.Parse("01/02/2006", value)
			if column != "birthdate" || err != nil {
				return value
			}
			return strings.ToUpper(strings.ReplaceAll(at.Format(layout), "midnight", "12:00:00 AM"))
		}
	}
	words := func(yes, no string) func(string, string) string {
		return func(column, value string) string {
			switch {
			case !strings.HasSuffix(column, "_verified") || value == "":
				return value
			case strings.EqualFold(value, "true"):
				return yes
			}
			return no
		}
	}
	same := func(_, value string) string { return value }
	tests := map[string]struct {
		name  func(string) string
		value func(column, value string) string
	}{
		"capitals":        {strings.ToUpper, same},
		"spaces":          {func(s string) string { return " " + strings.NewReplacer("_", " ", ":", " ").Replace(s) + "\u00a0" }, same},
		"a mark of order": {func(s string) string { return "\ufeff" + s }, same},
		"of R":            {func(s string) string { return strings.ReplaceAll(s, ":", ".") }, same},
		"of databases":    {func(s string) string { return strings.ToUpper(strings.ReplaceAll(s, ":", "_")) }, same},
	}
	for _, layout := range []string{"02/01/2006", "2/1/2006", "1/2/2006", "02.01.2006", "2. 1. 2006", "02-01-2006", "2006/01/02", "2006. 1. 2.", "20060102", "2006-01-02T15:04:05",
		"2006-01-02 15:04:05.000", "2006-01-02T15:04:05.000Z", "1/2/2006 midnight", "2/1/2006, midnight", "02/01/2006 15:04:05", "2.1.2006 15:04", "02-Jan-2006", "02Jan2006", "January 2, 2006",
		"Mon Jan 02 2006 15:04:05 GMT-0700 (MST)", time.RFC1123} {
		tests["dates as "+layout] = struct {
			name  func(string) string
			value func(column, value string) string
		}{strings.Clone, dates(layout)}
	}
	for _, b := range booleanPairs {
		tests["words "+b.Name()] = struct {
			name  func(string) string
			value func(column, value string) string
		}{strings.Clone, words(b.True, b.False)}
		tests["words in capitals "+b.Name()] = struct {
			name  func(string) string
			value func(column, value string) string
		}{strings.Clone, words(strings.ToUpper(b.True), strings.ToUpper(b.False))}
	}
	for name, tt := range tests {
		rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		columns := slices.Clone(rows[0])
		for n, row := range rows {
			for k := range row {
				if n == 0 {
					row[k] = tt.name(row[k])
				} else {
					row[k] = tt.value(columns[k], row[k])
				}
			}
			number := ""
			if n > 0 {
				number = strconv.Itoa(n)
			}
			rows[n] = append(row, "", number) // a column without values, and one with row numbers
		}
		path := filepath.Join(t.TempDir(), "file.csv")
		if err := os.WriteFile(path, []byte(inMarks(rows...)), 0o600); err != nil {
			t.Fatal(err)
		}
		got := importAs(t, path, Import{Pool: worldPool(t)})
		if j := w.Judge(w.Files[i], got.users); !j.Whole() || len(got.failed) > 0 {
			t.Errorf("%s: %d of %d right, %d wrong; %s", name, j.Right, j.Counted, len(j.Wrong), inShort(got))
		}
	}
}
