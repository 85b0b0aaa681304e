package wire

import (
	"bytes"
	"math"
	"strconv"
)

// state is what comes next on a connection.
type state int

const (
	atRequest  state = iota // the line of a request, or an empty one before it
	inHeader                // a line of its header, or the empty line behind
	inBody                  // left bytes of a body
	atChunk                 // the line with the size of a chunk
	inChunk                 // left bytes of a chunk
	atChunkEnd              // the end of the line behind a chunk
	inTrailer               // a line of the trailer, or the empty line behind
)

// scanner follows the requests of one connection.
type scanner struct {
	state state
	left  uint64  // bytes of the body or the chunk
	line  partial // of a line whose beginning came before
	http1 bool    // the request's version is HTTP/1.1
	sized bool    // the request has a Content-Length
	codes coding  // its Transfer-Encoding
	last  bool    // net/http refuses the request, and closes
	fault string  // what is wrong, "" for nothing
}

// coding is what Transfer-Encoding says.
type coding int

const (
	plain   coding = iota // there is none
	chunked               // chunked alone
	unknown               // something else, which net/http answers with 501
)

// scan reads what came, and returns how many bytes of it may be handed on. If these are
// not all, or if ends is true, nothing behind them may be; fault then says why.
func (s *scanner) scan(p []byte) (good int, ends bool) {
	for good < len(p) {
		rest := p[good:]
		if s.state == inBody || s.state == inChunk {
			n := min(uint64(len(rest)), s.left)
			good += int(n)
			if s.left -= n; s.left == 0 {
				s.state = s.behind()
			}
			continue
		}
		if s.line.n == 0 && s.isFold(rest[0]) {
			return good, s.refuse("a header line is folded: it begins with a space")
		}
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			s.line.add(rest)
			return len(p), false
		}
		if !s.endLine(rest[:end]) {
			return good, true
		}
		good += end + 1
		if s.last {
			return good, true
		}
	}
	return good, false
}

// refuse says what is wrong.
func (s *scanner) refuse(fault string) (ends bool) {
	s.fault = fault
	return true
}

// behind is what comes behind the last byte of a body or a chunk.
func (s *scanner) behind() state {
	if s.state == inChunk {
		return atChunkEnd
	}
	return atRequest
}

// isFold reports whether a line that begins with a byte belongs to the one before it.
func (s *scanner) isFold(first byte) bool {
	return (s.state == inHeader || s.state == inTrailer) && (first == ' ' || first == '\t')
}

// endLine reads a line whose last bytes, before the line feed, are end. It is false for
// a line that is wrong.
func (s *scanner) endLine(end []byte) bool {
	head, tail, n := end[:min(len(end), keptHead)], end, len(end)
	if s.line.n > 0 {
		s.line.add(end)
		head, tail, n = s.line.head, s.line.tail, s.line.n
		s.line.reset()
	}
	if n == 0 || tail[len(tail)-1] != '\r' {
		return !s.refuse("a line ends with a line feed alone, not with CR LF")
	}
	whole := n == len(head)
	if whole {
		head = head[:n-1]
	}
	switch s.state {
	case atRequest:
		s.request(n > 1, tail)
	case inHeader:
		if n == 1 {
			s.endHeader()
		} else {
			s.header(head, whole)
		}
	case atChunk:
		s.chunk(head, whole)
	case atChunkEnd:
		if s.state = atChunk; n > 1 {
			s.fault = "a chunk is longer than its size"
		}
	case inTrailer:
		if n == 1 {
			s.state = atRequest
		}
	}
	return s.fault == ""
}

// request reads the first line of a request. Empty lines before it are net/http's to
// judge.
func (s *scanner) request(some bool, tail []byte) {
	if !some {
		return
	}
	s.state, s.left, s.sized, s.codes = inHeader, 0, false, plain
	s.http1 = bytes.HasSuffix(tail, []byte(" HTTP/1.1\r"))
}

var (
	contentLength    = []byte("Content-Length")
	transferEncoding = []byte("Transfer-Encoding")
)

// header reads a line of the header; whole tells whether head is all of it.
func (s *scanner) header(head []byte, whole bool) {
	name, value, _ := bytes.Cut(head, []byte(":"))
	switch {
	case len(name) == len(contentLength) && bytes.EqualFold(name, contentLength):
		s.length(bytes.Trim(value, " \t"), whole)
	case len(name) == len(transferEncoding) && bytes.EqualFold(name, transferEncoding):
		s.encoding(bytes.Trim(value, " \t"), whole)
	}
}

func (s *scanner) length(value []byte, whole bool) {
	n, err := strconv.ParseUint(string(value), 10, 63)
	switch {
	case s.sized:
		s.fault = "there is more than one Content-Length"
	case s.codes != plain:
		s.fault = both
	case err != nil || !whole:
		s.fault = "Content-Length is not a number"
	}
	s.sized, s.left = true, n
}

const both = "there are Content-Length and Transfer-Encoding"

func (s *scanner) encoding(value []byte, whole bool) {
	switch {
	case s.sized:
		s.fault = both
	case s.codes != plain:
		s.fault = "there is more than one Transfer-Encoding"
	case !s.http1:
		s.fault = "there is a Transfer-Encoding, which HTTP/1.1 alone has"
	case whole && bytes.EqualFold(value, []byte("chunked")):
		s.codes = chunked
	default:
		s.codes = unknown
	}
}

// endHeader reads the empty line behind the header.
func (s *scanner) endHeader() {
	switch {
	case s.codes == chunked:
		s.state = atChunk
	case s.codes == unknown:
		s.last = true
	case s.left > 0:
		s.state = inBody
	default:
		s.state = atRequest
	}
}

// chunk reads the line before a chunk: its size in hexadecimal digits, and extensions,
// which mean nothing here.
func (s *scanner) chunk(head []byte, whole bool) {
	digits, _, extended := bytes.Cut(head, []byte(";"))
	n, err := strconv.ParseUint(string(digits), 16, 64)
	switch {
	case err != nil || n > math.MaxInt64 || !whole && !extended:
		s.fault = "the size of a chunk is not a hexadecimal number"
	case n == 0:
		s.state = inTrailer
	default:
		s.state, s.left = inChunk, n
	}
}

// partial is a line whose end has not come yet: how much of it came, its first bytes,
// and its last ones.
type partial struct {
	n          int
	head, tail []byte
}

// How many bytes are kept of a line that comes in parts: enough for the headers that
// are read, and for the version behind a request's path.
const (
	keptHead = 256
	keptTail = len(" HTTP/1.1\r")
)

func (l *partial) add(part []byte) {
	l.n += len(part)
	l.head = append(l.head, part[:min(len(part), keptHead-len(l.head))]...)
	l.tail = append(l.tail, part[max(0, len(part)-keptTail):]...)
	if over := len(l.tail) - keptTail; over > 0 {
		l.tail = append(l.tail[:0], l.tail[over:]...)
	}
}

func (l *partial) reset() { l.n, l.head, l.tail = 0, l.head[:0], l.tail[:0] }
