package sqlstore

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// lookupSorter sorts entries of user_lookups in a bounded amount of memory. When the memory is
// full, it writes the sorted entries to a file; at the end it merges the files. A file holds users'
// attributes. It is removed as soon as it is open, if the system allows that.
type lookupSorter struct {
	room    int // bytes of memory
	text    []byte
	entries []sortKey
	files   []*os.File
	left    []string // names of files that the system cannot remove while they are open
}

// sortRoom is a sorter's memory in bytes.
const sortRoom = 16 << 20

// sortKey locates an entry's value in the text. prefix is its attribute and the first bytes of its
// value, so that most comparisons are of one number.
type sortKey struct {
	prefix    uint64
	at        uint32
	size      uint16
	attribute uint16
	no        uint32
}

const sortKeySize = 24 // bytes

// sortedEntry is an entry of user_lookups.
type sortedEntry struct {
	attribute int64
	value     string // for a status, the result of statusText
	no        int64
}

// arg returns the value as user_lookups stores it.
func (e sortedEntry) arg() any {
	if e.attribute == statusLookup {
		return statusNumber(e.value)
	}
	return e.value
}

func newLookupSorter(room int) *lookupSorter { return &lookupSorter{room: room} }

// add adds an entry.
func (s *lookupSorter) add(attribute int, value string, no int64) error {
	if len(value) > 1<<16-1 {
		return fmt.Errorf("sqlstore: a lookup value has %d bytes", len(value)) // lookupKey truncates values
	}
	prefix := [8]byte{byte(attribute)}
	copy(prefix[1:], value)
	s.entries = append(s.entries, sortKey{binary.BigEndian.Uint64(prefix[:]), uint32(len(s.text)), uint16(len(value)), uint16(attribute), uint32(no)})
	s.text = append(s.text, value...)
	if len(s.entries)*sortKeySize+len(s.text) < s.room {
		return nil
	}
	return s.spill()
}

func (s *lookupSorter) value(k sortKey) []byte { return s.text[k.at : k.at+uint32(k.size)] }

func (s *lookupSorter) sort() {
	slices.SortFunc(s.entries, func(a, b sortKey) int {
		if c := cmp.Compare(a.prefix, b.prefix); c != 0 {
			return c
		}
		return cmp.Or(bytes.Compare(s.value(a), s.value(b)), cmp.Compare(a.no, b.no))
	})
}

// spill writes the entries in memory, sorted, to a file.
func (s *lookupSorter) spill() error {
	s.sort()
	file, err := os.CreateTemp("", "poolhouse-sort-*")
	if err != nil {
		return fmt.Errorf("sorting entries of user_lookups: %w", err)
	}
	s.files = append(s.files, file)
	if os.Remove(file.Name()) != nil {
		s.left = append(s.left, file.Name())
	}
	w := bufio.NewWriterSize(file, 64<<10)
	head := make([]byte, 0, 16)
	for _, k := range s.entries {
		head = binary.AppendUvarint(head[:0], uint64(k.attribute))
		head = binary.AppendUvarint(head, uint64(k.no))
		head = binary.AppendUvarint(head, uint64(k.size))
		_, _ = w.Write(head) // Flush returns the first error
		_, _ = w.Write(s.value(k))
	}
	s.entries, s.text = s.entries[:0], s.text[:0]
	if err := w.Flush(); err != nil {
		return fmt.Errorf("sorting entries of user_lookups: %w", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("sorting entries of user_lookups: %w", err)
	}
	return nil
}

// close removes the files.
func (s *lookupSorter) close() error {
	var problems []error
	for _, file := range s.files {
		problems = append(problems, file.Close())
	}
	for _, name := range s.left {
		problems = append(problems, os.Remove(name))
	}
	return errors.Join(problems...)
}

// sorted returns all entries in the order of user_lookups.
func (s *lookupSorter) sorted() (*mergedEntries, error) {
	s.sort()
	m := &mergedEntries{sorter: s}
	for _, file := range s.files {
		run := &sortedRun{r: bufio.NewReaderSize(file, 64<<10)}
		if ok, err := run.advance(); err != nil {
			return nil, err
		} else if ok {
			m.runs = append(m.runs, run)
		}
	}
	if run := (&sortedRun{}); run.fromMemory(m) {
		m.runs = append(m.runs, run)
	}
	heap.Init(m)
	return m, nil
}

// sortedRun is a file of sorted entries, or the entries in memory if reader is nil.
type sortedRun struct {
	r    *bufio.Reader
	head sortedEntry
	room []byte
}

// advance reads the next entry of a file.
func (run *sortedRun) advance() (ok bool, err error) {
	var numbers [3]uint64
	for i := range numbers {
		if numbers[i], err = binary.ReadUvarint(run.r); err != nil {
			if i == 0 && errors.Is(err, io.EOF) {
				return false, nil
			}
			return false, fmt.Errorf("reading sorted entries of user_lookups: %w", err)
		}
	}
	run.room = slices.Grow(run.room[:0], int(numbers[2]))[:numbers[2]]
	if _, err := io.ReadFull(run.r, run.room); err != nil {
		return false, fmt.Errorf("reading sorted entries of user_lookups: %w", err)
	}
	run.head = sortedEntry{int64(numbers[0]), string(run.room), int64(numbers[1])}
	return true, nil
}

// fromMemory takes the next entry in memory.
func (run *sortedRun) fromMemory(m *mergedEntries) bool {
	if m.at == len(m.sorter.entries) {
		return false
	}
	k := m.sorter.entries[m.at]
	m.at++
	run.head = sortedEntry{int64(k.attribute), string(m.sorter.value(k)), int64(k.no)}
	return true
}

// mergedEntries merges all runs. It is a heap of runs; the first run has the smallest entry.
type mergedEntries struct {
	sorter *lookupSorter
	runs   []*sortedRun
	at     int // index in the entries in memory
}

func (m *mergedEntries) Len() int      { return len(m.runs) }
func (m *mergedEntries) Swap(i, j int) { m.runs[i], m.runs[j] = m.runs[j], m.runs[i] }
func (m *mergedEntries) Push(any)      { panic("sqlstore: a run is never added") }

func (m *mergedEntries) Less(i, j int) bool {
	a, b := m.runs[i].head, m.runs[j].head
	return cmp.Or(cmp.Compare(a.attribute, b.attribute), cmp.Compare(a.value, b.value), cmp.Compare(a.no, b.no)) < 0
}

func (m *mergedEntries) Pop() any {
	last := m.runs[len(m.runs)-1]
	m.runs = m.runs[:len(m.runs)-1]
	return last
}

// next returns the next entry, false at the end.
func (m *mergedEntries) next() (e sortedEntry, ok bool, err error) {
	if len(m.runs) == 0 {
		return e, false, nil
	}
	run := m.runs[0]
	e = run.head
	if run.r == nil {
		ok = run.fromMemory(m)
	} else if ok, err = run.advance(); err != nil {
		return e, false, err
	}
	if ok {
		heap.Fix(m, 0)
	} else {
		heap.Pop(m)
	}
	return e, true, nil
}
