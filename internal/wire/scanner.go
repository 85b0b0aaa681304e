package wire

import (
	"bytes"
	"math"
	"strconv"
)

// state is the expected next part on a connection.
type state int

const (
	atRequest  state = iota // the first line of a request, or an empty line before it
	inHeader                // a header line, or the empty line after the header
	inBody                  // the body; left bytes are missing
	atChunk                 // the line with the size of a chunk
	inChunk                 // a chunk; left bytes are missing
	atChunkEnd              // the line ending after a chunk
	inTrailer               // a trailer line, or the empty line after the trailer
)

// scanner follows the requests of one connection.
type scanner struct {
	state state
	left  uint64  // bytes missing of the body or the chunk
	line  partial // the beginning of an incomplete line
	http1 bool    // the request's version is HTTP/1.1
	sized bool    // the request has a Content-Length
	codes coding  // its Transfer-Encoding
	last  bool    // net/http refuses the request and closes
	fault string  // what is wrong; "" if nothing is
}

// coding is the request's Transfer-Encoding.
type coding int

const (
	plain   coding = iota // no Transfer-Encoding
	chunked               // only chunked
	unknown               // anything else; net/http answers 501
)

// scan checks the next bytes of the connection. It returns how many of them Read may
// pass to net/http. If ends is true, nothing after these may be passed on; fault then
// says why, unless net/http itself refuses the request.
func (s *scanner) scan(p []byte) (good int, ends bool) {
	for good < len(p) {
		rest := p[good:]
		if s.state == inBody || s.state == inChunk {
			n := min(uint64(len(rest)), s.left)
			good += int(n)
			if s.left -= n; s.left == 0 {
				s.state = s.afterBody()
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

// refuse records the fault, and returns true.
func (s *scanner) refuse(fault string) (ends bool) {
	s.fault = fault
	return true
}

// afterBody returns the state after the last byte of a body or a chunk.
func (s *scanner) afterBody() state {
	if s.state == inChunk {
		return atChunkEnd
	}
	return atRequest
}

// isFold reports whether a line that begins with this byte continues the line before
// it.
func (s *scanner) isFold(first byte) bool {
	return (s.state == inHeader || s.state == inTrailer) && (first == ' ' || first == '\t')
}

// endLine reads a line. end has the last bytes before the line feed. It returns false
// for a faulty line.
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

// request reads the first line of a request. It ignores empty lines before it, which
// net/http judges.
func (s *scanner) request(nonEmpty bool, tail []byte) {
	if !nonEmpty {
		return
	}
	s.state, s.left, s.sized, s.codes = inHeader, 0, false, plain
	s.http1 = bytes.HasSuffix(tail, []byte(" HTTP/1.1\r"))
}

var (
	contentLength    = []byte("Content-Length")
	transferEncoding = []byte("Transfer-Encoding")
)

// header reads a header line. whole says whether head is the complete line.
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
		s.fault = "the request has more than one Content-Length"
	case s.codes != plain:
		s.fault = lengthAndCoding
	case err != nil || !whole:
		s.fault = "Content-Length is not a number"
	}
	s.sized, s.left = true, n
}

const lengthAndCoding = "the request has both Content-Length and Transfer-Encoding"

func (s *scanner) encoding(value []byte, whole bool) {
	switch {
	case s.sized:
		s.fault = lengthAndCoding
	case s.codes != plain:
		s.fault = "the request has more than one Transfer-Encoding"
	case !s.http1:
		s.fault = "Transfer-Encoding is only allowed in HTTP/1.1"
	case whole && bytes.EqualFold(value, []byte("chunked")):
		s.codes = chunked
	default:
		s.codes = unknown
	}
}

// endHeader reads the empty line after the header.
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
// which are ignored.
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

// partial is an incomplete line: the number of its bytes so far, and its first and last
// bytes.
type partial struct {
	n          int
	head, tail []byte
}

// The bytes that are stored of an incomplete line. They are enough for the two headers
// that matter, and for the version after a request's path.
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
