package usercsv

import (
	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// Format is how a file is written, and what its columns are read as. [Survey] finds it
// out, a job keeps it, and everything that reads the file again reads it by that. It does
// not change once it is made. A nil Format is Cognito's own: what was said in the
// package's comment, and nothing else.
type Format struct {
	// Text is how the text is written as bytes. Positions are those of the text in UTF-8
	// ([Format.OpenText]).
	Text filetext.Form `json:"text"`
	// TextSize is the text's size in bytes, 0 where the text is the file itself.
	TextSize int64 `json:"size,omitempty"`
	// Before is how many lines stand before the header, such as sep=; for Excel.
	Before int `json:"before,omitempty"`
	// Dialect says how values are separated and written.
	Dialect dialect.Dialect `json:"dialect"`
	// Nulls says by column which word, where it is not quoted, stands for no value: \N or
	// NULL. It is nil, or has an entry for each column, "" for none.
	Nulls []string `json:"nulls,omitempty"`
	// Short says that rows end early where their last values are empty, Long that each has
	// an empty value more than the header has columns, and Numbered that each begins with
	// its number, for which the header has no name.
	Short    bool `json:"short,omitempty"`
	Long     bool `json:"long,omitempty"`
	Numbered bool `json:"numbered,omitempty"`

	// Names are the columns' names as the file has them, and Columns what they are read
	// as: columns of the pool's files, and for a column that is not imported its name after
	// [NotImported]. Both are nil where every column has a name of the pool's files.
	Names   []string `json:"names,omitempty"`
	Columns []string `json:"columns,omitempty"`
	// Unread says of columns that are not imported why, by their place: a text of [Why].
	Unread map[int]Why `json:"unread,omitempty"`

	// Birthdates is the form of the column birthdate, and Booleans the conversions of
	// columns whose values are not true and false, by the column that it is read as. These
	// two also hold for files that are made of this one's rows.
	Birthdates Birthdates          `json:"birthdates,omitempty"`
	Booleans   map[string]Booleans `json:"booleans,omitempty"`
	// Undecided says that no birthdate shows whether the month or the day comes first: they
	// are read as month first.
	Undecided bool `json:"undecided,omitempty"`
}

// IsCognito reports whether rows in this format are split as those in Cognito's own, into
// the same columns. Their values may be converted.
func (f *Format) IsCognito() bool {
	return f == nil || f.Before == 0 && f.Nulls == nil && !f.Short && !f.Long && !f.Numbered && f.Columns == nil &&
		(f.Dialect == dialect.Dialect{} || f.Dialect == dialect.Default)
}

// NotImported is what the name of a column begins with that an import reads nothing out
// of, in files that are made of another file's rows.
const NotImported = "poolhouse:ignore:"

// Why says why a column is not imported.
type Why string

// Why columns are not imported.
const (
	WhyMapped     Why = "Mapped"     // the job's Map says so
	WhyEmpty      Why = "Empty"      // it has no values
	WhyRowNumbers Why = "RowNumbers" // its values are the numbers of the rows
)

// Birthdates is a form of birthdates. Each form takes yyyy-mm-dd besides, and, but for
// Cognito's own, all others in which day and month cannot be mistaken: with the year first,
// with a word for the month. Where the form does not say it, dates with slashes have the
// month first, and those with dots or hyphens are not read; the forms with the day first
// read it so with slashes, hyphens and dots. A time of midnight behind a date is nothing.
type Birthdates string

// The forms of birthdates, "" being mm/dd/yyyy.
const (
	MonthFirst       Birthdates = "MM/DD/YYYY" // also without leading zeros
	DayFirst         Birthdates = "DD/MM/YYYY" // the same
	DayFirstDots     Birthdates = "DD.MM.YYYY" // the same; with slashes the month is first
	DayFirstHyphens  Birthdates = "DD-MM-YYYY" // the same
	YearFirstSlashes Birthdates = "YYYY/MM/DD" // or with dots
	YearFirstDigits  Birthdates = "YYYYMMDD"
	YearFirstTime    Birthdates = "YYYY-MM-DD 00:00:00" // or with a T
	MonthNamed       Birthdates = "DD MON YYYY"         // or in another order, in any language of the suggestions
)

// Booleans is a conversion of values that are not true and false. True and False are its
// words in small letters; the words of a file may have others. true and false are taken
// besides.
type Booleans struct {
	True  string `json:"t"`
	False string `json:"f"`
}

// Name names the conversion: its words, such as "wahr/falsch".
func (b Booleans) Name() string { return b.True + "/" + b.False }

// Asked is what the creator of a job says about how its file is to be read.
type Asked struct {
	// Strict reads only what Amazon Cognito takes, as it reads it.
	Strict bool     `json:"strict,omitempty"`
	Choice Choice   `json:"choice,omitzero"`
	Map    []Mapped `json:"map,omitempty"`
}

// Choice fixes a part of how a file is read. What is "" is found out.
type Choice struct {
	Encoding   filetext.Encoding `json:"encoding,omitempty"`
	Separator  string            `json:"separator,omitempty"` // a character of [dialect.Separators]
	Quote      string            `json:"quote,omitempty"`     // " or ', or [NoQuote]
	Style      dialect.Style     `json:"style,omitempty"`
	Birthdates Birthdates        `json:"birthdates,omitempty"` // MonthFirst or DayFirst
}

// NoQuote is the [Choice].Quote of files that quote nothing.
const NoQuote = "none"

// Mapped says what one column of a file is read as: a column of the pool's files, or
// nothing, "": it is not imported. A column that no Mapped names is read by its own name.
type Mapped struct {
	Column    string `json:"c"` // its name in the file
	Attribute string `json:"a"`
}

// OtherReading is one of the ways in which a file can be read that can be read in two.
type OtherReading struct {
	Format *Format
	Choice Choice    // what chooses it
	Says   string    // what it is, in words
	Header []string  // as this reading has it
	First  []RowSeen // some rows that the readings read differently
}
