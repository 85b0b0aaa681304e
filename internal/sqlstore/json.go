package sqlstore

// appendJSON appends a string as JSON. Most strings need no escapes; non-ASCII bytes are copied. It
// is written by hand for speed: an import calls it for every row.
func appendJSON(out []byte, s string) []byte {
	out = append(out, '"')
	done := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		out = append(out, s[done:i]...)
		if done = i + 1; c >= ' ' {
			out = append(out, '\\', c)
		} else {
			const hex = "0123456789abcdef"
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(out, s[done:]...), '"')
}
