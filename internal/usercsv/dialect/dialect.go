package dialect

// Style is how characters with a meaning are written as part of a value.
type Style string

// The styles of writing.
const (
	// Cognito is the form of Cognito's guide, with the quoted values of RFC 4180 beside
	// it: a comma that belongs to an unquoted value follows a backslash; a backslash
	// before anything else is a backslash. Inside quoted values it is one, too.
	Cognito Style = "cognito"
	// Doubled is RFC 4180: a quotation mark inside a quoted value is written twice, and
	// a backslash is a backslash.
	Doubled Style = "doubled"
	// Backslash has a backslash before a quotation mark, a separator, a line end or
	// another backslash that belong to a value, inside quoted values and outside.
	Backslash Style = "backslash"
	// Inside is Backslash inside quoted values, and outside a backslash is a backslash:
	// PostgreSQL's ESCAPE writes it.
	Inside Style = "inside"
	// Marks has a backslash before a quotation mark inside a quoted value, and every other
	// backslash is one: R's write.table writes it.
	Marks Style = "marks"
	// Both is Backslash, but marks inside quoted values are written twice: Python writes it
	// that is told of an escape character and nothing else.
	Both Style = "both"
	// PHP is what fputcsv writes: Doubled, but a mark after a backslash is not doubled.
	PHP Style = "php"
	// Undoubled has marks around values, and writes those inside of them as they are:
	// only a mark that a separator or a line end follows closes a value.
	Undoubled Style = "undoubled"
	// Text is the text format of PostgreSQL and MariaDB: a backslash begins an escape such
	// as \t, \n and \\. Nothing is quoted, or values are, with the same escapes inside.
	Text Style = "text"
	// Plain has neither quotes nor escapes.
	Plain Style = "plain"
)

// Styles are all of them.
var Styles = []Style{Cognito, Doubled, Backslash, Inside, Marks, Both, PHP, Undoubled, Text, Plain}

// Dialect is how the values of a file are separated and written.
type Dialect struct {
	Separator byte  `json:"sep,omitempty"`
	Quote     byte  `json:"quote,omitempty"` // 0 for none
	Style     Style `json:"style,omitempty"`
}

// Separators are the characters that values are separated by.
const Separators = ",;\t|"

// RFC4180 is what most programs write.
var RFC4180 = Dialect{Separator: ',', Quote: '"', Style: Doubled}

// Default is the dialect that a file is read in where nothing speaks of another.
var Default = Dialect{Separator: ',', Quote: '"', Style: Cognito}

// escapesInside reports whether a backslash inside a quoted value takes the meaning from
// the character after it. Outside, [Dialect.Escapes] tells.
func (d Dialect) escapesInside() bool { return d.Escapes() || d.Style == Inside }

// doubles reports whether two marks inside a quoted value stand for one.
func (d Dialect) doubles() bool {
	return d.Style == Cognito || d.Style == Doubled || d.Style == PHP || d.Style == Both
}
