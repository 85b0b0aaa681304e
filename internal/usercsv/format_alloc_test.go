package usercsv

import (
	"runtime"
	"testing"
)

// TestParseRowIsCheap: parsing a row takes memory of the row's size, not of a file's
// buffer. Pages of many rows are parsed.
func TestParseRowIsCheap(t *testing.T) {
	const text, rows = "ada,ada@example.com,true,\"Ada, Countess\"", 1000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range rows {
		if r, err := ParseRow(text, Limits{}); err != nil || len(r.Fields) != 4 {
			t.Fatal(r, err)
		}
	}
	runtime.ReadMemStats(&after)
	if each, most := (after.TotalAlloc-before.TotalAlloc)/rows, uint64(16<<10); each > most {
		t.Errorf("a row takes %d bytes, want %d at most", each, most)
	}
}
