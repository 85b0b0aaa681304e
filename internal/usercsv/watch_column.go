package usercsv

import (
	"fmt"
)

// dates counts the forms of birthdates.
type dates struct {
	filled int64
	days   int64 // mm/dd/yyyy or dd/mm/yyyy with a first number above 12, which must be a day
	months int64 // with a second number above 12: the first is the month, as required

	// The following fields only matter for a file that need not be in Cognito's form.
	slashes, hyphens, dots, named, firstSlashes, digits, timed int64 // in these forms
	otherDays, otherMonths                                     int64 // with hyphens or a time, counted like days and months
	dotMonths, dotDays                                         int64 // with dots: the first number must be a month, or must be a day
	open                                                       int64 // with slashes, and two possible dates
	odd                                                        int64 // convertible, without dots, and not in Cognito's form
}

// least is how many values of a kind are not a slip.
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

// plainDate reads dd/dd/dddd, the form of most birthdates.
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

// order counts a date with slashes or hyphens by which number must be the day.
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
		d.open = before // they are read only if their order is known
	default:
		d.slashes++
		d.order(w.first, w.second, days, months)
	}
}

// verdict refuses dates of the form dd/mm/yyyy in a file that is read as Cognito reads
// it. Dates with a day up to the twelfth would be imported with day and month swapped.
func (d *dates) verdict() *FileError {
	if d.days < least || 100*d.days <= d.filled || d.months > 0 {
		return nil
	}
	return &FileError{Code: CodeFileBirthdates,
		Reason: "The column birthdate has dd/mm/yyyy: days and months would be swapped. Write mm/dd/yyyy or yyyy-mm-dd.",
		Detail: fmt.Sprintf("The column birthdate has dd/mm/yyyy: of %d dates, %d begin with a number above 12 and none has one in second place. "+
			"Days and months would be swapped. Write mm/dd/yyyy or yyyy-mm-dd.", d.filled, d.days)}
}

// form concludes how the birthdates are written, "" if they need no conversion. undecided
// says that some of them are two possible dates and nothing decides. asked is the form
// that the job's creator chose, "" for none.
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

// readsDots reports whether dates with dots are read; they have the day first. They are
// not read if more of them show the month first. They are also not read if they show
// nothing and other dates of the column do.
func (d *dates) readsDots(months int64) bool {
	return d.dots > 0 && d.dotMonths <= d.dotDays && (months == 0 || d.dotDays > 0)
}

// unknownColumn finds out whether a column that is unknown or has no name is empty, or
// has the numbers of the rows.
type unknownColumn struct {
	filled bool
	start  int64 // the number of the first row
	last   int64 // the number of the row before
	others bool  // some value is not its row's number
}

// add examines the value of a row; rows precede it. goOn is false when further values
// cannot change the result. An unquoted value with line breaks makes several rows out of
// one of the program's rows. Then the row numbers here are ahead of the program's.
func (c *unknownColumn) add(value []byte, rows int64) (goOn bool) {
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

// why returns why the column is not imported after so many rows, "" if there is no
// reason. A single number under a name is more likely a value.
func (c *unknownColumn) why(rows int64, named bool) Why {
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

// rowNumber parses a number without leading zeros.
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

// texts counts the rows that show the file's encoding.
type texts struct {
	utf8  bool  // some row is valid UTF-8 beyond ASCII
	eight int64 // rows that are not UTF-8 but could be in an 8-bit encoding
}

func (t *texts) add(r *Reader, s span) {
	switch {
	case s.problem != nil && s.problem.Code == CodeEncoding:
		t.addText(s.problem, string(r.in.rest()[:s.size]))
	case s.problem == nil && s.wide:
		t.utf8 = true
	}
}

// addText examines a row that cannot be split.
func (t *texts) addText(problem *RowError, row string) {
	if problem.Code == CodeEncoding && eightBit(row) {
		t.eight++
	}
}

// eightBit reports whether a row has a letter of an 8-bit encoding: a byte above 127
// beside another letter. The bytes 254 and 255 alone do not count, because no text has
// only these.
func eightBit(row string) bool {
	high := func(b byte) bool { return b >= 0x80 && b < 0xfe }
	for i := range len(row) {
		if high(row[i]) && (i > 0 && (isLetter(row[i-1]) || high(row[i-1])) || i+1 < len(row) && (isLetter(row[i+1]) || high(row[i+1]))) {
			return true
		}
	}
	return false
}

// verdict refuses a file in an 8-bit encoding. Such a file has no valid UTF-8 beyond
// ASCII, and more than one row in a hundred would fail. In other files such rows fail one
// by one.
func (t *texts) verdict(rows int64) *FileError {
	if t.utf8 || 100*t.eight <= rows {
		return nil
	}
	return otherEncoding()
}
