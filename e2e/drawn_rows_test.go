package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// drawnFile is a file of random rows for a pool.
type drawnFile struct {
	r      *rand.Rand
	pool   drawnPool
	header []string
	names  int // number of possible users: with fewer, more of them appear twice
	faults int // faults in a hundred rows
	// result makes it like a result file: with the columns of result files, and with an
	// apostrophe before values that a spreadsheet would take for a formula.
	result bool
}

// drawFile returns the text of a file with the given number of rows.
func drawFile(r *rand.Rand, p drawnPool, rows int) string {
	f := &drawnFile{r: r, pool: p, header: p.header(r), names: rows * 2, faults: pick(r, 5, 30, 70), result: r.IntN(6) == 0}
	columns := f.header
	if f.result {
		columns = append([]string{"poolhouse:line", "poolhouse:verdict", "poolhouse:advice"}, columns...)
	}
	end := pick(r, "\n", "\r\n")
	var b strings.Builder
	if r.IntN(3) == 0 {
		b.WriteString("\ufeff")
	}
	b.WriteString(strings.Join(columns, ",") + end)
	for i := range rows {
		b.WriteString(f.row(i))
		if i < rows-1 || r.IntN(2) == 0 {
			b.WriteString(end)
		}
		if r.IntN(40) == 0 {
			b.WriteString(end + "  " + end)
		}
	}
	return b.String()
}

// row returns a random row. Its fault is in a value or in the way it is written.
func (f *drawnFile) row(i int) string {
	bad := f.r.IntN(100) < f.faults
	user := f.r.IntN(f.names)
	var values []string
	if f.result {
		values = append(values, fmt.Sprint(i+2), "FAILED", "write what is right")
	}
	wrong := ""
	if bad {
		wrong = f.header[f.r.IntN(len(f.header))]
	}
	for _, column := range f.header {
		value := f.value(column, user, column == wrong || bad && f.r.IntN(12) == 0)
		if f.result && value != "" && strings.ContainsRune("=+-@\t\r'", rune(value[0])) {
			value = "'" + value
		}
		values = append(values, value)
	}
	text := f.join(values)
	if bad && f.r.IntN(6) == 0 {
		text = f.spoil(values, text)
	}
	return text
}

// join writes values as a row, each in one of the allowed forms.
func (f *drawnFile) join(values []string) string {
	written := slices.Clone(values)
	for i, v := range written {
		switch {
		case f.r.IntN(8) == 0 || strings.ContainsAny(v, "\n\"\\"):
			written[i] = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
		case f.r.IntN(20) == 0:
			written[i] = " " + strings.ReplaceAll(v, ",", `\,`) + "\t"
		default:
			written[i] = strings.ReplaceAll(v, ",", `\,`)
		}
	}
	return strings.Join(written, ",")
}

