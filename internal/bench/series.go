package bench

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// sample is one measurement of something that handles rows.
type sample struct {
	took time.Duration
	rows int
	used usage // of the server, if there is one
}

// series is one measurement and its results.
type series struct {
	name    string
	short   string // its name in comparisons
	against []held
	samples []sample
}

// held is a baseline and the target of the ratio to it.
type held struct {
	base   *series
	target string // "" for no target
}

// heldAgainst returns a single baseline.
func heldAgainst(base *series, target string) []held { return []held{{base, target}} }

// perRow returns the time for a row.
func (s sample) perRow() float64 { return s.took.Seconds() / float64(s.rows) }

// median returns the median sample by time for a row.
func (s *series) median() sample {
	sorted := slices.Clone(s.samples)
	slices.SortFunc(sorted, func(a, b sample) int { return cmp.Compare(a.perRow(), b.perRow()) })
	return sorted[len(sorted)/2]
}

// ratios returns the time for a row divided by that of each baseline, and the targets.
func (s *series) ratios() (ratios, targets string) {
	var parts, meant []string
	for _, h := range s.against {
		if len(h.base.samples) > 0 {
			parts = append(parts, fmt.Sprintf("%.2f × %s", s.median().perRow()/h.base.median().perRow(), h.base.short))
		}
		if h.target != "" {
			meant = append(meant, h.target)
		}
	}
	return strings.Join(parts, "; "), strings.Join(meant, "; ")
}

// seriesTable returns a table of the results. After an interruption it has those that there
// are.
func seriesTable(title string, all []*series) table {
	t := table{title: title, head: []string{"", "min", "median", "max", "rows/s", "server CPU", "peak memory", "time a row", "target"}}
	for _, s := range all {
		if len(s.samples) > 0 {
			t.rows = append(t.rows, s.cells())
		}
	}
	return t
}

func (s *series) cells() []string {
	middle := s.median()
	shortest, longest := middle.took, middle.took
	var peak int64
	for _, one := range s.samples {
		shortest, longest = min(shortest, one.took), max(longest, one.took)
		peak = max(peak, one.used.peak)
	}
	cells := []string{s.name, seconds(shortest), seconds(middle.took), seconds(longest), fmt.Sprintf("%.0f", 1/middle.perRow()), "", "", "", ""}
	if middle.used.cpu > 0 {
		cells[5] = seconds(middle.used.cpu)
	}
	if peak > 0 {
		cells[6] = mebibytes(peak)
	}
	cells[7], cells[8] = s.ratios()
	return cells
}

func seconds(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%.3f s", d.Seconds())
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/1e6) }

func mebibytes(n int64) string { return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20)) }
