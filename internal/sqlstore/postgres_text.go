package sqlstore

import (
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
)

// copyText produces rows in COPY's text format while they are sent, so that they are not in memory
// twice.
type copyText struct {
	n         int // number of rows
	appendRow func(text []byte, i int) []byte
	next      int
	text      []byte // rows produced so far
	sent      int    // bytes of text that are sent
}

// copyChunk is the approximate number of bytes produced at a time.
const copyChunk = 64 << 10

func (c *copyText) Read(p []byte) (int, error) {
	if c.sent == len(c.text) {
		c.text, c.sent = c.text[:0], 0
		for ; c.next < c.n && len(c.text) < copyChunk; c.next++ {
			c.text = c.appendRow(c.text, c.next)
		}
		if len(c.text) == 0 {
			return 0, io.EOF
		}
	}
	n := copy(p, c.text[c.sent:])
	c.sent += n
	return n, nil
}

// appendCopyRow appends a row of strings, numbers, booleans, bytes and nils.
func appendCopyRow(text []byte, values ...any) []byte {
	for i, v := range values {
		if i > 0 {
			text = append(text, '\t')
		}
		switch v := v.(type) {
		case nil:
			text = append(text, `\N`...)
		case int64:
			text = strconv.AppendInt(text, v, 10)
		case string:
			text = appendCopyString(text, v)
		case bool:
			text = strconv.AppendBool(text, v)
		case []byte:
			text = hex.AppendEncode(append(text, `\\x`...), v)
		default:
			panic(fmt.Sprintf("sqlstore: a %T in a row to copy", v)) // a caller passes a type that is not handled
		}
	}
	return append(text, '\n')
}

// appendCopyString escapes the special characters of the text format (PostgreSQL's manual, COPY,
// "Text Format").
func appendCopyString(text []byte, s string) []byte {
	done := 0
	for i := range len(s) {
		var escaped byte
		switch s[i] {
		case '\\':
			escaped = '\\'
		case '\t':
			escaped = 't'
		case '\n':
			escaped = 'n'
		case '\r':
			escaped = 'r'
		default:
			continue
		}
		text = append(append(text, s[done:i]...), '\\', escaped)
		done = i + 1
	}
	return append(text, s[done:]...)
}
