package usercsv

import "strings"

// Neutralise returns a value in a form that a spreadsheet takes for text. It puts an
// apostrophe before a value that would be a formula, and before one that already looks
// like such a result. Different values stay different, and [Restore] undoes it.
func Neutralise(value string) string {
	if formula(value) {
		return "'" + value
	}
	return value
}

// Restore undoes Neutralise. It returns any other text unchanged.
func Restore(value string) string {
	if strings.HasPrefix(value, "'") && formula(value) {
		return value[1:]
	}
	return value
}

// formula reports whether a value, after any leading apostrophes, begins like a formula,
// or like what spreadsheets skip before one.
func formula(value string) bool {
	rest := strings.TrimLeft(value, "'")
	return rest != "" && strings.IndexByte("=+-@\t\r", rest[0]) >= 0
}

// Values returns all values of a row as the decoder reads them. For a result file, the
// apostrophes are removed. It returns nil for a row that could not be split. The values
// include password hashes; see [Decoder.Shown].
func (d *Decoder) Values(record Record) []string {
	if record.Err != nil {
		return nil
	}
	return d.restored(record.Fields)
}

// Shown is [Decoder.Values] with password hashes hidden. If a row has a wrong number of
// values, the hash can be in another place. Then all possible places are hidden, and
// anything else that may belong to a hash.
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

// ShownText returns the text of a row that has not one value for each column. If the file
// has password hashes, everything that may belong to one is hidden ([HideHashes]).
// Invalid UTF-8 is replaced.
func (d *Decoder) ShownText(record Record) string {
	text := record.Text
	if d.hash != none {
		text, _ = HideHashes(text)
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
