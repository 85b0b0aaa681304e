package usercsv

import (
	"strings"
	"testing"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// TestChoiceWords: each word of the API makes a choice, in any case and with hyphens, and
// is the word for this choice. Any other word is refused, and the error lists the valid
// ones.
func TestChoiceWords(t *testing.T) {
	members := map[string]struct {
		words string
		of    func(w *ChoiceWords) *string
	}{
		"Encoding":   {"UTF-8 UTF-16LE UTF-16BE windows-1252 ISO-8859-1 macintosh IBM850", func(w *ChoiceWords) *string { return &w.Encoding }},
		"Separator":  {"COMMA SEMICOLON TAB PIPE", func(w *ChoiceWords) *string { return &w.Separator }},
		"Quote":      {"QUOTATION_MARK APOSTROPHE NONE", func(w *ChoiceWords) *string { return &w.Quote }},
		"Escape":     {"COGNITO DOUBLED BACKSLASH BACKSLASH_INSIDE BACKSLASH_MARKS BACKSLASH_DOUBLED PHP UNDOUBLED OTHER_MARK TEXT NONE", func(w *ChoiceWords) *string { return &w.Escape }},
		"Birthdates": {"MONTH_FIRST DAY_FIRST", func(w *ChoiceWords) *string { return &w.Birthdates }},
	}
	for name, member := range members {
		seen := map[Choice]string{}
		all := strings.Fields(member.words)
		for _, word := range all {
			for _, written := range []string{word, strings.ToLower(word), strings.ReplaceAll(word, "_", "-")} {
				var w, want ChoiceWords
				*member.of(&w), *member.of(&want) = written, word
				c, err := w.Choice()
				if err != nil || c.Words() != want || c == (Choice{}) {
					t.Errorf("%s %q: %+v, %v, in words %+v", name, written, c, err, c.Words())
				}
				if other, is := seen[c]; is && other != word {
					t.Errorf("%s: %s and %s are the same", name, word, other)
				}
				seen[c] = word
			}
		}
		var w ChoiceWords
		*member.of(&w) = "x"
		want := "Format." + name + ` is "x"; it must be ` + strings.Join(all[:len(all)-1], ", ") + " or " + all[len(all)-1]
		if _, err := w.Choice(); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestFormatWords: how a file is written, in words.
func TestFormatWords(t *testing.T) {
	for _, test := range []struct {
		format *Format
		want   ChoiceWords
	}{
		{nil, ChoiceWords{"UTF-8", "COMMA", "QUOTATION_MARK", "COGNITO", ""}},
		{&Format{Birthdates: DayFirst}, ChoiceWords{"UTF-8", "COMMA", "QUOTATION_MARK", "COGNITO", ""}},
		{&Format{Text: filetext.Form{Encoding: filetext.Latin1}, Dialect: dialect.Dialect{Separator: '\t', Style: dialect.Text}}, ChoiceWords{"ISO-8859-1", "TAB", "NONE", "TEXT", ""}},
		{&Format{Dialect: dialect.Dialect{Separator: '|', Quote: '\'', Style: dialect.Backslash}}, ChoiceWords{"UTF-8", "PIPE", "APOSTROPHE", "BACKSLASH", ""}},
	} {
		if got := test.format.Words(); got != test.want {
			t.Errorf("%+v: %+v, want %+v", test.format, got, test.want)
		}
	}
}

// TestQuotesFor: each way of escaping goes with certain quotation marks.
func TestQuotesFor(t *testing.T) {
	for escape, want := range map[string]string{
		"": "QUOTATION_MARK APOSTROPHE NONE", "COGNITO": "QUOTATION_MARK APOSTROPHE NONE", "BACKSLASH": "QUOTATION_MARK APOSTROPHE NONE", "TEXT": "QUOTATION_MARK APOSTROPHE NONE",
		"DOUBLED": "QUOTATION_MARK APOSTROPHE", "BACKSLASH_INSIDE": "QUOTATION_MARK APOSTROPHE", "BACKSLASH_MARKS": "QUOTATION_MARK APOSTROPHE", "BACKSLASH_DOUBLED": "QUOTATION_MARK APOSTROPHE",
		"PHP": "QUOTATION_MARK APOSTROPHE", "UNDOUBLED": "QUOTATION_MARK APOSTROPHE", "OTHER_MARK": "APOSTROPHE", "NONE": "NONE",
	} {
		c, err := ChoiceWords{Escape: escape}.Choice()
		if err != nil || strings.Join(c.QuotesFor(), " ") != want {
			t.Errorf("%s: %v, %v", escape, c.QuotesFor(), err)
		}
	}
}
