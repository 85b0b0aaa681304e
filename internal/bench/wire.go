package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// wire is one persistent connection for requests that were encoded in advance. It costs a
// fraction of net/http's client. That matters because the clients share the processors with
// the server.
type wire struct {
	conn net.Conn
	in   *bufio.Reader
}

// wireTimeout bounds the time until an answer.
const wireTimeout = time.Minute

func (c *client) dial(ctx context.Context) (*wire, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(c.url, "http://"))
	if err != nil {
		return nil, err
	}
	return &wire{conn, bufio.NewReaderSize(conn, 64<<10)}, nil
}

func (w *wire) close() { _ = w.conn.Close() }

// bytes returns the encoded and signed request. It is valid for some minutes.
func (c *client) bytes(operation string, in any) ([]byte, error) {
	r, body, err := c.request(context.Background(), operation, in)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", r.URL.Host, len(body))
	if err := r.Header.Write(&out); err != nil {
		return nil, err
	}
	out.WriteString("\r\n")
	out.Write(body)
	return out.Bytes(), nil
}

// do sends a request and reads the answer.
func (w *wire) do(request []byte) (status int, answer []byte, err error) {
	if err := w.conn.SetDeadline(time.Now().Add(wireTimeout)); err != nil {
		return 0, nil, err
	}
	if _, err := w.conn.Write(request); err != nil {
		return 0, nil, err
	}
	length := -1
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return 0, nil, err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case len(line) == 0:
			if length < 0 {
				return 0, nil, errors.New("the answer has no Content-Length")
			}
			answer = make([]byte, length)
			_, err := io.ReadFull(w.in, answer)
			return status, answer, err
		case status == 0:
			status, err = statusOf(line)
		case len(line) > len(lengthHeader) && bytes.EqualFold(line[:len(lengthHeader)], lengthHeader):
			length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(lengthHeader):])))
		}
		if err != nil {
			return 0, nil, err
		}
	}
}

var lengthHeader = []byte("Content-Length:")

func statusOf(line []byte) (int, error) {
	_, rest, _ := bytes.Cut(line, []byte(" "))
	code, _, _ := bytes.Cut(rest, []byte(" "))
	return strconv.Atoi(string(code))
}

// call makes one call over the wire and returns how long it took.
func (w *wire) call(c *client, operation string, in, out any) (time.Duration, error) {
	request, err := c.bytes(operation, in)
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	status, answer, err := w.do(request)
	took := time.Since(begun)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", operation, err)
	}
	return took, understand(operation, status, answer, out)
}

// timed sends a request, and also returns how long the answer took.
func (w *wire) timed(request []byte) (status int, answer []byte, took time.Duration, err error) {
	begun := time.Now()
	status, answer, err = w.do(request)
	return status, answer, time.Since(begun), err
}
