package apicore

import "unicode/utf8"

// Clip shortens a client's text for a message. It cuts between characters, after at most limit
// bytes, and ends a shortened text with an ellipsis.
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
