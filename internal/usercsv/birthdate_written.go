package usercsv

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// order is where the day stands in a birthdate.
type order int

const (
	unclear    order = iota // day or month first: other values of the column decide
	yearFirst1              // year, month, day
	dayFirst1               // day, month, year, because there are dots
	monthNamed              // the month is a word
)

// writtenDate is a birthdate as a program wrote it: three numbers, with a year of four
// digits.
type writtenDate struct {
	order         order
	separator     byte // between the numbers, 0 for none
	first, second int  // month and day if the year is first
	year          int
	padded        bool // month and day have two digits each
	timed         bool // there is a time of midnight
}

// readDate parses a date in any order. ok is false if the value is not a date.
func readDate(value string) (d writtenDate, ok bool) {
	if len(value) < len("1/1/1970") || len(value) > longestDate {
		return d, false
	}
	value = commonForm(value)
	if date, timed := cutMidnight(value); timed {
		value, d.timed = date, true
	}
	if d, ok := d.digits(value); ok {
		return d, true
	}
	first, rest, sep, ok := leadingNumber(value)
	if !ok {
		return d.named(value)
	}
	second, rest, again, ok := leadingNumber(rest)
	if !ok || again != sep {
		return d.named(value)
	}
	if sep == '.' {
		rest = strings.TrimSuffix(rest, ".") // Hungarian and Croatian dates end with a dot
	}
	third, ok := lastNumber(rest)
	if !ok {
		return d, false
	}
	d.separator = sep
	switch {
	case first.digits == 4 && second.digits <= 2 && third.digits <= 2:
		d.order, d.year, d.first, d.second = yearFirst1, first.value, second.value, third.value
		d.padded = second.digits == 2 && third.digits == 2
	case third.digits == 4 && first.digits <= 2 && second.digits <= 2:
		d.year, d.first, d.second = third.value, first.value, second.value
		d.padded = first.digits == 2 && second.digits == 2
		if sep == '.' {
			d.order = dayFirst1
		}
	default:
		return d, false
	}
	return d, true
}

// longestDate bounds a date with its time, in bytes.
const longestDate = 96

// digitRun is a number and how many digits it is written with.
type digitRun struct{ value, digits int }

// leadingNumber reads a number and the separator after it: one character, or a dot and a
// space.
func leadingNumber(text string) (n digitRun, rest string, separator byte, ok bool) {
	for n.digits < len(text) && n.digits < 5 && text[n.digits] >= '0' && text[n.digits] <= '9' {
		n.value = 10*n.value + int(text[n.digits]-'0')
		n.digits++
	}
	if n.digits == 0 || n.digits == len(text) {
		return n, "", 0, false
	}
	separator = text[n.digits]
	rest = text[n.digits+1:]
	if separator == '.' {
		rest = strings.TrimPrefix(rest, " ")
	}
	return n, rest, separator, strings.IndexByte("/-.", separator) >= 0
}

// lastNumber reads a number at the end of the text.
func lastNumber(text string) (n digitRun, ok bool) {
	for _, b := range []byte(text) {
		if b < '0' || b > '9' || n.digits == 5 {
			return n, false
		}
		n.value = 10*n.value + int(b-'0')
		n.digits++
	}
	return n, n.digits > 0
}

// digits reads eight digits as year, month and day. In another order, eight digits are no
// date of the last centuries.
func (d writtenDate) digits(value string) (writtenDate, bool) {
	if len(value) != len("19700101") {
		return d, false
	}
	n := 0
	for _, b := range []byte(value) {
		if b < '0' || b > '9' {
			return d, false
		}
		n = 10*n + int(b-'0')
	}
	d.order, d.year, d.first, d.second, d.padded = yearFirst1, n/10000, n/100%100, n%100, true
	return d, d.year >= 1800 && d.year < 2200
}

// named reads a date whose month is a word, such as 12-May-1971 and 12MAY1971.
func (d writtenDate) named(value string) (writtenDate, bool) {
	if !strings.ContainsFunc(value, func(r rune) bool { return r >= utf8.RuneSelf || r|0x20 >= 'a' && r|0x20 <= 'z' }) {
		return d, false
	}
	found := datesIn(spaceAround(value))
	if len(found) != 1 || found[0].century != "" || found[0].year < 1000 {
		return d, false
	}
	d.order, d.year, d.first, d.second = monthNamed, found[0].year, found[0].month, found[0].day
	return d, true
}

