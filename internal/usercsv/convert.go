package usercsv

import (
	"slices"
	"strings"
)

// conversion converts the values of one column.
type conversion struct {
	index      int
	birthdates Birthdates // for the column birthdate
	booleans   *Booleans  // for any other column
}

// conversions returns the conversions of a format in a file with these columns.
func (f *Format) conversions(header []string) (out []conversion) {
	if f == nil {
		return nil
	}
	for i, name := range header {
		if b, ok := f.Booleans[name]; ok {
			out = append(out, conversion{index: i, booleans: &b})
		} else if name == "birthdate" && f.Birthdates != "" {
			out = append(out, conversion{index: i, birthdates: f.Birthdates})
		}
	}
	return out
}

// convert returns a value in Poolhouse's own form: a date as yyyy-mm-dd, or true or
// false. A value that cannot be converted stays unchanged, and its row fails.
func (c *conversion) convert(value string) string {
	if c.booleans != nil {
		return c.booleans.convert(value)
	}
	return c.birthdates.convert(value)
}

// convert returns a date as yyyy-mm-dd. The form decides between day and month. If the
// form does not mention hyphens or dots, dates with these need the year first.
func (b Birthdates) convert(value string) string {
	d, ok := readDate(value)
	if !ok || d.separator == '-' && d.order == unclear && !b.dayFirst() || d.order == dayFirst1 && b != DayFirstDots && !b.dayFirst() {
		return value
	}
	if date, ok := d.date(b.dayFirst()); ok {
		return date
	}
	return value
}

// dayFirst reports whether the form has the day before the month.
func (b Birthdates) dayFirst() bool { return b == DayFirst || b == DayFirstHyphens }

// restored returns a row's values as they are meant. It undoes the neutralisation of
// result files, and converts columns.
func (d *Decoder) restored(fields []string) []string {
	out := fields
	if d.result {
		out = make([]string, len(fields))
		for i, value := range fields {
			out[i] = strings.TrimSpace(Restore(value))
		}
	}
	return converted(out, d.columns, d.conversions)
}

// converted returns a row's values after conversion, if the row has as many values as the
// file has columns. It does not change fields.
func converted(fields []string, columns int, conversions []conversion) []string {
	if len(conversions) == 0 || len(fields) != columns {
		return fields
	}
	out := fields
	for i := range conversions {
		c := &conversions[i]
		value := c.convert(fields[c.index])
		if value == fields[c.index] {
			continue
		}
		if &out[0] == &fields[0] {
			out = slices.Clone(fields)
		}
		out[c.index] = value
	}
	return out
}
