package usercsv

import (
	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// Format says how a file is written, and how its columns are read. [Survey] detects it, a
// job stores it, and every later reading uses it. It never changes once it is made. A nil
// Format is Cognito's own form, as the package comment describes it.
type Format struct {
	// Text says how the text is stored as bytes. Positions count bytes of the text in
	// UTF-8 ([Format.OpenText]).
	Text filetext.Form `json:"text"`
	// TextSize is the text's size in bytes, 0 if the text is the file itself.
	TextSize int64 `json:"size,omitempty"`
	// Before is how many lines precede the header, such as sep=; for Excel.
	Before int `json:"before,omitempty"`
	// Dialect says how values are separated, quoted and escaped.
	Dialect dialect.Dialect `json:"dialect"`
	// Nulls has the word for "no value" by column, "" for none: \N, and also NULL, NA and
	// others, where these differ from text. The word counts only unquoted, unless
	// QuotedNulls is true. Nulls is nil, or has an entry for each column.
	Nulls       []string `json:"nulls,omitempty"`
	QuotedNulls bool     `json:"quotedNulls,omitempty"`
	// Short says that rows omit empty values at their end. Long says that each row has
	// one more value than the header has columns, and that it is empty. Numbered says
	// that each row begins with its number, which has no name in the header.
	Short    bool `json:"short,omitempty"`
	Long     bool `json:"long,omitempty"`
	Numbered bool `json:"numbered,omitempty"`

	// Names are the columns' names in the file, and Columns is how they are read. A
	// column that is read has the name of a column of the pool's files. A column that is
	// not imported has its own name after [NotImported]. Both are nil if every column has
	// a name of the pool's files.
	Names   []string `json:"names,omitempty"`
	Columns []string `json:"columns,omitempty"`
	// Unread has the reason why a column is not imported, by its place.
	Unread map[int]Why `json:"unread,omitempty"`

	// Birthdates is the form of the column birthdate. Booleans has the conversions of
	// columns with other words than true and false, by the column that they are read as.
	// These two also hold for files that are made of this file's rows.
	Birthdates Birthdates          `json:"birthdates,omitempty"`
	Booleans   map[string]Booleans `json:"booleans,omitempty"`
	// Undecided says that no birthdate shows whether the month or the day comes first.
	// Such birthdates are read with the month first.
	Undecided bool `json:"undecided,omitempty"`
}

// IsCognito reports whether rows in this format are split as in Cognito's own form, into
// the same columns. Their values may be converted.
func (f *Format) IsCognito() bool {
	return f == nil || f.Before == 0 && f.Nulls == nil && !f.Short && !f.Long && !f.Numbered && f.Columns == nil &&
		(f.Dialect == dialect.Dialect{} || f.Dialect == dialect.Default)
}

// NotImported begins the name of a column that an import ignores, in files that are made
// of another file's rows.
const NotImported = "poolhouse:ignore:"

// Why is the reason why a column is not imported.
type Why string

// The reasons why columns are not imported.
const (
	WhyMapped     Why = "Mapped"     // the job's Map says so
	WhyEmpty      Why = "Empty"      // it has no values
	WhyRowNumbers Why = "RowNumbers" // its values are the numbers of the rows
)

// Birthdates is a form of birthdates. Each form also accepts yyyy-mm-dd. Each one except
// Cognito's own also accepts all unambiguous forms: with the year first, or with a word
// for the month. Unless the form says otherwise, dates with slashes have the month first,
// and dates with dots or hyphens are not read. Forms with the day first accept slashes,
// hyphens and dots. A time of midnight after a date is ignored.
type Birthdates string

// The forms of birthdates; "" means mm/dd/yyyy.
const (
	MonthFirst       Birthdates = "MM/DD/YYYY" // also without leading zeros
	DayFirst         Birthdates = "DD/MM/YYYY" // also without leading zeros
	DayFirstDots     Birthdates = "DD.MM.YYYY" // also without leading zeros; with slashes the month is first
	DayFirstHyphens  Birthdates = "DD-MM-YYYY" // also without leading zeros
	YearFirstSlashes Birthdates = "YYYY/MM/DD" // or with dots
	YearFirstDigits  Birthdates = "YYYYMMDD"
	YearFirstTime    Birthdates = "YYYY-MM-DD 00:00:00" // or with a T
	MonthNamed       Birthdates = "DD MON YYYY"         // or in another order, in any language that suggestions know
)

// Booleans converts values other than true and false. True and False are its words in
// lower case; a file may have them in another case. true and false are accepted, too.
type Booleans struct {
	True  string `json:"t"`
	False string `json:"f"`
}

// Name returns the name of the conversion: its words, such as "wahr/falsch".
func (b Booleans) Name() string { return b.True + "/" + b.False }

// Asked is what the creator of a job says about how to read its file.
type Asked struct {
	// Strict accepts only what Amazon Cognito accepts, and reads it as Cognito does.
	Strict bool     `json:"strict,omitempty"`
	Choice Choice   `json:"choice,omitzero"`
	Map    []Mapped `json:"map,omitempty"`
}

// Choice fixes parts of how a file is read. An empty field means detection.
type Choice struct {
	Encoding   filetext.Encoding `json:"encoding,omitempty"`
	Separator  string            `json:"separator,omitempty"` // a character of [dialect.Separators]
	Quote      string            `json:"quote,omitempty"`     // " or ', or [NoQuote]
	Style      dialect.Style     `json:"style,omitempty"`
	Birthdates Birthdates        `json:"birthdates,omitempty"` // MonthFirst or DayFirst
}

// NoQuote is the [Choice].Quote of files without quotation marks.
const NoQuote = "none"

// Mapped says how one column of a file is read: as a column of the pool's files, or, if
// it is "", not at all. A column without a Mapped is read by its own name.
type Mapped struct {
	Column    string `json:"c"` // its name in the file
	Attribute string `json:"a"`
}

// OtherReading is one of the readings of a file with several.
type OtherReading struct {
	Format      *Format
	Choice      Choice    // the choice that selects it
	Description string    // how it differs from the others, in words
	Header      []string  // the header in this reading
	First       []RowSeen // some rows that the readings read differently
}
