package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// tally counts answers.
type tally struct {
	mu sync.Mutex
	of map[string]int
}

func (t *tally) add(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[string]int{}
	}
	t.of[what]++
}

func (t *tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(t.of)) {
		parts = append(parts, fmt.Sprintf("%d × %s", t.of[what], what))
	}
	return strings.Join(parts, ", ")
}

// attackPause is how long an attacker waits after a connection ended. Attackers share the
// processors with the server, and should hold memory and connections, not processors.
const attackPause = time.Second

// crowd runs size attackers that repeat do until ctx ends, each time with a new connection.
// They use addresses that no client has, 500 from each.
func crowd(ctx context.Context, on *target, size int, got *tally, do func(conn net.Conn) error) {
	var all sync.WaitGroup
	for i := range size {
		all.Go(func() {
			from := &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i/500))}
			for ctx.Err() == nil {
				conn, err := (&net.Dialer{LocalAddr: from, Timeout: time.Second}).DialContext(ctx, "tcp", strings.TrimPrefix(on.url, "http://"))
				if err == nil {
					stop := context.AfterFunc(ctx, func() { conn.Close() })
					err = do(conn)
					stop()
					conn.Close()
				}
				switch {
				case ctx.Err() != nil:
				case err != nil:
					got.add("broken off")
				}
				select {
				case <-ctx.Done():
				case <-time.After(attackPause):
				}
			}
		})
	}
	all.Wait()
}

// status reads the first line of an answer, and waits until the connection ends.
func (t *tally) status(conn net.Conn) error {
	line := make([]byte, 12) // HTTP/1.1 503
	if _, err := io.ReadFull(conn, line); err != nil {
		return err
	}
	t.add(string(line[9:]))
	_, err := io.Copy(io.Discard, conn)
	return err
}

const strangersHeader = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: " + contentType + "\r\nX-Amz-Target: " + targets + "ListUsers\r\nContent-Length: 1000000\r\n\r\n"

func withheld(ctx context.Context, on *target, got *tally) {
	crowd(ctx, on, 1000, got, func(conn net.Conn) error {
		if _, err := io.WriteString(conn, strangersHeader); err != nil {
			return err
		}
		return got.status(conn)
	})
}

func halves(ctx context.Context, on *target, got *tally) {
	half := bytes.Repeat([]byte(" "), 500_000)
	crowd(ctx, on, 1000, got, func(conn net.Conn) error {
		_, _ = io.WriteString(conn, strangersHeader)
		_, _ = conn.Write(half) // the answer may interrupt it
		return got.status(conn)
	})
}

func bodies(ctx context.Context, on *target, got *tally) {
	as := *on.client
	as.signer = on.stranger
	tags := map[string]string{}
	for i := range 30_000 {
		tags[fmt.Sprintf("key-%d-of-many", i)] = "and a value"
	}
	request, err := as.bytes("TagResource", map[string]any{"ResourceArn": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + on.pool, "Tags": tags})
	if err != nil {
		got.add(err.Error())
		return
	}
	request = bytes.Replace(request, []byte("\r\n"), []byte("\r\nConnection: close\r\n"), 1)
	crowd(ctx, on, 40, got, func(conn net.Conn) error {
		if _, err := conn.Write(request); err != nil {
			return err
		}
		return got.status(conn)
	})
}

func slowReaders(ctx context.Context, on *target, got *tally) {
	as := *on.client
	as.signer.Service = "logs"
	group := "/aws/cognito/userpools/" + on.pool + "/bench"
	var found struct {
		LogStreams []struct{ LogStreamName string }
	}
	err := as.call(ctx, "Logs_20140328.DescribeLogStreams", map[string]any{"logGroupName": group}, &found)
	if err != nil || len(found.LogStreams) == 0 {
		got.add(fmt.Sprint("no log stream: ", err))
		return
	}
	request, err := as.bytes("Logs_20140328.GetLogEvents", map[string]any{"logGroupName": group, "logStreamName": found.LogStreams[0].LogStreamName, "startFromHead": true})
	if err != nil {
		got.add(err.Error())
		return
	}
	crowd(ctx, on, 300, got, slowReader(ctx, request, got))
}

// smallReaders read answers that are not large.
func smallReaders(ctx context.Context, on *target, got *tally) {
	request, err := on.bytes("ListUsers", map[string]any{"UserPoolId": on.pool, "Limit": 60})
	if err != nil {
		got.add(err.Error())
		return
	}
	crowd(ctx, on, 1000, got, slowReader(ctx, request, got))
}

// slowReader sends a request and reads a KiB of the answer a second. It keeps the receive
// buffer as small as possible.
func slowReader(ctx context.Context, request []byte, got *tally) func(net.Conn) error {
	return func(conn net.Conn) error {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(4 << 10) // as small as possible
		}
		if _, err := conn.Write(request); err != nil {
			return err
		}
		line := make([]byte, 12)
		if _, err := io.ReadFull(conn, line); err != nil {
			return err
		}
		got.add(string(line[9:]))
		piece := make([]byte, 1<<10)
		for {
			if _, err := conn.Read(piece); err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(time.Second):
			}
		}
	}
}

func flood(ctx context.Context, on *target, got *tally) {
	crowd(ctx, on, 3000, got, got.status)
}
