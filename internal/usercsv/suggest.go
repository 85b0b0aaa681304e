package usercsv

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"poolhouse/internal/userpool"
)

// The readings of an ambiguous value. For a date with a year of two digits, the century
// follows the order: DAY_FIRST_1900, DAY_FIRST_2000 and so on.
const (
	ReadingDayFirst      = "DAY_FIRST"
	ReadingMonthFirst    = "MONTH_FIRST"
	ReadingYearFirst     = "YEAR_FIRST"
	ReadingWithoutSpaces = "WITHOUT_SPACES"
	ReadingDots          = "DOTS_FOR_SPACES"
	ReadingUnderscores   = "UNDERSCORES_FOR_SPACES"
	ReadingTidied        = "TIDIED" // the value itself, if another cell has one, too
	// ReadingVerified says that a contact is known to be the user's. Nothing in the file
	// shows that, so a person must choose it even if it is the only suggestion.
	ReadingVerified = "VERIFIED"
)

// suggestions returns values that cure a problem: with such a value the row no longer has
// the problem, and its cell gets no new one. before is all that is wrong with the row.
func (d *Decoder) suggestions(problem *RowError, fields []string, before []*RowError) []Suggestion {
	i := slices.Index(d.header, problem.Column)
	if i < 0 || len(fields) != d.columns || i == d.hash {
		return nil
	}
	var out []Suggestion
	for _, s := range d.candidates(problem, fields, fields[i]) {
		if len(out) > 0 && (s.Reading == "" || out[0].Reading == "") {
			continue // an unambiguous suggestion comes first and alone
		}
		known := slices.ContainsFunc(out, func(o Suggestion) bool { return o.Value == s.Value || o.Reading == s.Reading })
		if s.Value != fields[i] && !known && strings.TrimSpace(s.Value) == s.Value && d.cured(problem, fields, i, s.Value, before) {
			out = append(out, s)
		}
	}
	if len(out) == 1 && out[0].Reading != ReadingVerified {
		out[0].Reading = "" // it is the only one
	}
	return out
}

// cured reports whether a value in a cell removes a problem and adds none in that cell.
func (d *Decoder) cured(problem *RowError, fields []string, i int, value string, before []*RowError) bool {
	fields = slices.Clone(fields)
	fields[i] = value
	for _, left := range d.problems(fields) {
		same := func(e *RowError) bool { return e.Column == left.Column && e.Code == left.Code }
		if left.Column == d.header[i] && (same(problem) || !slices.ContainsFunc(before, same)) {
			return false
		}
	}
	return true
}

// candidates returns possible meanings of a cell with the value. They are not checked
// yet.
func (d *Decoder) candidates(problem *RowError, fields []string, value string) []Suggestion {
	switch problem.Code {
	case userpool.CodeUsernameMissing, userpool.CodeUsernameNotAlias:
		return d.usernameByContact(fields, value)
	case userpool.CodeUsernameInvalid:
		return append(d.usernameByContact(fields, value), usernameCures(value)...)
	case CodeUsernameMismatch:
		return []Suggestion{{Value: fields[d.username], Reason: "the value of " + ColumnUsername}}
	case userpool.CodeInvalidBoolean:
		return append(booleanCures(problem.Column, value), noValue(value)...)
	case userpool.CodeInvalidBirthdate:
		return append(d.birthdateCures(value), noValue(value)...)
	case userpool.CodeInvalidDateTime:
		return slices.Concat(timeCures(value), dateCures(value, "2006-01-02"), noValue(value))
	case userpool.CodeInvalidNumber:
		return slices.Concat(d.secondsCures(problem.Column, value), numberCures(value), noValue(value))
	case userpool.CodeTooLarge:
		return d.secondsCures(problem.Column, value)
	case userpool.CodeInvalidPhone:
		return append(phoneCures(value), noValue(value)...)
	case userpool.CodeInvalidEmail:
		return append(emailCures(value), noValue(value)...)
	case userpool.CodeInvalidCharacter, CodeExternalID:
		return []Suggestion{{Value: strings.TrimSpace(withoutControls(value)), Reason: "characters that cannot be seen taken out"}}
	case userpool.CodeVerifiedNoValue:
		if problem.Flaw == FlawFlagAlone {
			return []Suggestion{{Value: "false", Reason: "there is no value that could be verified"}}
		}
	case CodeNoVerified:
		return d.verifiedCure(problem, fields)
	case CodeMFA:
		return []Suggestion{{Value: "", Reason: "an empty cell means what the user pool requires"}}
	}
	return nil
}

