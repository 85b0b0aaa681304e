package apicore

import "unicode/utf8"

// Clip cuts a text that a client sent for a message: between characters, after
// limit bytes at most, with an ellipsis where it was cut.
func Clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
