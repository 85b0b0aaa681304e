package exchange

import "strings"

// DetailHeader is the header in which an answer says more of an error than the
// real service's message does, such as the place of a mistake.
const DetailHeader = "X-Poolhouse-Detail"

// Detail tells more of the error that is about to be answered, in a header of
// the answer, if there is one, and in the request's line in the log. The text is in the server's
// own words: it holds no secret and no attribute of a user. "" tells nothing.
func (x *Exchange) Detail(text string) {
	if text == "" {
		return
	}
	x.detail = HeaderText(text)
	if x.writer != nil {
		x.writer.Header().Set(DetailHeader, x.detail)
	}
}

// Hint tells who runs the server what may be behind the error that is about to be
// answered: in the request's line in the log alone. The text is in the server's own words, as
// that of [Exchange.Detail]. "" tells nothing.
func (x *Exchange) Hint(text string) { x.hint = HeaderText(text) }

// maxHeader bounds a text in a header, in bytes: clients limit the length of a
// header's line.
const maxHeader = 1024

// HeaderText makes a text fit for a header: one line of ASCII that is not too
// long.
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