// spaceAround puts spaces around the word in a text such as 12MAY1971.
func spaceAround(text string) string {
	if strings.ContainsAny(text, " -./,") {
		return text
	}
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	begin := strings.IndexFunc(text, func(r rune) bool { return !isDigit(r) })
	end := strings.LastIndexFunc(text, func(r rune) bool { return !isDigit(r) })
	if begin <= 0 || end < begin || end+1 >= len(text) {
		return text
	}
	_, size := utf8.DecodeRuneInString(text[end:])
	return text[:begin] + " " + text[begin:end+size] + " " + text[end+size:]
}

// cutMidnight removes a time of midnight, with or without a zone. Programs add it when
// they store a date as a point in time. Any other time stays.
func cutMidnight(value string) (date string, timed bool) {
	for i := 1; i < len(value); i++ {
		if b := value[i]; (b == 'T' || b == ' ' || b == ':') && isMidnight(value[i+1:]) {
			return strings.TrimRight(value[:i], ", "), true
		}
	}
	return value, false
}

// isMidnight reports whether a text is a time of midnight.
func isMidnight(clock string) bool {
	if len(clock) < len("0:00") {
		return false
	}
	if hours, half := cutHalf(clock); half {
		if !strings.HasPrefix(hours, "12:00") {
			return false
		}
		clock = "00" + hours[len("12"):]
	}
	for _, begin := range []string{"00:00:00", "0:00:00", "00:00", "0:00"} {
		if rest, found := strings.CutPrefix(clock, begin); found {
			return midnightEnds(rest)
		}
	}
	return false
}

// cutHalf removes the AM of a 12-hour time.
func cutHalf(clock string) (string, bool) {
	for _, end := range []string{" AM", "AM", " am", "am", " a.m.", " A.M."} {
		if rest, found := strings.CutSuffix(clock, end); found {
			return rest, true
		}
	}
	return clock, false
}

// midnightEnds reports whether the rest of a time has only zero fractions and a zone.
func midnightEnds(rest string) bool {
	if fraction, found := strings.CutPrefix(rest, "."); found {
		rest = strings.TrimLeft(fraction, "0")
	}
	rest, _, _ = strings.Cut(rest, " (") // the zone in words
	rest = strings.TrimSpace(rest)
	for _, zone := range []string{"Z", "UTC", "GMT"} {
		rest = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(rest, zone), zone))
	}
	if rest == "" {
		return true
	}
	return len(rest) >= len("+00") && len(rest) <= len("+00:00") && (rest[0] == '+' || rest[0] == '-') && strings.Trim(rest[1:], "0123456789:") == ""
}

// commonForm replaces special forms of some languages by the common ones: other kinds of
// spaces, and the words for year, month and day in East Asian dates. It also removes the
// day of the week.
func commonForm(value string) string {
	for i := range len(value) {
		if value[i] >= utf8.RuneSelf {
			value = wideDates.Replace(value)
			break
		}
	}
	if len(value) > 4 && (value[3] == ' ' || value[3] == ',') && slices.Contains(weekdays, strings.ToLower(value[:3])) {
		value = strings.TrimLeft(value[4:], " ")
	}
	return value
}

var (
	weekdays  = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	wideDates = strings.NewReplacer("\u202f", " ", "\u00a0", " ", "年", "-", "月", "-", "日", "", "년 ", "-", "월 ", "-", "년", "-", "월", "-", "일", "")
)

// date returns the date as yyyy-mm-dd, and false if the calendar has no such day.
// dayFirst decides dates with an unclear order.
func (d writtenDate) date(dayFirst bool) (string, bool) {
	month, day := d.first, d.second
	if d.order == dayFirst1 || d.order == unclear && dayFirst {
		month, day = day, month
	}
	at := time.Date(d.year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if at.Year() != d.year || int(at.Month()) != month || at.Day() != day {
		return "", false
	}
	return at.Format(time.DateOnly), true
}

// isCognito reports whether the date is written as mm/dd/yyyy or yyyy-mm-dd.
func (d writtenDate) isCognito() bool {
	return d.padded && !d.timed && (d.separator == '/' && d.order == unclear || d.separator == '-' && d.order == yearFirst1)
}
