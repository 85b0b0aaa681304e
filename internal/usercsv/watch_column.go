package usercsv

import (
	"fmt"
)

// dates counts what the birthdates look like.
type dates struct {
	filled int64
	days   int64 // mm/dd/yyyy or dd/mm/yyyy whose first number is above 12, so that it is a day
	months int64 // whose second number is above 12: the first is a month, as it has to be

	// More, of which only a file is judged that need not be in Cognito's form.
	slashes, hyphens, dots, named, firstSlashes, digits, timed int64 // in these forms
	otherDays, otherMonths                                     int64 // with hyphens or a time, as days and months
	dotMonths, dotDays                                         int64 // with dots: that the first is a month, that it is a day
	open                                                       int64 // with slashes that are two different dates
	odd                                                        int64 // that can be converted, have no dots, and are not in Cognito's form
}

// least is how many values of a kind show that it is no slip.
const least = 3

func (d *dates) add(value []byte) {
	if len(value) == 0 {
		return
	}
	d.filled++
	if first, second, ok := plainDate(value); ok {
		d.slashes++
		d.order(first, second, &d.days, &d.months)
		return
	}
	written, ok := readDate(string(value))
	if !ok {
		return
	}
	d.count(written)
	_, ok = written.date(false)
	if ok && !written.isCognito() && written.order != dayFirst1 && (written.separator != '-' || written.order != unclear) {
		d.odd++
	}
}

// plainDate reads dd/dd/dddd, which most birthdates are.
func plainDate(value []byte) (first, second int, ok bool) {
	if len(value) != len("01/02/2006") || value[2] != '/' || value[5] != '/' {
		return 0, 0, false
	}
	for i, b := range value {
		if i != 2 && i != 5 && (b < '0' || b > '9') {
			return 0, 0, false
		}
	}
	return int(value[0]-'0')*10 + int(value[1]-'0'), int(value[3]-'0')*10 + int(value[4]-'0'), true
}

// order counts a date with slashes or hyphens by which of its numbers is a day.
func (d *dates) order(first, second int, days, months *int64) {
	if first > 12 {
		*days++
	}
	if second > 12 {
		*months++
	}
	if first <= 12 && second <= 12 && first != second {
		d.open++
	}
}

// count notes the form of a date.
func (d *dates) count(w writtenDate) {
	days, months := &d.days, &d.months
	if w.timed {
		d.timed++
		days, months = &d.otherDays, &d.otherMonths
	}
	switch {
	case w.order == monthNamed:
		d.named++
	case w.order == yearFirst1 && w.separator == 0:
		d.digits++
	case w.order == yearFirst1 && w.separator != '-':
		d.firstSlashes++
	case w.order == yearFirst1:
	case w.separator == '.':
		d.dots++
		if w.second > 12 {
			d.dotMonths++
		}
		if w.first > 12 {
			d.dotDays++
		}
	case w.separator == '-':
		d.hyphens++
		before := d.open
		d.order(w.first, w.second, &d.otherDays, &d.otherMonths)
		d.open = before // they are read if their order is known, or not at all
	default:
		d.slashes++
		d.order(w.first, w.second, days, months)
	}
}

// verdict refuses dates of the form dd/mm/yyyy in a file that is read as Cognito reads
// it. Those with a day up to the twelfth would be imported with day and month swapped.
func (d *dates) verdict() *FileError {
	if d.days < least || 100*d.days <= d.filled || d.months > 0 {
		return nil
	}
	return &FileError{Code: CodeFileBirthdates,
		Reason: "The column birthdate has dd/mm/yyyy: days and months would be swapped. Write mm/dd/yyyy or yyyy-mm-dd.",
		Detail: fmt.Sprintf("The column birthdate has dd/mm/yyyy: of %d dates, %d begin with a number above 12 and none has one in second place. "+
			"Days and months would be swapped. Write mm/dd/yyyy or yyyy-mm-dd.", d.filled, d.days)}
}

