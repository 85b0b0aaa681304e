package dialect

// Style is how special characters are written inside a value.
type Style string

// The styles.
const (
	// Cognito is the form of Cognito's guide, together with the quoted values of RFC
	// 4180. A backslash stands before a comma that belongs to an unquoted value. Every
	// other backslash is plain text, also inside quoted values.
	Cognito Style = "cognito"
	// Doubled is RFC 4180. A quotation mark inside a quoted value is written twice. A
	// backslash is plain text.
	Doubled Style = "doubled"
	// Backslash has a backslash before each quotation mark, separator, line end and
	// backslash that belongs to a value, quoted or not.
	Backslash Style = "backslash"
	// Inside is Backslash inside quoted values. In unquoted values, a backslash is plain
	// text. PostgreSQL's ESCAPE writes it.
	Inside Style = "inside"
	// Marks has a backslash before a quotation mark inside a quoted value. Every other
	// backslash is plain text. R's write.table writes it.
	Marks Style = "marks"
	// Both is Backslash, but marks inside quoted values are written twice. Python writes
	// it when only an escape character is configured.
	Both Style = "both"
	// PHP is what fputcsv writes: Doubled, but a mark after a backslash is not doubled.
	PHP Style = "php"
	// Undoubled has marks around values and leaves marks inside of them as they are. Only
	// a mark before a separator or line end closes a value.
	Undoubled Style = "undoubled"
	// Crossed has values in apostrophes. Inside of them, a quotation mark stands before each
	// apostrophe and each quotation mark. Programs write it if only the mark around values
	// is configured, and the escape stays the quotation mark.
	Crossed Style = "crossed"
	// Text is the text format of PostgreSQL and MariaDB. A backslash begins an escape
	// such as \t, \n and \\. Values may be quoted, with the same escapes inside.
	Text Style = "text"
	// Plain has neither quotes nor escapes.
	Plain Style = "plain"
)

// Styles lists all styles.
var Styles = []Style{Cognito, Doubled, Backslash, Inside, Marks, Both, PHP, Undoubled, Crossed, Text, Plain}

// Dialect is how the values of a file are separated, quoted and escaped.
type Dialect struct {
	Separator byte  `json:"sep,omitempty"`
	Quote     byte  `json:"quote,omitempty"` // 0 for none
	Style     Style `json:"style,omitempty"`
}

// Separators are the possible separators.
const Separators = ",;\t|"

// RFC4180 is the dialect that most programs write.
var RFC4180 = Dialect{Separator: ',', Quote: '"', Style: Doubled}

// Default is the dialect of a file in which nothing points to another one.
var Default = Dialect{Separator: ',', Quote: '"', Style: Cognito}

// escapesInside reports whether a backslash inside a quoted value escapes the next
// character. For unquoted values see [Dialect.Escapes].
func (d Dialect) escapesInside() bool { return d.Escapes() || d.Style == Inside }

// doubles reports whether two marks inside a quoted value mean one.
func (d Dialect) doubles() bool {
	return d.Style == Cognito || d.Style == Doubled || d.Style == PHP || d.Style == Both
}
