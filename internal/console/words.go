package console

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/plaintext"
)

// number formats a number with separators: 1,204,771.
func number[T int | int32 | int64](n T) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, groups...), ",")
}

// numberOf is [number] for the types of templates.
func numberOf(n any) (string, error) {
	switch n := n.(type) {
	case int:
		return number(n), nil
	case int32:
		return number(n), nil
	case int64:
		return number(n), nil
	case *int32:
		if n == nil {
			return "–", nil
		}
		return number(*n), nil
	case *int64:
		if n == nil {
			return "–", nil
		}
		return number(*n), nil
	}
	return "", fmt.Errorf("%T is no number", n)
}

// count returns a number with the singular or plural of what it counts.
func count(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + several
}

// span formats a duration for a sentence: 1 hour, 90 minutes, 2 seconds.
func span(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return count(int(d/time.Hour), "hour", "hours")
	case d >= time.Minute && d%time.Minute == 0:
		return count(int(d/time.Minute), "minute", "minutes")
	}
	return count(int((d+time.Second-1)/time.Second), "second", "seconds")
}

// The names of months in dates.
var months = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"}

// dated formats a time in the viewer's zone with one of the functions below. The UTC time
// is shown on hover.
func (p preferences) dated(t time.Time, write func(time.Time) string) template.HTML {
	if t.IsZero() {
		return "–"
	}
	text := write(t.In(p.zone))
	if p.Zone == "" {
		text += " UTC"
	}
	utc := t.UTC()
	// safe: digits and the names in months
	return template.HTML(`<time datetime="` + utc.Format("2006-01-02T15:04:05Z") + `" title="` + utc.Format("2006-01-02 15:04:05") + ` UTC">` + text + `</time>`)
}

// Day formats a date: 28 Nov 2026.
func (p preferences) Day(t time.Time) template.HTML {
	return p.dated(t, dayOf)
}

// When formats a date and the minute: 28 Nov 2026, 10:14.
func (p preferences) When(t time.Time) template.HTML {
	return p.dated(t, func(t time.Time) string { return dayOf(t) + t.Format(", 15:04") })
}

// Moment formats a date and the second: 28 Nov 2026, 10:14:03.
func (p preferences) Moment(t time.Time) template.HTML {
	return p.dated(t, func(t time.Time) string { return dayOf(t) + t.Format(", 15:04:05") })
}

// Second formats the time of day: 10:14:31.
func (p preferences) Second(t time.Time) template.HTML {
	return p.dated(t, func(t time.Time) string { return t.Format("15:04:05") })
}

// clock formats the time of day in the viewer's zone, with "UTC" if the zone is not known.
func (p preferences) clock(t time.Time) string {
	text := t.In(p.zone).Format("15:04:05")
	if p.Zone == "" {
		text += " UTC"
	}
	return text
}

func dayOf(t time.Time) string {
	return strconv.Itoa(t.Day()) + " " + months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// address returns a text that browsers may break before its last @. A long email address
// then breaks there and not inside a word.
func address(text string) template.HTML {
	at := max(0, strings.LastIndexByte(text, '@'))
	written := template.HTMLEscapeString(text[at:])
	if at > 0 {
		written = template.HTMLEscapeString(text[:at]) + "<wbr>" + written
	}
	return template.HTML(written) // escaped
}

// list joins words for a sentence: email and phone number.
func list(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// command returns a command of the AWS CLI.
func command(words ...string) string {
	return shell(append([]string{"aws"}, words...)...)
}

// shell returns a command line, with words quoted where necessary.
func shell(words ...string) string {
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, shellWord(word))
	}
	return strings.Join(quoted, " ")
}

// upright removes invisible characters that change how the following text is read or shown.
func upright(text string) string {
	return strings.Map(func(r rune) rune {
		if plaintext.IsControl(r) {
			return -1
		}
		return r
	}, text)
}

// plain are the characters without a special meaning in a shell.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@"

func shellWord(word string) string {
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	if strings.ContainsFunc(word, plaintext.IsControl) {
		return escapedWord(word)
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// escapedWord quotes a word with $'…' (POSIX.1-2024, 2.2.4; \u and \U are extensions of
// bash and zsh). Its control characters are escaped, so that they do not act on a terminal
// when the command is pasted.
func escapedWord(word string) string {
	var b strings.Builder
	b.WriteString("$'")
	for _, r := range word {
		switch {
		case r == '\'' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case plaintext.IsControl(r) && r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		case plaintext.IsControl(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + "'"
}
