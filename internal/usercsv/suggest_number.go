package usercsv

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"poolhouse/internal/userpool"
)

// numberCures reads a number with separators of thousands or a decimal comma, if there is
// only one way to read it: 1,234 has two.
func numberCures(value string) []Suggestion {
	text := narrow(unwrapped(value))
	sign := ""
	if text != "" && (text[0] == '-' || text[0] == '+') {
		sign, text = strings.TrimPrefix(text[:1], "+"), strings.TrimSpace(text[1:])
	}
	if n, ok := plainNumber(text); ok {
		return []Suggestion{{Value: sign + n, Reason: "with a point before decimals and without separators"}}
	}
	return nil
}

// plainNumber returns a number without sign in the form of programs.
func plainNumber(text string) (string, bool) {
	gap := func(r rune) bool { return unicode.IsSpace(r) || r == '\'' || r == '’' }
	commas, points := strings.Count(text, ","), strings.Count(text, ".")
	switch {
	case strings.ContainsFunc(text, gap):
		return grouped(strings.FieldsFunc(text, gap), gapMarks(commas, points))
	case commas > 0 && points > 0 && strings.LastIndex(text, ",") > strings.LastIndex(text, "."):
		return grouped(strings.Split(text, "."), gapMarks(commas, 0))
	case commas > 0 && points > 0:
		return grouped(strings.Split(text, ","), gapMarks(0, points))
	case commas > 1:
		return grouped(strings.Split(text, ","), "")
	case points > 1:
		return grouped(strings.Split(text, "."), "")
	case commas == 1:
		whole, fraction, _ := strings.Cut(text, ",")
		if len(fraction) == 3 && len(whole) < 4 && strings.Trim(whole, "0") != "" && whole[0] != '0' {
			return "", false // 1,234
		}
		return decimal(whole, fraction)
	}
	return decimal(text, "")
}

// gapMarks returns the decimal mark of a number with known groups. It is "" for none, and
// for a number that is invalid.
func gapMarks(commas, points int) string {
	switch {
	case commas == 1 && points == 0:
		return ","
	case points == 1 && commas == 0:
		return "."
	}
	return ""
}

// grouped joins groups of three digits, with what follows the mark in the last one.
func grouped(groups []string, mark string) (string, bool) {
	last, fraction := groups[len(groups)-1], ""
	if mark != "" {
		last, fraction, _ = strings.Cut(last, mark)
	}
	groups = append(groups[:len(groups)-1:len(groups)-1], last)
	for i, group := range groups {
		if size := len(group); size < 1 || size > 3 || i > 0 && size != 3 || i == 0 && group[0] == '0' {
			return "", false
		}
	}
	if len(groups) < 2 {
		return "", false
	}
	return decimal(strings.Join(groups, ""), fraction)
}

func decimal(whole, fraction string) (string, bool) {
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	if whole == "" || !digits(whole) || !digits(fraction) {
		return "", false
	}
	if fraction == "" {
		return whole, true
	}
	return whole + "." + fraction, true
}

// clocks are the forms of a date and time that mean one moment. Without a zone, it is
// UTC.
var clocks = []string{
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04Z07:00",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05 Z0700",
	"2006-01-02 15:04:05 UTC", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly,
	"2006/01/02 15:04:05", "2006/01/02 15:04", time.RFC1123, time.RFC1123Z,
}

func moment(value string) (at time.Time, ok bool) {
	value = unwrapped(value)
	for _, layout := range clocks {
		at, err := time.Parse(layout, value)
		if _, offset := at.Zone(); err == nil && (layout != time.RFC1123 || offset != 0 || strings.HasSuffix(value, "GMT") || strings.HasSuffix(value, "UTC")) {
			return at.UTC(), true
		}
	}
	return at, false
}

// secondsCures is for updated_at, which is in seconds. Other programs write it as a date
// or in milliseconds.
func (d *Decoder) secondsCures(column, value string) []Suggestion {
	if column != "updated_at" {
		return nil
	}
	if at, ok := moment(value); ok {
		seconds := strconv.FormatInt(at.Unix(), 10)
		if ms := at.Nanosecond() / int(time.Millisecond); ms > 0 {
			seconds += strings.TrimRight(fmt.Sprintf(".%03d", ms), "0")
		}
		return []Suggestion{{Value: seconds, Reason: "seconds since 1970 until " + at.Format("2006-01-02 15:04:05") + " UTC"}}
	}
	if _, ok := userpool.ParseDecimal(value); ok && len(value) == 13 && strings.Trim(value, "0123456789") == "" {
		return []Suggestion{{Value: strings.TrimRight(strings.TrimRight(value[:10]+"."+value[10:], "0"), "."), Reason: "seconds for milliseconds"}}
	}
	return nil
}

// timeCures writes a date and time in a form for attributes of type DateTime.
func timeCures(value string) []Suggestion {
	at, ok := moment(value)
	if !ok {
		return nil
	}
	return []Suggestion{{Value: at.Format("2006-01-02T15:04:05.999Z07:00"), Reason: "the moment in UTC"}}
}
