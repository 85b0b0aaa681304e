package dialect

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// program writes a table as one kind of program does.
type program struct {
	separator, quote string
	style            Style
	which            string // the values that are quoted: all, text, needed, spaced, none
	end              string // the line end
	null             string // the word for "no value"
}

func (p program) String() string {
	return fmt.Sprintf("%q %q %s %s %q %q", p.separator, p.quote, p.style, p.which, p.end, p.null)
}

// quotes reports whether the program quotes a value.
func (p program) quotes(value string) bool {
	switch p.which {
	case "all":
		return true
	case "none":
		return false
	case "text":
		return strings.Trim(value, "0123456789/+.-") != "" && value != "true" && value != "false"
	}
	needed := value != "" && value == p.null || strings.ContainsAny(value, p.separator+"\r\n") || strings.Contains(value, p.quote) && p.style != "python"
	return needed || p.which == "spaced" && strings.ContainsAny(value, " \t\\")
}

// write returns a value as it stands in the file.
func (p program) write(value string) string {
	if value == "" && p.null != "" {
		return p.null
	}
	if !p.quotes(value) {
		return p.writePlain(value)
	}
	return p.quote + p.writeInside(value) + p.quote
}

// writePlain returns an unquoted value.
func (p program) writePlain(value string) string {
	switch p.style {
	case Cognito:
		return strings.ReplaceAll(value, ",", `\,`)
	case Backslash, "python":
		pairs := []string{`\`, `\\`, p.separator, `\` + p.separator, "\n", "\\\n", "\r", "\\\r"}
		if p.quote != "" {
			pairs = append(pairs, p.quote, `\`+p.quote)
		}
		return strings.NewReplacer(pairs...).Replace(value)
	case Both:
		return strings.ReplaceAll(value, `\`, `\\`)
	case Text:
		return strings.NewReplacer(`\`, `\\`, p.separator, letterOf(p.separator), "\n", `\n`, "\r", `\r`).Replace(value)
	}
	return value
}

// letterOf returns the escape of a separator in [Text].
func letterOf(separator string) string {
	if separator == "\t" {
		return `\t`
	}
	return `\` + separator
}

// writeInside returns the text between the marks of a quoted value.
func (p program) writeInside(value string) string {
	switch p.style {
	case Cognito, Doubled:
		return strings.ReplaceAll(value, p.quote, p.quote+p.quote)
	case Backslash, Inside, "python":
		return strings.NewReplacer(`\`, `\\`, p.quote, `\`+p.quote).Replace(value)
	case Marks:
		return strings.ReplaceAll(value, p.quote, `\`+p.quote)
	case Both:
		return strings.NewReplacer(`\`, `\\`, p.quote, p.quote+p.quote).Replace(value)
	case Text:
		return strings.NewReplacer(`\`, `\\`, p.quote, `\`+p.quote, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(value)
	}
	return value
}

// table returns a file with some users.
func (p program) table(users []user) []byte {
	var out strings.Builder
	row := func(value func(column string) string) {
		for i, column := range userColumns {
			if i > 0 {
				out.WriteString(p.separator)
			}
			out.WriteString(value(column))
		}
		out.WriteString(p.end)
	}
	row(func(column string) string { return p.write(column) })
	for _, u := range users {
		row(func(column string) string { return p.write(u[column]) })
	}
	return []byte(out.String())
}

// programs lists the ways in which programs write.
func programs() (all []program) {
	for _, separator := range []string{",", ";", "\t", "|"} {
		for _, end := range []string{"\n", "\r\n"} {
			for _, quote := range []string{`"`, `'`} {
				for _, which := range []string{"all", "text", "needed", "spaced"} {
					if quote == `'` && which == "spaced" {
						continue
					}
					all = append(all, program{separator, quote, Doubled, which, end, ""}, program{separator, quote, Backslash, which, end, ""})
				}
				all = append(all, program{separator, quote, Backslash, "text", end, `\N`}, program{separator, quote, Doubled, "text", end, "NULL"},
					program{separator, quote, Backslash, "all", end, `\N`}, program{separator, quote, Doubled, "all", end, "NULL"},
					program{separator, quote, Doubled, "text", end, "NA"})
			}
			for _, which := range []string{"all", "text", "needed"} {
				all = append(all, program{separator, `"`, Inside, which, end, ""}, program{separator, `"`, Both, which, end, ""})
			}
			all = append(all, program{separator, `"`, Doubled, "needed", end, `\N`}, program{separator, `"`, Marks, "all", end, ""},
				program{separator, `"`, Marks, "text", end, "NA"}, program{separator, `"`, Text, "all", end, "null"},
				program{separator, `"`, Backslash, "none", end, ""}, program{separator, "", Text, "none", end, `\N`},
				program{separator, "", Text, "none", end, ""}, program{separator, "", Backslash, "none", end, `\N`},
				program{separator, `"`, "python", "needed", end, ""})
		}
	}
	return all
}

// fits reports whether a program can write a user without ambiguity.
func (p program) fits(u user) bool {
	for _, value := range u {
		if p.style == Marks && (strings.HasSuffix(value, `\`) || strings.Contains(value, `\"`)) {
			return false
		}
		if p.end == "\r\n" && p.style == Backslash && strings.Contains(value, "\n") { // the CR of a line end may or may not be escaped
			return p.which != "none"
		}
	}
	return true
}

// TestPrograms writes all users in every way and demands each of them.
func TestPrograms(t *testing.T) {
	truth := worldUsers(t)
	for _, p := range programs() {
		t.Run(p.String(), func(t *testing.T) {
			users := slices.DeleteFunc(slices.Clone(truth), func(u user) bool { return !p.fits(u) })
			text := p.table(users)
			readings := readingsOf(text)
			if len(readings) != 1 {
				t.Fatalf("%d readings: %+v", len(readings), readings)
			}
			got := usersOf(t, readings[0], text)
			for _, want := range users {
				compareUsers(t, got[want["cognito:username"]], want)
				if t.Failed() {
					t.Fatalf("%q %+v", readings[0].Dialect, readings[0])
				}
			}
		})
	}
}

func readingsOf(text []byte) []Reading {
	d := NewDetector(Want{Known: knownColumns})
	d.Write(text)
	return d.End()
}
