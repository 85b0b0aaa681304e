package console

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

func daysFrom(pairs ...any) (days []poolhouseapi.UserDayStatisticsType) {
	for i := 0; i < len(pairs); i += 2 {
		n := int64(pairs[i+1].(int))
		days = append(days, poolhouseapi.UserDayStatisticsType{Day: pairs[i].(string), Users: &n})
	}
	return days
}

// points returns the points of a line.
func points(t *testing.T, line string) (all [][2]float64) {
	t.Helper()
	for point := range strings.FieldsSeq(line) {
		x, y, _ := strings.Cut(point, ",")
		px, err1 := strconv.ParseFloat(x, 64)
		py, err2 := strconv.ParseFloat(y, 64)
		if err1 != nil || err2 != nil {
			t.Fatalf("the point %q: %v, %v", point, err1, err2)
		}
		all = append(all, [2]float64{px, py})
	}
	return all
}

// TestChart: for pools of any age and size the drawing stays in its box, the line goes from
// 0 to all users, and the table adds up.
func TestChart(t *testing.T) {
	today := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		days                []poolhouseapi.UserDayStatisticsType
		period, first, last string // of the table
		rows                int
		y, x                string
		line                string // "" for any
	}{
		{daysFrom("2026-11-29", 3), "Day", "29 Nov 2026", "29 Nov 2026", 1, "3 2 1 0", "28 Nov 29 Nov", "0,120 100,0"},
		{daysFrom("2026-11-29", 1), "Day", "29 Nov 2026", "29 Nov 2026", 1, "3 2 1 0", "28 Nov 29 Nov", "0,120 100,80"},
		{daysFrom("2026-11-26", 10, "2026-11-28", 20), "Day", "26 Nov 2026", "29 Nov 2026", 4, "30 20 10 0", "25 Nov 26 Nov 27 Nov 28 Nov 29 Nov", "0,120 25,80 50,80 75,0 100,0"},
		{daysFrom("2026-11-30", 10), "Day", "30 Nov 2026", "30 Nov 2026", 1, "12 8 4 0", "29 Nov 30 Nov", ""}, // by another clock
		{daysFrom("2026-10-30", 47_208), "Day", "30 Oct 2026", "29 Nov 2026", 31, "60k 40k 20k 0", "29 Oct 3 Nov 8 Nov 14 Nov 19 Nov 24 Nov 29 Nov", ""},
		{daysFrom("2026-08-12", 5, "2026-08-16", 6, "2026-08-17", 7), "Week from", "10 Aug 2026", "23 Nov 2026", 16, "18 12 6 0", "", ""},
		{daysFrom("2025-01-31", 41_020, "2026-11-28", 295_509), "Month", "Jan 2025", "Nov 2026", 23, "360k 240k 120k 0", "", ""},
		{daysFrom("2019-12-31", 1_204_771), "Year", "2019", "2026", 8, "1.5M 1M 500k 0", "", ""},
	} {
		made, err := newChart(c.days, today)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprint(c.days[0].Day, " ", made.total)
		if first, last := made.Rows[0].Period, made.Rows[len(made.Rows)-1].Period; made.Period != c.period || first != c.first || last != c.last || len(made.Rows) != c.rows {
			t.Errorf("%s: the table has %d rows by %s from %s to %s", name, len(made.Rows), made.Period, first, last)
		}
		var sum int64
		for _, row := range made.Rows {
			if sum += row.Came; row.Users != sum {
				t.Errorf("%s: %d users at the end of %s, and %d came until then", name, row.Users, row.Period, sum)
			}
		}
		if y := strings.Join(made.Y, " "); sum != made.total || y != c.y && c.y != "" {
			t.Errorf("%s: %d came; the axis has %s, want %s", name, sum, y, c.y)
		}
		if x := strings.Join(made.X, " "); c.x != "" && x != c.x {
			t.Errorf("%s: the days are labelled %s, want %s", name, x, c.x)
		}
		if n := len(made.X); n > 7 || n > 2 && n%2 == 0 || len(slices.Compact(slices.Clone(made.X))) != n {
			t.Errorf("%s: the days are labelled %v", name, made.X)
		}
		line := points(t, made.Line)
		if c.line != "" && made.Line != c.line {
			t.Errorf("%s: the line is %s, want %s", name, made.Line, c.line)
		}
		if end := line[len(line)-1]; line[0] != [2]float64{0, chartHeight} || end[0] != chartWidth || len(line) > chartPoints+1 {
			t.Errorf("%s: the line of %d points goes from %v to %v", name, len(line), line[0], end)
		}
		for i, p := range line {
			if p[1] < 0 || p[1] > chartHeight || i > 0 && (p[0] <= line[i-1][0] || p[1] > line[i-1][1]) {
				t.Errorf("%s: the line goes back at %v", name, p)
			}
		}
		if text := "From no users on "; !strings.HasPrefix(made.Text, text) || !strings.Contains(made.Text, " to "+number(made.total)+" on ") {
			t.Errorf("%s: %s", name, made.Text)
		}
	}
	if none, err := newChart(nil, today); none != nil || err != nil {
		t.Errorf("the chart of no users: %v, %v", none, err)
	}
}

// TestChartScale: the axis has room for all users, and not much more.
func TestChartScale(t *testing.T) {
	for total := int64(1); total < math.MaxInt32; total = total*10/9 + 1 {
		c := chart{total: total}
		top := c.scale()
		if top < total || total > 3 && float64(top) > float64(total)*1.5 || len(c.Y) != 4 || c.Y[3] != "0" {
			t.Errorf("the axis of %d goes to %d: %v", total, top, c.Y)
		}
	}
}
