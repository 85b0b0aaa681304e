package usercsv

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxReason bounds a completion message, in characters (API Reference,
// CompletionMessageType).
const maxReason = 128

const unexpected = "Unexpected headers: "

// fileError puts the findings into words.
func (f *findings) fileError() *FileError {
	code := CodeFileHeader
	if len(f.unknown)+len(f.twice)+len(f.nameless) == 0 {
		code = CodeFileMissingColumn
	}
	full := f.sentences(f.unknownColumns(fullCure, maxNamedColumns))
	full = append(full, "GetCSVHeader lists the columns that the user pool knows.")
	return &FileError{Code: code, Reason: f.reason(code), Detail: joinSentences(code, full)}
}

func fullCure(u cure) string  { return u.full }
func shortCure(u cure) string { return u.short }
func noCure(cure) string      { return "" }

// more ends a short text that leaves something out.
const more = " See the job's log."

// reason returns the short text: all findings if they fit, otherwise as many as fit.
// Unknown columns come first.
func (f *findings) reason(code string) string {
	all := len(f.cures)
	for _, text := range []string{
		joinSentences(code, f.sentences(f.unknownColumns(shortCure, all))),
		joinSentences(code, f.sentences(f.unknownInShort(shortCure, all))),
	} {
		if all == len(f.unknown) && utf8.RuneCountInString(text) <= maxReason {
			return text
		}
	}
	for _, cure := range []func(cure) string{shortCure, noCure} {
		for n := all; n > 0; n-- {
			if text := joinSentences(code, []string{f.unknownInShort(cure, n)}) + more; utf8.RuneCountInString(text) <= maxReason {
				return text
			}
		}
	}
	return clip(joinSentences(code, f.sentences(f.unknownInShort(noCure, 1))), maxReason-len(more)) + more
}

// sentences returns one sentence for each kind of finding. unknown is the sentence about
// unknown columns.
func (f *findings) sentences(unknown string) (out []string) {
	if len(f.unknown) > 0 {
		out = append(out, unknown)
	}
	for _, two := range f.twice[:min(len(f.twice), maxNamedColumns)] {
		out = append(out, f.twoColumns(f.names[two[0]], f.names[two[1]], f.header[two[0]]))
	}
	if len(f.nameless) > 0 {
		out = append(out, f.namelessColumn(f.nameless[0]))
	}
	if len(f.missing) > 0 {
		out = append(out, f.missingColumns())
	}
	return out
}

// twoColumns says that two columns with these names are read as one.
func (f *findings) twoColumns(one, another, column string) string {
	if one == another {
		return fmt.Sprintf("the CSV file has the column %s twice.", shown(one))
	}
	return fmt.Sprintf("the CSV file's columns %s and %s are both read as %s; take one of them out, or map it to nothing.", shown(one), shown(another), shown(column))
}

// namelessColumn says that the column with a number has no name.
func (f *findings) namelessColumn(number int) string {
	text := fmt.Sprintf("column %d of the CSV file has no name. Is there a comma too many?", number)
	if f.mapHelps {
		text += fmt.Sprintf(" Give it a name, or map \"%s\" to nothing.", numbered(number-1))
	}
	return text
}

// unknownColumns names the first n unknown columns, each with its cure.
func (f *findings) unknownColumns(cure func(cure) string, n int) string {
	if len(f.unknown) == 1 {
		return "the file has a column that the user pool does not know: " + f.list(cure, n) + "."
	}
	return "the file has columns that the user pool does not know: " + f.list(cure, n) + "."
}

// unknownInShort is unknownColumns in fewer words.
func (f *findings) unknownInShort(cure func(cure) string, n int) string {
	return "unknown to the user pool: " + f.list(cure, n) + "."
}

func (f *findings) list(cure func(cure) string, n int) string {
	n = min(n, len(f.cures))
	items := make([]string, n)
	for i, u := range f.cures[:n] {
		items[i] = u.shown
		if what := cure(u); what != "" {
			items[i] += " (" + what + ")"
		}
	}
	list := strings.Join(items, ", ")
	if left := len(f.unknown) - n; left > 0 {
		list += fmt.Sprintf(" and %d more", left)
	}
	return list
}

func (f *findings) missingColumns() string {
	items := make([]string, len(f.missing))
	for i, n := range f.missing {
		items[i] = shown(n.name)
		for _, other := range n.other {
			items[i] += " or " + other
		}
		if n.why != "" {
			items[i] += " (" + n.why + ")"
		}
	}
	if len(items) == 1 {
		return fmt.Sprintf("the CSV file's header lacks the column %s.", items[0])
	}
	return fmt.Sprintf("the CSV file's header lacks the columns %s.", strings.Join(items, ", "))
}

// joinSentences makes a text of sentences that begin with lower-case letters.
func joinSentences(code string, sentences []string) string {
	begun := false
	var b strings.Builder
	if code == CodeFileHeader {
		b.WriteString(unexpected)
		begun = true
	}
	for i, s := range sentences {
		if i > 0 {
			b.WriteByte(' ')
		}
		if !begun {
			s = strings.ToUpper(s[:1]) + s[1:]
		}
		begun = false
		b.WriteString(s)
	}
	return b.String()
}

// shown returns a column's name for a message: short, and without unprintable characters.
func shown(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, name)
	return clip(name, 40)
}

// clip shortens a text to at most most characters.
func clip(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:most-1])) + "…"
}
