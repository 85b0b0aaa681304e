package usercsv

import (
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// ChoiceWords is a [Choice] in the words of the API and of the command line. An empty
// field means detection.
type ChoiceWords struct{ Encoding, Separator, Quote, Escape, Birthdates string }

// wordOf is a word of the API and its meaning. The lists below are in the order in which
// they are shown to people.
type wordOf[V comparable] struct {
	word  string
	value V
}

var (
	encodingWords = []wordOf[filetext.Encoding]{
		{string(filetext.UTF8), filetext.UTF8}, {string(filetext.UTF16LE), filetext.UTF16LE}, {string(filetext.UTF16BE), filetext.UTF16BE},
		{string(filetext.Windows1252), filetext.Windows1252}, {string(filetext.Latin1), filetext.Latin1},
		{string(filetext.MacRoman), filetext.MacRoman}, {string(filetext.CodePage850), filetext.CodePage850},
	}
	separatorWords = []wordOf[string]{{"COMMA", ","}, {"SEMICOLON", ";"}, {"TAB", "\t"}, {"PIPE", "|"}}
	quoteWords     = []wordOf[string]{{"QUOTATION_MARK", `"`}, {"APOSTROPHE", "'"}, {"NONE", NoQuote}}
	escapeWords    = []wordOf[dialect.Style]{
		{"COGNITO", dialect.Cognito}, {"DOUBLED", dialect.Doubled}, {"BACKSLASH", dialect.Backslash},
		{"BACKSLASH_INSIDE", dialect.Inside}, {"BACKSLASH_MARKS", dialect.Marks}, {"BACKSLASH_DOUBLED", dialect.Both}, {"PHP", dialect.PHP},
		{"UNDOUBLED", dialect.Undoubled}, {"OTHER_MARK", dialect.Crossed}, {"TEXT", dialect.Text}, {"NONE", dialect.Plain},
	}
	birthdatesWords = []wordOf[Birthdates]{{"MONTH_FIRST", MonthFirst}, {"DAY_FIRST", DayFirst}}
)

// Choice returns the choice that the words stand for. Case makes no difference, and a
// hyphen is as good as an underscore. An error names the member, its value and the
// allowed words.
func (w ChoiceWords) Choice() (c Choice, err error) {
	c.Encoding = chosen(encodingWords, "Encoding", w.Encoding, &err)
	c.Separator = chosen(separatorWords, "Separator", w.Separator, &err)
	c.Quote = chosen(quoteWords, "Quote", w.Quote, &err)
	c.Style = chosen(escapeWords, "Escape", w.Escape, &err)
	c.Birthdates = chosen(birthdatesWords, "Birthdates", w.Birthdates, &err)
	return c, err
}

// ChoiceError says that a member of a choice has an unknown word.
type ChoiceError struct {
	Member, Word string
	Words        []string // the allowed words
}

func (e *ChoiceError) Error() string {
	return e.Of("Format."+e.Member, func(word string) string { return word })
}

// Of returns the error's text with the member called name, and with each word in the form
// that form returns.
func (e *ChoiceError) Of(name string, form func(word string) string) string {
	var words []string
	for _, word := range e.Words {
		words = append(words, form(word))
	}
	last := len(words) - 1
	return fmt.Sprintf("%s is %q; it must be %s or %s", name, e.Word, strings.Join(words[:last], ", "), words[last])
}

// chosen returns the meaning of a word. The first unknown word becomes the error.
func chosen[V comparable](words []wordOf[V], member, word string, err *error) (value V) {
	if word == "" {
		return value
	}
	i := slices.IndexFunc(words, func(w wordOf[V]) bool { return plainWord(w.word) == plainWord(word) })
	if i >= 0 {
		return words[i].value
	}
	if *err == nil {
		e := &ChoiceError{Member: member, Word: word}
		for _, w := range words {
			e.Words = append(e.Words, w.word)
		}
		*err = e
	}
	return value
}

// plainWord returns a word in lower case and with hyphens, for comparison.
func plainWord(word string) string { return strings.ReplaceAll(strings.ToLower(word), "_", "-") }

// QuotesFor returns the quotation marks that go with the choice's escape, in the order in
// which they are listed to people. Without an escape in the choice it returns all of
// them.
func (c Choice) QuotesFor() (words []string) {
	for _, quote := range quoteWords {
		d := dialect.Dialect{Style: c.Style}
		if quote.value != NoQuote {
			d.Quote = quote.value[0]
		}
		if c.Style == "" || d.Sensible() {
			words = append(words, quote.word)
		}
	}
	return words
}

// Words returns the choice in the words of the API.
func (c Choice) Words() ChoiceWords {
	return ChoiceWords{
		Encoding: wordFor(encodingWords, c.Encoding), Separator: wordFor(separatorWords, c.Separator), Quote: wordFor(quoteWords, c.Quote),
		Escape: wordFor(escapeWords, c.Style), Birthdates: wordFor(birthdatesWords, c.Birthdates),
	}
}

// Words returns the format of a file in the words of the API. A nil Format is Cognito's
// own. Birthdates is empty, because there are more forms than a choice has.
func (f *Format) Words() ChoiceWords {
	d, encoding := dialect.Default, filetext.UTF8
	if f != nil && f.Dialect != (dialect.Dialect{}) {
		d = f.Dialect
	}
	if f != nil && f.Text.Encoding != "" {
		encoding = f.Text.Encoding
	}
	quote := NoQuote
	if d.Quote != 0 {
		quote = string(rune(d.Quote))
	}
	return Choice{Encoding: encoding, Separator: string(rune(d.Separator)), Quote: quote, Style: d.Style}.Words()
}

// wordFor returns the word for a value, "" if there is none.
func wordFor[V comparable](words []wordOf[V], value V) string {
	if i := slices.IndexFunc(words, func(w wordOf[V]) bool { return w.value == value }); i >= 0 {
		return words[i].word
	}
	return ""
}
