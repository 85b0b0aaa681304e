package userrow

import (
	"bytes"
	"encoding/hex"
)

// A Sub is a user's sub as 16 bytes. It sorts like its text.
type Sub [16]byte

// subText is the form of a sub; x stands for a digit.
const subText = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

// ParseSub reads a sub. It is false if the text is not a UUID of 32 lower-case hexadecimal digits
// and four hyphens.
func ParseSub(text string) (s Sub, ok bool) {
	if len(text) != len(subText) {
		return s, false
	}
	low, _, ok := SubRange(text)
	return low, ok
}

// String returns the sub as text.
func (s Sub) String() string {
	text := make([]byte, 0, len(subText))
	for i, part := range [...][]byte{s[:4], s[4:6], s[6:8], s[8:10], s[10:]} {
		if i > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, part)
	}
	return string(text)
}

// SubRange returns the least and the greatest sub with a prefix. It is false if there is none.
func SubRange(prefix string) (least, greatest Sub, ok bool) {
	if len(prefix) > len(subText) {
		return least, greatest, false
	}
	digits := 0
	var text [2 * len(Sub{})]byte
	for i := range len(prefix) {
		c := prefix[i]
		if subText[i] == '-' {
			if c != '-' {
				return least, greatest, false
			}
			continue
		}
		if bytes.IndexByte([]byte("0123456789abcdef"), c) < 0 {
			return least, greatest, false
		}
		text[digits] = c
		digits++
	}
	fill := func(sub *Sub, with byte) {
		for i := digits; i < len(text); i++ {
			text[i] = with
		}
		_, _ = hex.Decode(sub[:], text[:]) // cannot fail: all are digits
	}
	fill(&least, '0')
	fill(&greatest, 'f')
	return least, greatest, true
}