// form concludes how the birthdates are written, "" where they need no conversion.
// undecided says that nothing shows which of two dates some of them are. asked is what the
// job's creator said of it, "" for nothing.
func (d *dates) form(asked Birthdates) (form Birthdates, undecided bool) {
	days, months := d.days+d.otherDays, d.months+d.otherMonths
	if asked == DayFirst || asked == "" && days >= least && 100*days > d.filled && months == 0 {
		if d.hyphens > d.slashes {
			return DayFirstHyphens, false
		}
		return DayFirst, false
	}
	undecided = asked == "" && months == 0 && d.open > 0
	if d.readsDots(months) {
		return DayFirstDots, undecided
	}
	if d.odd == 0 {
		return "", undecided
	}
	form, most := MonthFirst, d.slashes
	for _, other := range []struct {
		form Birthdates
		many int64
	}{{YearFirstTime, d.timed}, {YearFirstSlashes, d.firstSlashes}, {YearFirstDigits, d.digits}, {MonthNamed, d.named}} {
		if other.many > most {
			form, most = other.form, other.many
		}
	}
	return form, undecided
}

// readsDots reports whether dates with dots are read, which have the day first: not if more
// of them show the month, and not if they show nothing in a column of which others do.
func (d *dates) readsDots(months int64) bool {
	return d.dots > 0 && d.dotMonths <= d.dotDays && (months == 0 || d.dotDays > 0)
}

// strangeColumn finds out whether a column that the pool does not know, or that has no
// name, has no values, or the numbers of the rows.
type strangeColumn struct {
	filled bool
	start  int64 // the number of the first row
	last   int64 // the number of the row before
	others bool  // there is a value that is not its row's number
}

// add takes a value of the row before which there are so many. It reports whether there
// is anything to be found out still. Where values have line breaks that nothing quotes, a
// program's row is several of ours, whose numbers are then ahead of its own.
func (c *strangeColumn) add(value []byte, rows int64) (goOn bool) {
	if len(value) == 0 {
		c.others = true
		return !c.filled
	}
	n, ok := rowNumber(value)
	if !c.filled {
		c.filled, c.start, c.last = true, n-rows, n-1
	}
	c.others = c.others || !ok || n <= c.last || n-rows > c.start || c.start != 0 && c.start != 1
	c.last = n
	return !c.others
}

// why says why the column is not imported after so many rows, "" where it is not known. A
// single number under a name is rather a value.
func (c *strangeColumn) why(rows int64, named bool) Why {
	switch {
	case rows == 0:
		return ""
	case !c.filled:
		return WhyEmpty
	case !c.others && (rows > 1 || !named):
		return WhyRowNumbers
	}
	return ""
}

// rowNumber reads a number without leading zeros.
func rowNumber(value []byte) (n int64, ok bool) {
	if len(value) > 9 || len(value) > 1 && value[0] == '0' {
		return 0, false
	}
	for _, b := range value {
		if b < '0' || b > '9' {
			return 0, false
		}
		n = 10*n + int64(b-'0')
	}
	return n, true
}

// texts counts the rows that tell the file's encoding.
type texts struct {
	utf8  bool  // there is a row of UTF-8 that is not ASCII
	eight int64 // rows that are no UTF-8, but could be text of an 8-bit encoding
}

func (t *texts) add(r *Reader, s span) {
	switch {
	case s.problem != nil && s.problem.Code == CodeEncoding:
		t.addText(s.problem, string(r.in.rest()[:s.size]))
	case s.problem == nil && s.wide:
		t.utf8 = true
	}
}

// addText takes a row that cannot be split.
func (t *texts) addText(problem *RowError, row string) {
	if problem.Code == CodeEncoding && eightBit(row) {
		t.eight++
	}
}

// eightBit reports whether a row has a letter of an 8-bit encoding: a byte
// above 127 beside another letter. No text has the bytes 254 and 255 alone.
func eightBit(row string) bool {
	high := func(b byte) bool { return b >= 0x80 && b < 0xfe }
	for i := range len(row) {
		if high(row[i]) && (i > 0 && (isLetter(row[i-1]) || high(row[i-1])) || i+1 < len(row) && (isLetter(row[i+1]) || high(row[i+1]))) {
			return true
		}
	}
	return false
}

// verdict refuses a file in an 8-bit encoding: one that has no proper UTF-8
// beyond ASCII, and in which more than one row in a hundred would fail. In
// other files such rows fail alone.
func (t *texts) verdict(rows int64) *FileError {
	if t.utf8 || 100*t.eight <= rows {
		return nil
	}
	return otherEncoding()
}
