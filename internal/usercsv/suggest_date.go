package usercsv

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// date is one reading of a text as a date.
type date struct {
	reading          string
	year, month, day int
	century          string // 1900 or 2000 for a year of two digits, otherwise ""
}

// dateCures writes the readings of a date in a layout. If there are several, each has a
// description. It does not guess a missing century: there is a reading for both.
func dateCures(value, layout string) (out []Suggestion) {
	for _, d := range datesIn(value) {
		at := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
		if at.Year() != d.year || int(at.Month()) != d.month || at.Day() != d.day || d.year < 1000 {
			continue // no such day
		}
		reading := d.reading
		if d.century != "" {
			reading += "_" + d.century
		}
		out = append(out, Suggestion{Value: at.Format(layout), Reason: at.Format("2 January 2006"), Reading: reading})
	}
	return out
}

// birthdateCures writes them in the form in which the file's birthdates are read. In a
// file with the day first, a number that can be day or month is the day.
func (d *Decoder) birthdateCures(value string) []Suggestion {
	if d.format == nil || d.format.Birthdates == "" {
		return dateCures(value, "01/02/2006")
	}
	out := dateCures(value, time.DateOnly)
	is := func(reading string) func(Suggestion) bool {
		return func(s Suggestion) bool { return strings.HasPrefix(s.Reading, reading) }
	}
	if d.format.Birthdates.dayFirst() && slices.ContainsFunc(out, is(ReadingDayFirst)) {
		out = slices.DeleteFunc(out, is(ReadingMonthFirst))
	}
	return out
}

// datesIn returns the possible readings of a text as a date. Some may not exist in the
// calendar.
func datesIn(value string) []date {
	text := withoutMidnight(strings.ToLower(narrow(unwrapped(value))))
	if len(text) == 8 && strings.Trim(text, "0123456789") == "" {
		return compactDates(text)
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("./,_'-‐‑–", r) })
	if len(parts) != 3 {
		return nil
	}
	var n [3]int
	named := -1
	for i, part := range parts {
		for _, suffix := range []string{"st", "nd", "rd", "th"} {
			if rest, found := strings.CutSuffix(part, suffix); found && rest != "" && strings.Trim(rest, "0123456789") == "" {
				part = rest
			}
		}
		number, err := strconv.Atoi(part)
		switch month := months[part]; {
		case err == nil && len(part) <= 4 && len(part) != 3 && number >= 0:
			n[i] = number
		case month > 0 && named < 0:
			n[i], named = month, i
		default:
			return nil
		}
		parts[i] = part
	}
	return orders(parts, n, named)
}

// orders returns the readings of three parts; the part with the number named is the name
// of a month.
func orders(parts []string, n [3]int, named int) (out []date) {
	add := func(reading string, y, m, d int) {
		if len(parts[y]) == 4 {
			out = append(out, date{reading: reading, year: n[y], month: n[m], day: n[d]})
		}
		if len(parts[y]) != 2 {
			return
		}
		for _, century := range []int{1900, 2000} {
			out = append(out, date{reading: reading, year: century + n[y], month: n[m], day: n[d], century: strconv.Itoa(century)})
		}
	}
	first := len(parts[0]) == 4 || len(parts[2]) < 4 && n[0] > 31 // it is the year
	switch {
	case named < 0 && (len(parts[1]) > 2 || len(parts[0]) == 4 && len(parts[2]) == 4), named == 2:
		return nil
	case named == 1 && first:
		add(ReadingYearFirst, 0, 1, 2)
	case named == 1:
		add(ReadingDayFirst, 2, 1, 0)
	case named == 0:
		add(ReadingMonthFirst, 2, 0, 1)
	case first && n[1] <= 12:
		add(ReadingYearFirst, 0, 1, 2)
	case first:
		add(ReadingYearFirst, 0, 2, 1)
	default:
		add(ReadingDayFirst, 2, 1, 0)
		if n[0] != n[1] {
			add(ReadingMonthFirst, 2, 0, 1)
		}
	}
	return out
}

// compactDates reads eight digits. Years before 1800 or after 2199 are not accepted.
func compactDates(text string) (out []date) {
	n := func(from, to int) int { v, _ := strconv.Atoi(text[from:to]); return v }
	add := func(d date) {
		if d.year >= 1800 && d.year < 2200 {
			out = append(out, d)
		}
	}
	add(date{reading: ReadingYearFirst, year: n(0, 4), month: n(4, 6), day: n(6, 8)})
	add(date{reading: ReadingDayFirst, year: n(4, 8), month: n(2, 4), day: n(0, 2)})
	if n(0, 2) != n(2, 4) {
		add(date{reading: ReadingMonthFirst, year: n(4, 8), month: n(0, 2), day: n(2, 4)})
	}
	return out
}

// withoutMidnight removes the time that programs add to a date without one. Any other
// time is a part of the value: with the zone, it can mean another day.
func withoutMidnight(text string) string {
	i := strings.IndexAny(text, "t ")
	for ; i > 0; i = nextTimeMark(text, i) {
		date, clock := strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+1:])
		clock, _, _ = strings.Cut(clock, ".000")
		switch strings.TrimSuffix(clock, "z") {
		case "0:00", "00:00", "0:00:00", "00:00:00", "12:00:00 am", "12:00 am":
			return date
		}
	}
	return text
}

// nextTimeMark returns the place of the next t or space after i, 0 for none.
func nextTimeMark(text string, i int) int {
	if j := strings.IndexAny(text[i+1:], "t "); j >= 0 {
		return i + 1 + j
	}
	return 0
}

// months are the names of months in the languages of spreadsheets, in lower case.
var months = monthNames(
	"january jan januar janvier janv enero ene gennaio gen januari jänner",
	"february feb februar février févr fév fevrier febrero febbraio februari",
	"march mar märz mär maerz mrz mars marzo maart",
	"april apr avril avr abril abr aprile",
	"may mai mayo maggio mag mei",
	"june jun juni juin junio giugno giu",
	"july jul juli juillet juil julio luglio lug",
	"august aug août aout agosto ago augustus",
	"september sep sept septembre septiembre settembre set",
	"october oct oktober okt octobre octubre ottobre ott",
	"november nov novembre noviembre",
	"december dec dezember dez décembre déc decembre diciembre dic dicembre",
)

func monthNames(names ...string) map[string]int {
	m := map[string]int{}
	for i, all := range names {
		for name := range strings.FieldsSeq(all) {
			m[name] = i + 1
		}
	}
	return m
}
