package wire

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

// shape is a stream of requests, and why the connection is ended.
type shape struct {
	name, stream string
	fault        string // a part of the fault; "" if there is none
}

const get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

// shapes are faulty streams, and valid streams that look like them.
var shapes = []shape{
	{"a request", get, ""},
	{"requests in a row", get + "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /" + get, ""},
	{"chunks", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n" + get, ""},
	{"a trailer", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: CHUNKED \r\n\r\n0\r\nX-Sum: 1\r\n\r\n" + get, ""},
	{"lines in a body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n a:b\n\n\x00 x" + get, ""},
	{"a line before a request", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx\r\n" + get, ""},
	{"an old version with a length", "POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx" + get, ""},
	{"long lines", "GET /?" + strings.Repeat("a", 9000) + " HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("b", 9000) + "\r\nTransfer-Encoding: chunked\r\n\r\n0;" + strings.Repeat("c", 3000) + "\r\n\r\n" + get, ""},
	{"names that are longer", "POST / HTTP/1.1\r\nHost: x\r\nX-Content-Length: 7\r\nContent-Length-X: 8\r\nTransfer-Encoding-Of: chunked\r\n\r\n" + get, ""},

	{"length and chunks", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", lengthAndCoding},
	{"chunks and length", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", lengthAndCoding},
	{"in other letters", "POST / HTTP/1.1\r\nHost: x\r\nTRANSFER-encoding:\tchunked\r\ncontent-LENGTH:5\r\n\r\n0\r\n\r\n", lengthAndCoding},
	{"length and a coding that is not known", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: identity\r\n\r\n", lengthAndCoding},
	{"two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "more than one Content-Length"},
	{"one length twice", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX: y\r\nContent-Length: 5\r\n\r\n", "more than one Content-Length"},
	{"a list of lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\n", "not a number"},
	{"a length with a sign", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n", "not a number"},
	{"a length in hexadecimal", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\n", "not a number"},
	{"a length with an underscore", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1_0\r\n\r\n", "not a number"},
	{"no length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", "not a number"},
	{"a negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "not a number"},
	{"a length without an end", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775808\r\n\r\n", "not a number"},
	{"a length behind many spaces", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:" + strings.Repeat(" ", 300) + "5\r\n\r\n", "not a number"},
	{"chunked twice", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "more than one Transfer-Encoding"},
	{"chunked in an old version", "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "only allowed in HTTP/1.1"},
	{"a fold", "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", "folded"},
	{"a fold by a tab", "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n\tTransfer-Encoding: chunked\r\n\r\n", "folded"},
	{"a fold at the beginning", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", "folded"},
	{"a fold of spaces", "GET / HTTP/1.1\r\nHost: x\r\n  \r\n\r\n", "folded"},
	{"a fold in a trailer", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: a\r\n b\r\n\r\n", "folded"},
	{"a line feed behind the request's line", "GET / HTTP/1.1\nHost: x\r\n\r\n", "line feed alone"},
	{"a line feed behind a header", "GET / HTTP/1.1\r\nHost: x\nContent-Length: 5\r\n\r\n", "line feed alone"},
	{"a line feed behind the header", "GET / HTTP/1.1\r\nHost: x\r\n\n", "line feed alone"},
	{"a line feed before a request", "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "line feed alone"},
	{"a line feed behind a size", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\n\r\n", "line feed alone"},
	{"a line feed behind a chunk", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\n0\r\n\r\n", "line feed alone"},
	{"a line feed in a trailer", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\r\n", "line feed alone"},
	{"a chunk that is longer", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n", "longer than its size"},
	{"a size with a sign", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "size of a chunk"},
	{"a size of 0x", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n", "size of a chunk"},
	{"no size", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "size of a chunk"},
	{"a size without an end", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "size of a chunk"},
	{"a size and a space", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1 ;a\r\n", "size of a chunk"},
	{"behind a good request", get + "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", lengthAndCoding},
}

// read passes a stream to a scanner in pieces, and returns the number of bytes passed
// on.
func read(stream string, piece int) (handed int, s *scanner, ends bool) {
	s = new(scanner)
	for handed < len(stream) {
		p := []byte(stream[handed:min(len(stream), handed+piece)])
		good, ends := s.scan(p)
		handed += good
		clear(p) // the scanner must not refer to it
		if ends {
			return handed, s, true
		}
	}
	return handed, s, false
}

// TestScanner: the scanner finds the fault of each shape, for pieces of any size. It
// passes on nothing after the faulty line.
func TestScanner(t *testing.T) {
	for _, c := range shapes {
		whole, _, _ := read(c.stream, len(c.stream))
		for _, piece := range []int{1, 2, 3, 7, 100, 4096, len(c.stream)} {
			handed, s, ends := read(c.stream, piece)
			switch {
			case c.fault == "" && (ends || s.fault != "" || handed != len(c.stream)):
				t.Errorf("%s, in pieces of %d: ended (%s) after %d bytes of %d", c.name, piece, s.fault, handed, len(c.stream))
			case c.fault == "" && s.state != atRequest:
				t.Errorf("%s, in pieces of %d: it is in state %d at the end", c.name, piece, s.state)
			case c.fault != "" && (!ends || !strings.Contains(s.fault, c.fault)):
				t.Errorf("%s, in pieces of %d: ended %v (%s), want %q", c.name, piece, ends, s.fault, c.fault)
			case c.fault != "" && strings.ContainsRune(c.stream[min(whole, handed):handed], '\n'):
				t.Errorf("%s, in pieces of %d: the faulty line is passed on: %q", c.name, piece, c.stream[:handed])
			}
			if len(s.line.head) > keptHead || len(s.line.tail) > keptTail {
				t.Errorf("%s: it keeps %d and %d bytes", c.name, len(s.line.head), len(s.line.tail))
			}
		}
	}
}

// TestUnknownCoding: net/http gets a header with an unknown coding, which it refuses,
// and nothing after it.
func TestUnknownCoding(t *testing.T) {
	for _, value := range []string{"gzip", "identity", "chunked, identity", "gzip, chunked", "chunked;x", "\vchunked", "xchunked", ""} {
		header := "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + value + "\r\n\r\n"
		for _, piece := range []int{1, 9, 4096} {
			if handed, s, ends := read(header+get, piece); !ends || handed != len(header) || s.fault != "" {
				t.Errorf("%q: ended %v after %d of %d bytes (%s)", value, ends, handed, len(header), s.fault)
			}
		}
	}
}

// FuzzAgree: if both net/http and the scanner accept a request, they agree on its end.
// What the scanner passes on of a faulty request is not a complete request for
// net/http.
func FuzzAgree(f *testing.F) {
	for _, c := range shapes {
		f.Add([]byte(c.stream), 5)
	}
	f.Fuzz(func(t *testing.T, stream []byte, piece int) {
		handed, s, ends := read(string(stream), 1+max(0, piece)%5000)
		given := passedOn(stream[:handed], ends)
		counted := &counter{r: bytes.NewReader(given)}
		buffered := bufio.NewReader(counted)
		again := new(scanner)
		at := 0
		for {
			request, err := http.ReadRequest(buffered)
			if err != nil {
				return
			}
			if _, err := io.Copy(io.Discard, request.Body); err != nil {
				return
			}
			if request.Proto != "HTTP/1.1" && request.Proto != "HTTP/1.0" { // the server refuses other versions
				return
			}
			end := counted.n - buffered.Buffered()
			if end > handed {
				t.Fatalf("net/http took %q, and the scanner handed on %q of it (%s)", given[:end], stream[:handed], s.fault)
			}
			for ; at < end; at++ { // byte by byte up to the place of net/http
				if _, ended := again.scan(stream[at : at+1]); ended && !again.last {
					t.Fatalf("net/http took %q, and the scanner ended: %s", stream[:end], again.fault)
				}
			}
			if !again.last && again.state != atRequest {
				t.Fatalf("net/http ended a request at %q, and the scanner is in state %d", stream[:end], again.state)
			}
		}
	})
}

// passedOn returns what net/http gets.
func passedOn(handed []byte, ends bool) []byte {
	if ends {
		return append(bytes.Clone(handed), noHeader...)
	}
	return handed
}

type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func BenchmarkScanner(b *testing.B) {
	request := []byte("POST / HTTP/1.1\r\nHost: 127.0.0.1:9229\r\nUser-Agent: aws-sdk-go-v2/1.47.7 os/linux lang/go#1.26.8\r\nContent-Length: 42\r\n" +
		"Amz-Sdk-Invocation-Id: 67f5e2f2-95d4-4a53-b5a4-05e7d6a5d1d7\r\nAmz-Sdk-Request: attempt=1; max=3\r\n" +
		"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + strings.Repeat("0", 64) + "\r\n" +
		"Content-Type: application/x-amz-json-1.1\r\nX-Amz-Date: 20261129T101339Z\r\nX-Amz-Target: AWSCognitoIdentityProviderService.ListUsers\r\nAccept-Encoding: gzip\r\n\r\n" + strings.Repeat("x", 42))
	var s scanner
	b.ReportAllocs()
	for b.Loop() {
		if _, ends := s.scan(request); ends {
			b.Fatal(s.fault)
		}
	}
}
