package usercsv

import (
	"slices"
	"strings"
)

// conversion is what the values of one column are converted by.
type conversion struct {
	index      int
	birthdates Birthdates // of the column birthdate
	booleans   *Booleans  // of any other one
}

// conversions are those of a format in a file with these columns.
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

// convert returns a value in the form of Poolhouse's own: a date as yyyy-mm-dd, true or
// false. One that cannot be converted stays as it is, and fails.
func (c *conversion) convert(value string) string {
	if c.booleans != nil {
		return c.booleans.convert(value)
	}
	return c.birthdates.convert(value)
}

// convert returns a date as yyyy-mm-dd. What can be day or month is read by the form. Where
// it says nothing of hyphens or dots, they are read with the year first alone.
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

// dayFirst reports whether the form has the day first where another one has the month.
func (b Birthdates) dayFirst() bool { return b == DayFirst || b == DayFirstHyphens }

// restored returns a row's values as they are meant. Those of a result file are
// neutralised, and those of some columns are converted.
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

// converted returns a row's values with those converted that can be, if the row has as
// many as the file has columns. It does not change fields.
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
