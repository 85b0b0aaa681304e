package policy

import (
	"encoding/base64"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// The operators for other types than text. Their values have no policy variables
// (Condition operators). IAM accepts values of the wrong type, which then equal nothing.
// Here such a document is refused. A request's value of the wrong type equals nothing.

// relation reports whether the order of the request's value and the policy's satisfies
// an operator.
type relation func(order int) bool

func equal(order int) bool          { return order == 0 }
func less(order int) bool           { return order < 0 }
func lessOrEqual(order int) bool    { return order <= 0 }
func greater(order int) bool        { return order > 0 }
func greaterOrEqual(order int) bool { return order >= 0 }

type numberTest struct {
	want *big.Rat
	is   relation
}

func (t numberTest) holds(value string, _ keys) bool {
	got, ok := parseNumber(value)
	return ok && t.is(got.Cmp(t.want))
}

func compareNumber(is relation) func(*node, bool) (test, error) {
	return func(n *node, _ bool) (test, error) {
		want, ok := parseNumber(n.text)
		if !ok {
			return nil, refuse(n, "%.64q is no number. Write digits, if need be with a sign and a decimal point.", n.text)
		}
		return numberTest{want, is}, nil
	}
}

// parseNumber reads an integer or a decimal number exactly. It refuses exponents: the
// guide has none, and with them a short text can mean a very large number.
func parseNumber(s string) (*big.Rat, bool) {
	digits := strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if len(s) > 64 || !isDigits(whole) || point && !isDigits(fraction) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

type dateTest struct {
	want time.Time
	is   relation
}

func (t dateTest) holds(value string, _ keys) bool {
	got, ok := parseDate(value)
	return ok && t.is(got.Compare(t.want))
}

func compareDate(is relation) func(*node, bool) (test, error) {
	return func(n *node, _ bool) (test, error) {
		want, ok := parseDate(n.text)
		if !ok {
			return nil, refuse(n, "%.64q is no date. Write one like 2026-11-21 or 2026-11-21T12:00:00Z, or seconds since 1970.", n.text)
		}
		return dateTest{want, is}, nil
	}
}

// parseDate reads a date of the W3C's profile of ISO 8601, in UTC if it has no time, or
// seconds since 1970. Digits alone are seconds, so a year alone cannot be written. Twelve
// digits reach beyond the year 9999; more digits are probably milliseconds.
func parseDate(s string) (time.Time, bool) {
	if isDigits(s) {
		seconds, err := strconv.ParseInt(s, 10, 64)
		return time.Unix(seconds, 0), err == nil && len(s) <= 12
	}
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02", "2006-01-02T15:04Z07:00", "2006-01"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// boolTest is true or false, in any case.
type boolTest bool

func (t boolTest) holds(value string, _ keys) bool {
	return foldCase(value) == strconv.FormatBool(bool(t))
}

func equalBool(n *node, _ bool) (test, error) {
	want := foldCase(n.text)
	if want != "true" && want != "false" {
		return nil, refuse(n, "%.64q is neither true nor false. Write one of them.", n.text)
	}
	return boolTest(want == "true"), nil
}

type bytesTest string

func (t bytesTest) holds(value string, _ keys) bool { return value == string(t) }

func equalBytes(n *node, _ bool) (test, error) {
	want, err := base64.StdEncoding.Strict().DecodeString(n.text)
	if err != nil || strings.ContainsAny(n.text, "\r\n") {
		return nil, refuse(n, "%.64q is not in base64. Write the bytes in its standard form, with padding.", n.text)
	}
	return bytesTest(want), nil
}

type networkTest netip.Prefix

func (t networkTest) holds(value string, _ keys) bool {
	addr, err := netip.ParseAddr(value)
	return err == nil && netip.Prefix(t).Contains(addr.Unmap().WithZone(""))
}

// inNetwork reads an address or a range of addresses in CIDR form. One address is a
// range of size one.
func inNetwork(n *node, _ bool) (test, error) {
	if addr, err := netip.ParseAddr(n.text); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return networkTest(netip.PrefixFrom(addr, addr.BitLen())), nil
	}
	prefix, err := netip.ParsePrefix(n.text)
	if err != nil || prefix.Addr().Is4In6() {
		return nil, refuse(n, "%.64q is no range of addresses. Write one like 203.0.113.0/24 or 2001:db8::/32.", n.text)
	}
	return networkTest(prefix.Masked()), nil
}
