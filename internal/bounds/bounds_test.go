package bounds

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func dial(t *testing.T, l net.Listener, from string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 5 * time.Second}
	c, err := d.DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Skipf("this system has no address %s: %v", from, err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestConnections: connections beyond the limits are answered 503, those of other
// addresses go on, and a place is free again once a connection ends.
func TestConnections(t *testing.T) {
	open, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan int, 10)
	l := Connections{Total: 3, Address: 2, Refused: func(n int, _ string) { told <- n }}.Listen(open, false)
	defer l.Close()
	accepted := make(chan net.Conn, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				close(accepted)
				return
			}
			accepted <- c
		}
	}()
	refused := func(from string) {
		t.Helper()
		c := dial(t, l, from)
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		got, err := io.ReadAll(c)
		if err != nil || !strings.HasPrefix(string(got), "HTTP/1.1 503 ") || !strings.Contains(string(got), "Retry-After: 1\r\n") {
			t.Errorf("a connection beyond the limit is answered %q, %v", got, err)
		}
	}
	taken := func(from string) net.Conn {
		t.Helper()
		dial(t, l, from)
		select {
		case c := <-accepted:
			return c
		case <-time.After(5 * time.Second):
			t.Fatal("a connection within the limit is not taken")
			return nil
		}
	}
	first := taken("127.0.0.1")
	taken("127.0.0.1")
	refused("127.0.0.1") // the third of its address
	taken("127.0.0.2")
	refused("127.0.0.2") // the fourth in all
	first.Close()
	first.Close() // again, which gives no second place
	taken("127.0.0.1")
	refused("127.0.0.1")
	if n := <-told; n != 1 || len(told) > 0 {
		t.Errorf("%d refusals were told at first, and %d times more within the minute", n, len(told))
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		want, reserve, least int
		limit                uint64
		got                  int
		fails                bool
	}{
		{1000, 100, 16, 1 << 30, 1000, false},
		{1000, 100, 16, 1024, 924, false},
		{1000, 100, 16, 116, 16, false},
		{1000, 100, 16, 115, 0, true},
	} {
		got, err := within(c.want, c.reserve, c.least, c.limit)
		if got != c.got || (err != nil) != c.fails {
			t.Errorf("%+v: %d, %v", c, got, err)
		}
	}
}
