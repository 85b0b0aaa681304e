package console

import (
	"slices"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// readTyped is the choice of how a file is read. The server detects every part that is "".
type readTyped struct {
	Separator, Quote, Escape, Encoding, Birthdates string // values of the API
	// The upload for which the choice was made. It does not apply to other files.
	Of     string
	Strict bool // accept only what Amazon Cognito accepts
}

// part is a part of the format that can be chosen: its field, its command-line key, its
// label, and its API values with their labels.
type part struct {
	Name, Flag, Label string
	words             []option
	of                func(*readTyped) *string
}

// readParts returns all parts, in the order of a button's value.
func readParts() []part {
	return []part{
		{"sep", "separator", "Separator", []option{
			{Value: string(poolhouseapi.ImportSeparatorTypeComma), Text: "Comma"}, {Value: string(poolhouseapi.ImportSeparatorTypeSemicolon), Text: "Semicolon"},
			{Value: string(poolhouseapi.ImportSeparatorTypeTab), Text: "Tab"}, {Value: string(poolhouseapi.ImportSeparatorTypePipe), Text: "Vertical bar"},
		}, func(t *readTyped) *string { return &t.Separator }},
		{"quote", "quote", "Values are quoted by", []option{
			{Value: string(poolhouseapi.ImportQuoteTypeQuotationMark), Text: `Quotation marks (")`}, {Value: string(poolhouseapi.ImportQuoteTypeApostrophe), Text: "Apostrophes (')"},
			{Value: string(poolhouseapi.ImportQuoteTypeNone), Text: "Nothing"},
		}, func(t *readTyped) *string { return &t.Quote }},
		{"escape", "escape", "Marks inside values", []option{
			{Value: string(poolhouseapi.ImportEscapeTypeDoubled), Text: `Are doubled ("")`}, {Value: string(poolhouseapi.ImportEscapeTypeBackslash), Text: `Follow a backslash (\")`},
			{Value: string(poolhouseapi.ImportEscapeTypeBackslashInside), Text: "Follow a backslash, in quoted values only"}, {Value: string(poolhouseapi.ImportEscapeTypeBackslashMarks), Text: "Follow a backslash, which is one elsewhere (R)"},
			{Value: string(poolhouseapi.ImportEscapeTypeBackslashDoubled), Text: `Are doubled, and a backslash escapes the rest (Python)`},
			{Value: string(poolhouseapi.ImportEscapeTypeCognito), Text: `As Cognito has it ("" and \,)`}, {Value: string(poolhouseapi.ImportEscapeTypePhp), Text: "As PHP writes them"},
			{Value: string(poolhouseapi.ImportEscapeTypeUndoubled), Text: "Stay as they are"}, {Value: string(poolhouseapi.ImportEscapeTypeOtherMark), Text: `Follow a quotation mark ("')`}, {Value: string(poolhouseapi.ImportEscapeTypeText), Text: `As psql and MariaDB write text (\t, \n, \\)`},
			{Value: string(poolhouseapi.ImportEscapeTypeNone), Text: "Have no meaning"},
		}, func(t *readTyped) *string { return &t.Escape }},
		{"encoding", "encoding", "Encoding", []option{
			{Value: string(poolhouseapi.ImportEncodingTypeUtf8), Text: "UTF-8"}, {Value: string(poolhouseapi.ImportEncodingTypeUtf16le), Text: "UTF-16, little-endian"},
			{Value: string(poolhouseapi.ImportEncodingTypeUtf16be), Text: "UTF-16, big-endian"}, {Value: string(poolhouseapi.ImportEncodingTypeWindows1252), Text: "Windows-1252 (Western European)"},
			{Value: string(poolhouseapi.ImportEncodingTypeIso88591), Text: "ISO-8859-1 (Latin-1)"}, {Value: string(poolhouseapi.ImportEncodingTypeMacintosh), Text: "Mac Roman"},
			{Value: string(poolhouseapi.ImportEncodingTypeIbm850), Text: "Code page 850 (MS-DOS)"},
		}, func(t *readTyped) *string { return &t.Encoding }},
		{"dates", "birthdates", "Birthdates", []option{
			{Value: string(poolhouseapi.ImportBirthdatesChoiceTypeMonthFirst), Text: "Month first (12/31/1980)"}, {Value: string(poolhouseapi.ImportBirthdatesChoiceTypeDayFirst), Text: "Day first (31/12/1980)"},
		}, func(t *readTyped) *string { return &t.Birthdates }},
	}
}

// readReading returns the choice for the file of an upload, from a form or an address. It
// drops a choice made for another upload.
func (v *visit) readReading(upload string) (t readTyped) {
	t.Strict = v.r.FormValue("strict") != ""
	if t.Of = v.r.FormValue("of"); t.Of != upload || upload == "" {
		t.Of = ""
		return t
	}
	for _, p := range readParts() {
		*p.of(&t) = p.known(v.r.FormValue(p.Name))
	}
	return t
}

// known returns a value of the API, or "" for an unknown one.
func (p part) known(word string) string {
	if slices.ContainsFunc(p.words, func(o option) bool { return o.Value == word }) {
		return word
	}
	return ""
}

// IsChosen reports whether any part is chosen.
func (t *readTyped) IsChosen() bool {
	return slices.ContainsFunc(readParts(), func(p part) bool { return *p.of(t) != "" })
}

// query returns the choice as parameters of an address: name, value, name, value.
func (t *readTyped) query() (pairs []string) {
	if t.Strict {
		pairs = append(pairs, "strict", "1")
	}
	if !t.IsChosen() {
		return pairs
	}
	pairs = append(pairs, "of", t.Of)
	for _, p := range readParts() {
		pairs = append(pairs, p.Name, *p.of(t))
	}
	return pairs
}

// choose applies the value of a button: nothing, or an API value for each part. If button
// is "", the choice of the fields stays.
func (t *readTyped) choose(upload, button string) {
	words := strings.Split(button, ",")
	parts := readParts()
	if t.Of = upload; len(words) != len(parts) {
		return
	}
	t.Strict = false
	for i, p := range parts {
		*p.of(t) = p.known(words[i])
	}
}

// format returns the choice in the API's form, nil for none.
func (t *readTyped) format() *poolhouseapi.ImportFormatChoiceType {
	if !t.IsChosen() {
		return nil
	}
	return &poolhouseapi.ImportFormatChoiceType{
		Separator: poolhouseapi.ImportSeparatorType(t.Separator), Quote: poolhouseapi.ImportQuoteType(t.Quote), Escape: poolhouseapi.ImportEscapeType(t.Escape),
		Encoding: poolhouseapi.ImportEncodingType(t.Encoding), Birthdates: poolhouseapi.ImportBirthdatesChoiceType(t.Birthdates),
	}
}

// typedReading returns a choice of the API in its typed form.
func typedReading(c *poolhouseapi.ImportFormatChoiceType) (t readTyped) {
	if c != nil {
		t = readTyped{Separator: string(c.Separator), Quote: string(c.Quote), Escape: string(c.Escape), Encoding: string(c.Encoding), Birthdates: string(c.Birthdates)}
	}
	return t
}

// button returns the value of the button that makes this choice.
func (t *readTyped) button() string {
	var words []string
	for _, p := range readParts() {
		words = append(words, *p.of(t))
	}
	return "read:" + strings.Join(words, ",")
}

// flag returns the choice in the command line's form.
func (t *readTyped) flag() string {
	var pairs []string
	for _, p := range readParts() {
		if word := *p.of(t); word != "" {
			pairs = append(pairs, p.Flag+"="+word)
		}
	}
	return strings.Join(pairs, ",")
}

// Undo returns the value of the button that has everything detected again.
func (t *readTyped) Undo() string { return (&readTyped{}).button() }

// InWords describes the choice part by part: "Separator: Tab".
func (t *readTyped) InWords() (words []string) {
	for _, p := range readParts() {
		for _, o := range p.words {
			if o.Value == *p.of(t) {
				words = append(words, p.Label+": "+o.Text)
			}
		}
	}
	return words
}

// pick is the menu of a part.
type pick struct {
	Name, Label string
	Options     []option
}

// Picks returns the menus of all parts.
func (t *readTyped) Picks() (picks []pick) {
	for _, p := range readParts() {
		one := pick{Name: p.Name, Label: p.Label, Options: []option{{Text: "Detected from the file"}}}
		for _, o := range p.words {
			o.Selected = o.Value == *p.of(t)
			one.Options = append(one.Options, o)
		}
		picks = append(picks, one)
	}
	return picks
}

// Kept returns the choice as hidden fields, for a page without menus.
func (t *readTyped) Kept() (fields []option) {
	for _, p := range readParts() {
		if word := *p.of(t); word != "" {
			fields = append(fields, option{Text: p.Name, Value: word})
		}
	}
	if t.Strict {
		fields = append(fields, option{Text: "strict", Value: "1"})
	}
	return fields
}
