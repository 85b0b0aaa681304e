package exchange

import "strings"

// DetailHeader is the header with more about an error than the real service's message has,
// such as the place of a mistake.
const DetailHeader = "X-Poolhouse-Detail"

// Detail adds a text about the error that will be answered to a header of the answer, if
// there is one, and to the log line of the request. The text is the server's own and has no
// secret and no user attribute. "" adds nothing.
func (x *Exchange) Detail(text string) {
	if text == "" {
		return
	}
	x.detail = HeaderText(text)
	if x.writer != nil {
		x.writer.Header().Set(DetailHeader, x.detail)
	}
}

// Hint adds a possible cause of the error, for the operator, to the log line of the request
// only. The text is the server's own, as that of [Exchange.Detail]. "" adds nothing.
func (x *Exchange) Hint(text string) { x.hint = HeaderText(text) }

// maxHeader bounds a text in a header, in bytes, because clients limit the length of a header
// line.
const maxHeader = 1024

// HeaderText converts a text for a header: one line of ASCII with a limited length.
func HeaderText(s string) string {
	text := strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\n' || r == '\t':
			return ' '
		case r < ' ' || r > '~':
			return '?'
		}
		return r
	}, s)
	if len(text) > maxHeader {
		text = text[:maxHeader-3] + "..."
	}
	return text
}
