package console

import (
	"strconv"
	"strings"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// Size of the chart's box, which is stretched to its place, and the most points of its
// line.
const (
	chartWidth, chartHeight = 100, 120
	chartPoints             = 200
)

const hoursOfDay = 24 * time.Hour

// chart is the number of users over time, for the template chart, with the figures as a
// table. Days are in UTC, as in the pool's counters.
type chart struct {
	Y, X       []string // axis labels, from the top and from the left
	Grid       []string // positions of the grid lines, from the top
	Area, Line string   // points of the drawing
	Marks      []string // positions of imports, from the left
	Text       string   // the drawing in a sentence
	Note       string   // text below the drawing
	Period     string   // the unit of the table's rows
	Rows       []chartRow

	first, last time.Time // days
	total       int64
}

// chartRow is a row of the chart's table: the users added in a period, and the total at its
// end.
type chartRow struct {
	Period      string
	Came, Users int64
}

// newChart returns the chart of users by the day of their creation, up to today. It returns
// nil if there are no users. The line begins at 0 on the day before the first.
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
	if end := came[len(came)-1].day; end.After(c.last) { // another server's clock may be ahead
		c.last = end
	}
	top := c.scale()
	c.draw(came, top)
	c.dates()
	c.Rows = c.table(came)
	c.Text = "From no users on " + dayOf(c.first) + " to " + number(c.total) + " on " + dayOf(c.last) + "."
	c.Note = "Present users, by the day on which they were created (UTC)."
	return c, nil
}

// dayOfUsers is a day and the number of users created on it.
type dayOfUsers struct {
	day   time.Time
	users int64
}

// scale labels the vertical axis in three steps and returns its upper end.
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

// short formats an axis label: 120k, 1.2M.
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

// span returns the number of days from the chart's first.
func (c *chart) span() int { return daysBetween(c.first, c.last) }

func daysBetween(from, to time.Time) int { return int(to.Sub(from) / hoursOfDay) }

// at returns the horizontal position of a day.
func (c *chart) at(days int) string {
	return coordinate(float64(days) * chartWidth / float64(c.span()))
}

func coordinate(v float64) string {
	const hundredth = 100
	return strconv.FormatFloat(float64(int64(v*hundredth+0.5))/hundredth, 'f', -1, 64)
}

// draw draws the line. Each point is the last day of a period; the periods are long enough
// to keep the number of points in bounds.
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

// dates labels the horizontal axis at even distances. If there is room, the number of
// labels is odd, so that a narrow page can leave out every second one.
func (c *chart) dates() {
	labels := min(7, c.span()+1)
	if labels > 2 && labels%2 == 0 {
		labels--
	}
	for i := range labels {
		c.X = append(c.X, c.label(c.first.AddDate(0, 0, (i*c.span()+(labels-1)/2)/(labels-1))))
	}
}

// label formats a day as exactly as the chart shows it.
func (c *chart) label(day time.Time) string {
	const longest = 300 // in days; a longer chart would repeat day and month
	if c.span() > longest {
		return monthOf(day)
	}
	return strconv.Itoa(day.Day()) + " " + months[day.Month()-1]
}

func monthOf(day time.Time) string { return months[day.Month()-1] + " " + strconv.Itoa(day.Year()) }

// table counts users by day, week, month or year. It has at most 40 rows, or one for each
// year.
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

// periods returns two functions: the start of the n-th period after a day's, and a period's
// name.
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

// mark marks the imports: their days, and the users that each created.
func (c *chart) mark(jobs []jobRow) {
	var imports []string
	for i := len(jobs) - 1; i >= 0; i-- { // oldest first
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
		imports = append(imports, text+")")
	}
	switch len(imports) {
	case 0:
	case 1:
		c.Note += " Dashed: the import of " + imports[0] + "."
	default:
		c.Note += " Dashed: the latest imports, of " + list(imports) + "."
	}
}
