package usercsv

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"poolhouse/internal/userpool"
)

// The readings of a value that can be read in several ways. Of a date with a year of two
// digits, the century is behind the order: DAY_FIRST_1900, DAY_FIRST_2000 and so on.
const (
	ReadingDayFirst      = "DAY_FIRST"
	ReadingMonthFirst    = "MONTH_FIRST"
	ReadingYearFirst     = "YEAR_FIRST"
	ReadingWithoutSpaces = "WITHOUT_SPACES"
	ReadingDots          = "DOTS_FOR_SPACES"
	ReadingUnderscores   = "UNDERSCORES_FOR_SPACES"
	ReadingTidied        = "TIDIED" // the value itself, where another cell has one, too
	// ReadingVerified says that a contact is known to be the user's. Nothing in the file
	// tells that, so it is chosen by a person also where it is the only one.
	ReadingVerified = "VERIFIED"
)

// suggestions returns values that cure a problem of a row's values: only such with which
// the row has the problem no more, and its cell no new one. before is all that is wrong
// with the row.
func (d *Decoder) suggestions(problem *RowError, fields []string, before []*RowError) []Suggestion {
	i := slices.Index(d.header, problem.Column)
	if i < 0 || len(fields) != d.columns || i == d.hash {
		return nil
	}
	var out []Suggestion
	for _, s := range d.candidates(problem, fields, fields[i]) {
		if len(out) > 0 && (s.Reading == "" || out[0].Reading == "") {
			continue // a reading that leaves no doubt comes first and alone
		}
		known := slices.ContainsFunc(out, func(o Suggestion) bool { return o.Value == s.Value || o.Reading == s.Reading })
		if s.Value != fields[i] && !known && strings.TrimSpace(s.Value) == s.Value && d.cured(problem, fields, i, s.Value, before) {
			out = append(out, s)
		}
	}
	if len(out) == 1 && out[0].Reading != ReadingVerified {
		out[0].Reading = "" // no other reading is good
	}
	return out
}

// cured reports whether a value in a cell takes a problem away and adds none there.
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

// candidates returns what a cell could mean that has the value. Not all of it need be good.
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

// usernameByContact takes an email address or a phone number for the username, where the
// pool names its users so: out of the username itself, or of the contact's column.
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

// usernameCures takes out of a username what none has.
func usernameCures(value string) []Suggestion {
	clean := strings.TrimSpace(withoutControls(value))
	if !strings.ContainsFunc(clean, unicode.IsSpace) {
		return []Suggestion{{Value: clean, Reason: "characters that cannot be seen taken out"}}
	}
	return spaceCures(clean)
}

// spaceCures are the ways to write a name without the spaces in it.
func spaceCures(value string) []Suggestion {
	words := strings.Fields(value)
	return []Suggestion{
		{Value: strings.Join(words, ""), Reason: "without the spaces", Reading: ReadingWithoutSpaces},
		{Value: strings.Join(words, "."), Reason: "with a dot for each space", Reading: ReadingDots},
		{Value: strings.Join(words, "_"), Reason: "with an underscore for each space", Reading: ReadingUnderscores},
	}
}

// withoutControls takes control characters out, and those of no width that come along
// when a text is copied.
func withoutControls(value string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, value)
}

// unwrapped takes off what is not seen, and what programs put around a value.
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

// booleanCures reads the words for true and false that programs write.
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

// nothing are the words that programs write where there is no value.
var nothing = []string{"null", "(null)", "<null>", "nil", "none", "n/a", "#n/a", "na", "nan", "undefined", `\n`, "-", "--", "?", "unknown", "empty", "leer", "keine", "k.a."}

// noValue empties a cell whose text stands for no value.
func noValue(value string) []Suggestion {
	if slices.Contains(nothing, strings.ToLower(unwrapped(value))) || strings.Trim(value, "0/-.: ") == "" && strings.Count(value, "0") >= 6 {
		return []Suggestion{{Value: "", Reason: "the text stands for no value"}}
	}
	return nil
}