// verifiedCure sets the flag of a contact that has a value.
func (d *Decoder) verifiedCure(problem *RowError, fields []string) []Suggestion {
	name := strings.TrimSuffix(problem.Column, "_verified")
	i := slices.Index(d.header, name)
	there := i >= 0 && fields[i] != "" || d.pool.UsernameAttributeOf(fields[d.username]) == name
	if !there {
		return nil
	}
	what := "the email address"
	if name == "phone_number" {
		what = "the phone number"
	}
	return []Suggestion{{Value: "true", Reason: "only if " + what + " is known to be the user's: with it, the user gets into the account", Reading: ReadingVerified}}
}

// usernameByContact suggests an email address or phone number as username in pools that
// use these as usernames. It takes it from the username itself, or from the contact's
// column.
func (d *Decoder) usernameByContact(fields []string, value string) (out []Suggestion) {
	for _, name := range d.pool.UsernameAttributes {
		cures := phoneCures
		if name == "email" {
			cures = emailCures
		}
		for _, s := range cures(value) {
			s.Reading = cmp.Or(s.Reading, ReadingTidied)
			out = append(out, s)
		}
		if i := slices.Index(d.header, name); i >= 0 && fields[i] != "" {
			out = append(out, Suggestion{Value: fields[i], Reason: "the value of " + name, Reading: "VALUE_OF_" + strings.ToUpper(name)})
		}
	}
	return out
}

// usernameCures removes what no username may have.
func usernameCures(value string) []Suggestion {
	clean := strings.TrimSpace(withoutControls(value))
	if !strings.ContainsFunc(clean, unicode.IsSpace) {
		return []Suggestion{{Value: clean, Reason: "characters that cannot be seen taken out"}}
	}
	return spaceCures(clean)
}

// spaceCures are the ways to write a name without its spaces.
func spaceCures(value string) []Suggestion {
	words := strings.Fields(value)
	return []Suggestion{
		{Value: strings.Join(words, ""), Reason: "without the spaces", Reading: ReadingWithoutSpaces},
		{Value: strings.Join(words, "."), Reason: "with a dot for each space", Reading: ReadingDots},
		{Value: strings.Join(words, "_"), Reason: "with an underscore for each space", Reading: ReadingUnderscores},
	}
}

// withoutControls removes control characters, and invisible characters that come with
// copied text.
func withoutControls(value string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, value)
}

// unwrapped removes invisible characters, and what programs put around a value.
func unwrapped(value string) string {
	const around = "'\"`´‘’“”„«»"
	return strings.TrimSpace(strings.Trim(strings.TrimSpace(withoutControls(value)), around))
}

// booleans are the words of programs and languages for true and false.
var booleans = map[string]string{
	"yes": "true", "y": "true", "1": "true", "t": "true", "on": "true", "x": "true", "✓": "true", "✔": "true", "ja": "true", "j": "true", "wahr": "true",
	"oui": "true", "vrai": "true", "si": "true", "sì": "true", "sí": "true", "vero": "true", "verdadero": "true",
	"sim": "true", "verdadeiro": "true", "waar": "true", "tak": "true", "true": "true", "enabled": "true", "checked": "true",
	"no": "false", "n": "false", "0": "false", "f": "false", "off": "false", "nein": "false", "falsch": "false", "non": "false", "faux": "false",
	"falso": "false", "não": "false", "nee": "false", "onwaar": "false", "nie": "false", "false": "false", "disabled": "false", "unchecked": "false",
}

// booleanCures translates words for true and false.
func booleanCures(column, value string) (out []Suggestion) {
	word := strings.TrimRight(strings.ToLower(unwrapped(value)), ".!")
	switch word {
	case "1.0":
		word = "1"
	case "0.0":
		word = "0"
	}
	if b := booleans[word]; b != "" {
		out = append(out, Suggestion{Value: b, Reason: "another word for " + b})
		if column == ColumnMFA {
			out = append(out, Suggestion{Value: "", Reason: "an empty cell means what the user pool requires"})
		}
	}
	return out
}

// nothing has the words that programs write for "no value".
var nothing = []string{"null", "(null)", "<null>", "nil", "none", "n/a", "#n/a", "na", "nan", "undefined", `\n`, "-", "--", "?", "unknown", "empty", "leer", "keine", "k.a."}

// noValue empties a cell with a word for "no value".
func noValue(value string) []Suggestion {
	if slices.Contains(nothing, strings.ToLower(unwrapped(value))) || strings.Trim(value, "0/-.: ") == "" && strings.Count(value, "0") >= 6 {
		return []Suggestion{{Value: "", Reason: "the text stands for no value"}}
	}
	return nil
}
