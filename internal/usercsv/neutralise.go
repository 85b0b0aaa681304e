package usercsv

import "strings"

// Neutralise returns a value as a spreadsheet takes it for text: one that would be a
// formula, or is written as a value that this would make, has an apostrophe before it.
// No two values become the same: [Restore] gives each back.
func Neutralise(value string) string {
	if formula(value) {
		return "'" + value
	}
	return value
}

// Restore returns the value of which Neutralise made another one. Of any other text it
// is that text.
func Restore(value string) string {
	if strings.HasPrefix(value, "'") && formula(value) {
		return value[1:]
	}
	return value
}

// formula reports whether a value, after any apostrophes at its beginning, begins as a
// formula or as what spreadsheets skip before one.
func formula(value string) bool {
	rest := strings.TrimLeft(value, "'")
	return rest != "" && strings.IndexByte("=+-@\t\r", rest[0]) >= 0
}

// Values returns a row's values as the decoder reads them, as many as the row has. A
// result file's have their apostrophes off. It returns nil for a row that could not be
// split. Password hashes are among them: see [Decoder.Shown].
func (d *Decoder) Values(record Record) []string {
	if record.Err != nil {
		return nil
	}
	return d.restored(record.Fields)
}

// Shown is [Decoder.Values] with password hashes hidden. In a row with another number
// of values than the header has columns, the hash can be in another place: all places
// are hidden where it can be, and what may be of a hash elsewhere.
func (d *Decoder) Shown(record Record) []string {
	values := d.Values(record)
	if d.hash == none || values == nil {
		return values
	}
	out := append([]string(nil), values...)
	more := len(out) - d.columns
	for i, value := range out {
		switch {
		case value != "" && i >= d.hash+min(more, 0) && i <= d.hash+max(more, 0):
			out[i] = Hidden
		case more != 0:
			out[i], _ = HideHashes(value)
		}
	}
	return out
}

// ShownText returns the text of a row that has not one value for each column. Of a file
// with password hashes, all is hidden that may be a part of one ([HideHashes]), and what
// is not UTF-8 is replaced.
func (d *Decoder) ShownText(record Record) string {
	text := record.Text
	if d.hash != none {
		text, _ = HideHashes(text)
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
