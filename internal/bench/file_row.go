package bench

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// line returns the row of a user. If the row is to be skipped, it has the username of the row
// before.
func (w *rowWriter) line(user int, skipped, failed bool) []byte {
	w.out = w.out[:0]
	named := user
	if skipped {
		named--
	}
	w.seed(named)
	username := bytes.Clone(w.username(named))
	w.seed(user)
	w.username(user) // the next values do not depend on it
	w.person()
	w.contact(user, failed)
	w.rest()
	w.out = append(w.out, username...)
	w.text(",", w.sometimes(2, "sales", "support", "research", "legal"), ",", strconv.Itoa(w.random.IntN(9)))
	if w.hashes {
		w.hash()
	}
	w.text("\n")
	return w.out
}

// hash writes the given hash, or a text of the form of bcrypt that belongs to no password.
func (w *rowWriter) hash() {
	if w.given != "" {
		w.text(",", strings.ReplaceAll(w.given, ",", `\,`))
		return
	}
	const digits = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	w.text(",$2a$10$")
	for range 53 {
		w.out = append(w.out, digits[w.random.IntN(len(digits))])
	}
}

// username is a random word, so that the file is unsorted, followed by the number, which
// makes it unique. It must be drawn first.
func (w *rowWriter) username(user int) []byte {
	w.out = w.out[:0]
	w.word(6)
	return strconv.AppendInt(append(w.out, '.'), int64(user), 10)
}

// person writes name to website.
func (w *rowWriter) person() {
	given := string(w.capital(4 + w.random.IntN(4)))
	family := string(w.capital(5 + w.random.IntN(4)))
	w.out = w.out[:0]
	w.text(given, " ", family, ",", given, ",", family, ",")
	w.text(w.sometimes(4, "Maria", "Lee", "Jo"), ",", w.sometimes(4, "kit", "max", "sam"), ",")
	w.word(8 + w.random.IntN(4))
	w.text(",,", w.sometimes(10, "https://img.example.com/1.png"), ",", w.sometimes(10, "https://example.org/"), ",")
}

// contact writes email to address. A row that is to fail has an invalid flag.
func (w *rowWriter) contact(user int, failed bool) {
	w.word(7)
	verified := "true"
	if failed {
		verified = "perhaps"
	}
	w.out = fmt.Appendf(w.out, "%d@example.com,%s,", user%1000, verified)
	w.text(w.sometimes(1, "female", "male"), ",")
	w.out = fmt.Appendf(w.out, "%02d/%02d/%d,", 1+w.random.IntN(12), 1+w.random.IntN(28), 1950+w.random.IntN(55))
	w.text(w.sometimes(1, "Europe/Paris", "Asia/Tokyo"), ",", w.sometimes(1, "en-GB", "fr-FR"), ",")
	w.out = fmt.Appendf(w.out, "+1555%08d,true,", w.random.IntN(100_000_000))
	w.text(w.sometimes(1, "12 Harbour Road Eastwick", "7 Mill Way Oakhurst"), ",")
}

// rest writes updated_at and cognito:mfa_enabled.
func (w *rowWriter) rest() {
	w.out = strconv.AppendInt(w.out, 1_700_000_000+w.random.Int64N(50_000_000), 10)
	w.text(",,")
}

func (w *rowWriter) text(parts ...string) {
	for _, p := range parts {
		w.out = append(w.out, p...)
	}
}

// sometimes returns one of the texts in one of `in` rows.
func (w *rowWriter) sometimes(in int, texts ...string) string {
	if w.random.IntN(in) > 0 {
		return ""
	}
	return texts[w.random.IntN(len(texts))]
}

func (w *rowWriter) word(n int) {
	for range n {
		w.out = append(w.out, 'a'+byte(w.random.IntN(26)))
	}
}

// capital returns a word with a capital letter, in place of what was written.
func (w *rowWriter) capital(n int) []byte {
	w.out = append(w.out[:0], 'A'+byte(w.random.IntN(26)))
	w.word(n - 1)
	return w.out
}
