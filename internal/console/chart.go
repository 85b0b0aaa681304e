package console

import (
	"strconv"
	"strings"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// The chart's drawing: a box that is stretched to its place, and how many points
// the line has at most.
const (
	chartWidth, chartHeight = 100, 120
	chartPoints             = 200
)

const hoursOfDay = 24 * time.Hour

// chart is users over time, as the template chart draws it, with the figures
// behind it as a table. Days are in UTC, as the pool's counters have them.
type chart struct {
	Y, X       []string // labels of the axes, from the top and from the left
	Grid       []string // where the lines of the numbers are, from the top
	Area, Line string   // points of the drawing
	Marks      []string // where imports are, from the left
	Text       string   // what the drawing shows, in a sentence
	Note       string   // what is below it
	Period     string   // what a row of the table is about
	Rows       []chartRow

	first, last time.Time // days
	total       int64
}

// chartRow is a line of the table: how many users came in a period, and how many
// there were at its end.
type chartRow struct {
	Period      string
	Came, Users int64
}

// newChart returns the chart of the days on which users came, up to today; nil
// where there are none. It begins without users on the day before the first.
func newChart(days []poolhouseapi.UserDayStatisticsType, today time.Time) (*chart, error) {
	if len(days) == 0 {
		return nil, nil
	}
	came := make([]dayOfUsers, 0, len(days))
	c := &chart{}
	for _, d := range days {
		day, err := time.Parse(time.DateOnly, d.Day)
		if err != nil {
			return nil, err
		}
		c.total += *d.Users
		came = append(came, dayOfUsers{day, *d.Users})
	}
	c.first, c.last = came[0].day.AddDate(0, 0, -1), today.UTC().Truncate(hoursOfDay)
	if end := came[len(came)-1].day; end.After(c.last) { // by another server's clock
		c.last = end
	}
	top := c.scale()
	c.draw(came, top)
	c.dates()
	c.Rows = c.table(came)
	c.Text = "From no users on " + dayOf(c.first) + " to " + number(c.total) + " on " + dayOf(c.last) + "."
	c.Note = "Users who are there now, by the day on which they came (UTC)."
	return c, nil
}

// dayOfUsers is a day and how many users came on it.
type dayOfUsers struct {
	day   time.Time
	users int64
}

// scale labels the axis of numbers, in three steps, and returns its end.
func (c *chart) scale() int64 {
	const steps = 3
	step := int64(1)
	for tens := int64(1); step*steps < c.total; tens *= 10 {
		for _, tenths := range []int64{10, 12, 15, 20, 25, 30, 40, 50, 60, 80} {
			if tenths*tens%10 != 0 {
				continue
			}
			if step = tenths * tens / 10; step*steps >= c.total {
				break
			}
		}
	}
	for i := int64(steps); i >= 0; i-- {
		c.Y = append(c.Y, short(i*step))
		c.Grid = append(c.Grid, coordinate(chartHeight*float64(steps-i)/steps))
	}
	return steps * step
}

// short writes a number of an axis: 120k, 1.2M.
func short(n int64) string {
	const thousand, million = 1e3, 1e6
	switch {
	case n >= million && n%(million/10) == 0:
		return strconv.FormatFloat(float64(n)/million, 'f', -1, 64) + "M"
	case n >= thousand && n%(thousand/10) == 0:
		return strconv.FormatFloat(float64(n)/thousand, 'f', -1, 64) + "k"
	}
	return number(n)
}

// span returns how many days the chart has from its first.
func (c *chart) span() int { return daysBetween(c.first, c.last) }

func daysBetween(from, to time.Time) int { return int(to.Sub(from) / hoursOfDay) }

// at returns where a day is from the left.
func (c *chart) at(days int) string {
	return coordinate(float64(days) * chartWidth / float64(c.span()))
}

func coordinate(v float64) string {
	const hundredth = 100
	return strconv.FormatFloat(float64(int64(v*hundredth+0.5))/hundredth, 'f', -1, 64)
}

// draw draws the line: through the last days of periods so long that there are no
// more than its points.
func (c *chart) draw(came []dayOfUsers, top int64) {
	step := (c.span() + chartPoints - 1) / chartPoints
	var points []string
	users, next := int64(0), 0
	for day := 0; ; day = min(day+step, c.span()) {
		for ; next < len(came) && daysBetween(c.first, came[next].day) <= day; next++ {
			users += came[next].users
		}
		points = append(points, c.at(day)+","+coordinate(chartHeight-float64(users)*chartHeight/float64(top)))
		if day == c.span() {
			break
		}
	}
	c.Line = strings.Join(points, " ")
	c.Area = "0," + strconv.Itoa(chartHeight) + " " + c.Line + " " + strconv.Itoa(chartWidth) + "," + strconv.Itoa(chartHeight)
}

// dates labels the axis of days: at even distances, an odd number of them where
// there is room, so that every other one can be left out.
func (c *chart) dates() {
	labels := min(7, c.span()+1)
	if labels > 2 && labels%2 == 0 {
		labels--
	}
	for i := range labels {
		c.X = append(c.X, c.label(c.first.AddDate(0, 0, (i*c.span()+(labels-1)/2)/(labels-1))))
	}
}

// label writes a day as exactly as the chart shows it.
func (c *chart) label(day time.Time) string {
	const longest = 300 // days; a longer chart has the same day of two years
	if c.span() > longest {
		return monthOf(day)
	}
	return strconv.Itoa(day.Day()) + " " + months[day.Month()-1]
}

func monthOf(day time.Time) string { return months[day.Month()-1] + " " + strconv.Itoa(day.Year()) }

// table counts users by days, weeks, months or years: no more than 40 of them,
// unless there are more years.
func (c *chart) table(came []dayOfUsers) (rows []chartRow) {
	begins, name := c.periods()
	users, next := int64(0), 0
	for begin := begins(came[0].day, 0); !begin.After(c.last); {
		end := begins(begin, 1)
		row := chartRow{Period: name(begin)}
		for ; next < len(came) && came[next].day.Before(end); next++ {
			row.Came += came[next].users
		}
		users += row.Came
		row.Users = users
		rows = append(rows, row)
		begin = end
	}
	return rows
}

// periods returns when the period of a day begins, or the n-th after it, and how it
// is called.
func (c *chart) periods() (begins func(day time.Time, n int) time.Time, name func(time.Time) string) {
	const month, halfYear, threeYears = 31, 182, 3 * 365
	switch days := c.span(); {
	case days <= month:
		c.Period = "Day"
		return func(d time.Time, n int) time.Time { return d.AddDate(0, 0, n) }, dayOf
	case days <= halfYear:
		c.Period = "Week from"
		return func(d time.Time, n int) time.Time {
			sinceMonday := (int(d.Weekday()) + 6) % 7
			return d.AddDate(0, 0, 7*n-sinceMonday)
		}, dayOf
	case days <= threeYears:
		c.Period = "Month"
		return func(d time.Time, n int) time.Time {
			return time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		}, monthOf
	}
	c.Period = "Year"
	return func(d time.Time, n int) time.Time {
		return time.Date(d.Year()+n, time.January, 1, 0, 0, 0, 0, time.UTC)
	}, func(d time.Time) string { return strconv.Itoa(d.Year()) }
}

// mark marks imports: when each was, and how many users it made.
func (c *chart) mark(jobs []jobRow) {
	var told []string
	for i := len(jobs) - 1; i >= 0; i-- { // the oldest first
		j := jobs[i]
		if j.StartDate.IsZero() || j.ImportedUsers == nil || *j.ImportedUsers == 0 || j.StartDate.Before(c.first) {
			continue
		}
		day := j.StartDate.UTC().Truncate(hoursOfDay)
		where := c.at(min(daysBetween(c.first, day), c.span()))
		if len(c.Marks) == 0 || c.Marks[len(c.Marks)-1] != where {
			c.Marks = append(c.Marks, where)
		}
		text := strconv.Itoa(day.Day()) + " " + months[day.Month()-1] + " (" + number(*j.ImportedUsers)
		if j.CompletionDate.IsZero() {
			text += " so far"
		}
		told = append(told, text+")")
	}
	switch len(told) {
	case 0:
	case 1:
		c.Note += " Dashed: the import of " + told[0] + "."
	default:
		c.Note += " Dashed: the latest imports, of " + list(told) + "."
	}
}
