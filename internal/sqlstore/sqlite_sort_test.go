package sqlstore

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestLookupSorter sorts entries in memory and with files, and leaves no file.
func TestLookupSorter(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	r := rand.New(rand.NewPCG(1, 2))
	var want []sortedEntry
	for i := range 3000 {
		value := strings.Repeat("abcdefg", r.IntN(3)) + fmt.Sprint(r.IntN(50)) + strings.Repeat("\x00", r.IntN(2))
		want = append(want, sortedEntry{int64(r.IntN(9)), value, int64(i) % 1000})
	}
	want = append(want, sortedEntry{8, strings.Repeat("é", maxLookupChars), maxUserNo}, sortedEntry{3, "", 1}, sortedEntry{3, "a\x00", 1})
	for _, room := range []int{1, 1000, 20_000, sortRoom} {
		s := newLookupSorter(room)
		for _, e := range want {
			if err := s.add(int(e.attribute), e.value, e.no); err != nil {
				t.Fatal(err)
			}
		}
		if room < sortRoom == (len(s.files) == 0) {
			t.Errorf("with room for %d bytes there are %d files", room, len(s.files))
		}
		m, err := s.sorted()
		if err != nil {
			t.Fatal(err)
		}
		var got []sortedEntry
		for {
			e, ok, err := m.next()
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			got = append(got, e)
		}
		sorted := slices.SortedFunc(slices.Values(want), func(a, b sortedEntry) int {
			return cmp.Or(cmp.Compare(a.attribute, b.attribute), strings.Compare(a.value, b.value), cmp.Compare(a.no, b.no))
		})
		if !slices.Equal(got, sorted) {
			t.Errorf("with room for %d bytes, %d entries are sorted otherwise", room, len(got))
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left are %v, %v", left, err)
		}
	}
	if err := newLookupSorter(1).add(1, strings.Repeat("a", 1<<16), 1); err == nil {
		t.Error("a value that does not fit is taken")
	}
}

// TestIndexUsersByFiles indexes users with less memory than the entries need.
func TestIndexUsersByFiles(t *testing.T) {
	t.Parallel()
	s, p := open(t), aliasPool("files")
	sqliteOf(s).sortRoom = 10_000
	key, lease := runJob(t, s, p)
	commitWhole(t, s, p, key, lease, familyBatch(p, 0, 1500))
	if err := s.IndexUsers(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	wantIndexed(t, s, p, true)
	wantSound(t, s, p)
}
