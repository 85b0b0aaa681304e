package bench

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// TestFile checks the file against its description.
func TestFile(t *testing.T) {
	for _, f := range []file{{}, {mixed: true}, {hashes: true}} {
		f.rows, f.first = 5000, 70
		if err := f.write(t.TempDir()); err != nil {
			t.Fatal(err)
		}
		in, err := os.Open(f.path)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		rows, err := csv.NewReader(in).ReadAll() // requires the same number of fields in each row
		if err != nil || len(rows) != f.rows+1 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		bytes := float64(f.size) / float64(f.rows)
		if f.hashes {
			bytes -= float64(len(rows[1][columnOf("custom:level")+1]) + len(","))
		}
		if bytes < 180 || bytes > 199 {
			t.Errorf("a row has %.0f bytes", bytes)
		}
		seen, twice, bad := map[string]bool{}, 0, 0
		for i, row := range rows[1:] {
			name := row[20]
			if !f.mixed && name != f.username(i) {
				t.Fatalf("row %d is of %s, not %s", i, name, f.username(i))
			}
			if seen[name] {
				twice++
			}
			if seen[name] = true; row[10] != "true" {
				bad++
			}
			for _, column := range indexed {
				if row[columnOf(column)] == "" {
					t.Fatalf("row %d lacks %s", i, column)
				}
			}
		}
		if twice != f.skipped() || bad != f.failed() || f.mixed != (twice == 500 && bad == 500) {
			t.Errorf("%d rows twice, %d bad, not %d and %d", twice, bad, f.skipped(), f.failed())
		}
	}
}

func columnOf(name string) int {
	for i, c := range strings.Split(header, ",") {
		if c == name {
			return i
		}
	}
	return -1
}

// TestEvery counts the special rows of a mixed file.
func TestEvery(t *testing.T) {
	for rows := range 40 {
		f := file{rows: rows, mixed: true}
		skipped, failed := 0, 0
		for i := range rows {
			if i%10 == tenthSkipped {
				skipped++
			}
			if i%10 == tenthFailed {
				failed++
			}
		}
		if f.skipped() != skipped || f.failed() != failed {
			t.Errorf("%d rows: %d and %d, not %d and %d", rows, f.skipped(), f.failed(), skipped, failed)
		}
	}
}