// spoil makes a row that cannot be split, or has the wrong number of values.
func (f *drawnFile) spoil(values []string, text string) string {
	switch f.r.IntN(8) {
	case 0:
		return text + ",one value more"
	case 1:
		return f.join(values[:len(values)-1])
	case 2:
		return text[:len(text)/2] + "\xff" + text[len(text)/2:]
	case 3:
		return strings.TrimSuffix(text, `"`) + "\xe9t\xe9"
	case 4:
		return `"not closed,` + text
	case 5:
		return `"closed" too early,` + text
	case 6:
		return text + strings.Repeat("x", 16_001)
	}
	return text + `\`
}

// value returns a random value for a column of a user's row.
func (f *drawnFile) value(column string, user int, bad bool) string {
	name := column[strings.LastIndex(column, ":")+1:]
	switch {
	case bad:
		return f.badValue(column, name, user)
	case column == "cognito:username":
		return f.username(user)
	case name == "email":
		return f.email(user)
	case name == "phone_number":
		return phoneOf(user)
	case strings.HasSuffix(name, "_verified"):
		return pick(f.r, "true", "true", "TRUE", "true", "true", "true", "true", "True", "", "false")
	case column == "password_hash":
		return pick(f.r, "", goodHashes[f.pool.algorithm])
	case column == "poolhouse:external_id":
		return fmt.Sprint("old-", user)
	}
	if f.r.IntN(4) == 0 && !slices.Contains(f.pool.required, name) {
		return ""
	}
	switch name {
	case "birthdate":
		return pick(f.r, fmt.Sprintf("%02d/%02d/%d", 1+f.r.IntN(12), 13+f.r.IntN(16), 1930+user%80), "1985-02-01")
	case "updated_at":
		return fmt.Sprint(1_700_000_000 + user)
	case "level":
		return pick(f.r, "1", "100", "12.50", "5e1")
	case "code":
		return pick(f.r, "abc", "12345678", "a, b", "ÄÖÜ")
	case "member":
		return pick(f.r, "true", "False")
	case "since":
		return pick(f.r, "2024-11-21T10:00:00Z", "2024-11-21", "1732183200")
	case "mfa_enabled":
		return f.factor()
	case "preferred_username":
		return fmt.Sprint(pick(f.r, "p", "P"), user)
	}
	return pick(f.r, "Zoë", "Smith, J.", `The "Big" One`, "two\nlines", "=1+1", "-x", "'tis", "plain", "日本")
}

// factor returns a random value for cognito:mfa_enabled that the pool accepts.
func (f *drawnFile) factor() string {
	switch f.pool.in["MfaConfiguration"] {
	case "ON":
		return pick(f.r, "", "true", "TRUE")
	case "OFF":
		return pick(f.r, "", "false", "FALSE")
	}
	return pick(f.r, "", "true", "false")
}

// username returns a user's name, in pools that ignore case also with other capitals.
func (f *drawnFile) username(user int) string {
	switch p := f.pool; {
	case p.byEmail && (!p.byPhone || user%2 == 0):
		return f.email(user)
	case p.byPhone:
		return phoneOf(user)
	}
	return fmt.Sprint(pick(f.r, "user", "user", "user", "USER"), user)
}

func (f *drawnFile) email(user int) string {
	return fmt.Sprint(pick(f.r, "user", "user", "user", "User"), user, "@example.com")
}

func phoneOf(user int) string { return fmt.Sprintf("+1555%07d", user) }

// goodHashes has a cheap hash of each algorithm.
var goodHashes = map[string]string{
	"BCRYPT":        "$2b$04$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyz01234",
	"SCRYPT":        "256$8$1$00112233445566778899aabbccddeeff$00112233445566778899aabbccddeeff",
	"ARGON2ID":      "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaA",
	"PBKDF2_SHA256": "$pbkdf2-sha256$100$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaA",
}

// badValues are values that are invalid, or may be invalid, by column.
var badValues = map[string][]string{
	"username": {"", "two words", "tab\there", strings.Repeat("n", 129), "someone@example.com", "+15550001122", "neither", "bell\a"},
	"email": {"", "nobody", "a@b@example.com", "@example.com", "a b@example.com", ".a@example.com", "a@example", "a@-example.com", "a@example..com",
		strings.Repeat("l", 65) + "@example.com", "user7@example.com", "\x00@example.com"},
	"phone_number": {"", "+1 (555) 010-0199", "0044 20 7946 0018", "15550100199", "4.42079E+11", "+0441234567", "+1", "+1234567890123456", "phone", "+15550000007"},
	"birthdate":    {"1.2.1985", "31/12/1979", "02/30/1991", "1/2/85", "yesterday", "1985-13-01"},
	"updated_at":   {"today", "-1", "1e400", "1,700,000,000"},
	"level":        {"0", "101", "many", "1,5", "0x10", "1e400"},
	"code":         {"ab", "123456789", "nul\x00", strings.Repeat("c", 2049)},
	"member":       {"yes", "1", "nein"},
	"since":        {"21.11.2024", "2024-11-21 10:00", "soon"},
	"mfa_enabled":  {"true", "false", "on"},
	"nickname":     {"n", strings.Repeat("n", 31), "\x00\x00"},
	"external_id":  {"", strings.Repeat("e", 300), "old-7", "bell\a"},
}

func (f *drawnFile) badValue(column, name string, user int) string {
	switch {
	case strings.HasSuffix(name, "_verified"):
		return pick(f.r, "yes", "1", "false", "", "maybe")
	case column == "password_hash":
		hashes := make([]string, 0, 4)
		for hash := range broken[f.pool.algorithm] {
			hashes = append(hashes, hash)
		}
		slices.Sort(hashes)
		return pick(f.r, append(hashes, "secret")...)
	case len(badValues[name]) > 0:
		return pick(f.r, badValues[name]...)
	case slices.Contains(f.pool.required, name):
		return ""
	}
	return pick(f.r, strings.Repeat("v", 2049), "nul\x00", fmt.Sprint("p", f.r.IntN(f.names)))
}
