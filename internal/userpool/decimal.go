package userpool

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
)

// Decimal is a value of an attribute of the type [Number], such as 12.50, -3 or 1e3. It
// has decimal digits, and may have a sign, a point and an exponent of ten. It is stored
// as it was written and compared as a number. Use [ParseDecimal] to make one.
//
// Its range is from -2^1023 to 2^1023, as for the constraints of an attribute (API
// Reference, NumberAttributeConstraintsType). Exponents are only added. So 1e999999999
// takes no more work than its eleven characters.
type Decimal struct {
	text string // as written
	// A number of up to 18 digits and nothing else is short, and text is its whole value.
	// Most numbers are. For the others, the fields below are set.
	short bool
	whole int64

	digits   string // the significant digits: the first and the last are not 0; "" for zero
	point    int64  // the value is 0.digits times ten to the power of point
	negative bool
}

const (
	// maxExponentDigits bounds the digits of an exponent, leading zeros not counted. It
	// keeps point within 64 bits for every text that a request can contain.
	maxExponentDigits = 9
	// largest has the digits of 2^1023.
	largest = "89884656743115795386465259539451236680898848947115328636715040578866337902750481566354238661203768010560056939935696" +
		"678829394884407208311246423715319737062188883946712432742638151109800623047059726541476042502884419075341171231440736956" +
		"555270413618581675255342293149119973622969239858152417678164812112068608"
)

// ParseDecimal parses a number. It returns false for any other text, and for a number out
// of range.
func ParseDecimal(text string) (Decimal, bool) {
	if len(text) > 0 && len(text) <= 18 && digitsOf(text) == len(text) {
		return Decimal{text: text, short: true, whole: whole(text)}, true
	}
	return parseLong(text)
}

// whole returns the value of up to 18 digits.
func whole(digits string) (n int64) {
	for i := range len(digits) {
		n = 10*n + int64(digits[i]-'0')
	}
	return n
}

func parseLong(text string) (Decimal, bool) {
	d := Decimal{text: text}
	rest := text
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		d.negative = rest[0] == '-'
		rest = rest[1:]
	}
	before := rest[:digitsOf(rest)]
	rest = rest[len(before):]
	fraction := ""
	if rest != "" && rest[0] == '.' {
		fraction = rest[1 : 1+digitsOf(rest[1:])]
		rest = rest[1+len(fraction):]
	}
	if before == "" && fraction == "" {
		return Decimal{}, false
	}
	exponent, ok := parseExponent(rest)
	if !ok {
		return Decimal{}, false
	}
	d.digits, d.point = significant(before, fraction)
	if d.digits == "" {
		d.point, d.negative = 0, false
		return d, true
	}
	d.point += exponent
	return d, d.point < int64(len(largest)) || d.point == int64(len(largest)) && d.digits <= largest
}

// digitsOf returns how many digits the text begins with.
func digitsOf(text string) int {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return i
		}
	}
	return len(text)
}

// parseExponent parses an exponent with its letter. The empty text is 0.
func parseExponent(text string) (int64, bool) {
	if text == "" {
		return 0, true
	}
	if text[0]|0x20 != 'e' {
		return 0, false
	}
	text = text[1:]
	negative := false
	if text != "" && (text[0] == '-' || text[0] == '+') {
		negative = text[0] == '-'
		text = text[1:]
	}
	if text == "" || digitsOf(text) != len(text) {
		return 0, false
	}
	text = strings.TrimLeft(text, "0")
	if len(text) > maxExponentDigits {
		return 0, false
	}
	if negative {
		return -whole(text), true
	}
	return whole(text), true
}

// significant returns the significant digits of a number, and how many of them precede
// the point. That count is negative if zeros follow the point first.
func significant(before, fraction string) (digits string, point int64) {
	before = strings.TrimLeft(before, "0")
	fraction = strings.TrimRight(fraction, "0")
	switch {
	case fraction == "":
		return strings.TrimRight(before, "0"), int64(len(before))
	case before == "":
		digits = strings.TrimLeft(fraction, "0")
		return digits, int64(len(digits) - len(fraction))
	}
	return before + fraction, int64(len(before))
}

// String returns the number as it was written.
func (d Decimal) String() string { return d.text }

// shown returns the number for a message. It returns name, the number's name in the
// schema, in place of a long number.
func (d Decimal) shown(name string) string {
	const most = 40 // characters
	if len(d.text) > most {
		return "the attribute's " + name
	}
	return d.text
}

// Compare returns -1, 0 or +1 as d is less than, equal to or greater than other. 1e1 and
// 10.0 are equal.
func (d Decimal) Compare(other Decimal) int {
	if d.short && other.short {
		return cmp.Compare(d.whole, other.whole)
	}
	return d.long().compare(other.long())
}

// long returns the number with the fields that are not set for a short one.
func (d Decimal) long() Decimal {
	if d.short {
		d, _ = parseLong(d.text)
	}
	return d
}

func (d Decimal) compare(other Decimal) int {
	if s, t := d.sign(), other.sign(); s != t {
		return cmp.Compare(s, t)
	}
	order := cmp.Compare(d.point, other.point)
	if order == 0 {
		order = strings.Compare(d.digits, other.digits)
	}
	if d.negative {
		return -order
	}
	return order
}

func (d Decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// Equal reports whether both numbers are written in the same way.
func (d Decimal) Equal(other Decimal) bool { return d.text == other.text }

// MarshalJSON writes a number that is valid in JSON and fits 64 bits as a number. Early
// versions stored every number so. It writes any other number as a string.
func (d Decimal) MarshalJSON() ([]byte, error) {
	if n, err := strconv.ParseInt(d.text, 10, 64); err == nil && strconv.FormatInt(n, 10) == d.text {
		return []byte(d.text), nil
	}
	return json.Marshal(d.text)
}

// UnmarshalJSON parses what MarshalJSON wrote.
func (d *Decimal) UnmarshalJSON(data []byte) error {
	text := string(data)
	if len(data) > 0 && data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	parsed, ok := ParseDecimal(text)
	if !ok {
		return Errorf(Internal, "a stored number cannot be parsed")
	}
	*d = parsed
	return nil
}
