package bounds

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/scratch"
)

func dial(t *testing.T, l net.Listener, from string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 5 * time.Second}
	c, err := d.DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		scratch.Lacking(t, fmt.Sprintf("no connection from %s: %v", from, err))
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestConnections: connections over a limit are answered 503. Those of other addresses go on,
// and a place is free again after a connection ends.
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
	second := taken("127.0.0.2")
	refused("127.0.0.2") // the fourth in all
	second.Close()
	taken("127.0.0.2")
	first.Close()
	first.Close() // a second time, which frees no second place
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

// held is a connection that does nothing.
type held struct {
	net.Conn
	address string
	port    int
	closed  bool
}

func (c *held) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.ParseIP(c.address), Port: c.port}
}
func (c *held) Close() error { c.closed = true; return nil }

// TestPlaces: when all places are taken, the connection that has waited longest is closed.
// Connections without any verified request come first. A connection with a verified request
// in progress is never closed, and neither is a new one.
func TestPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Connections{Total: 3, Address: 2}.Listen(nil, false)
		server := &http.Server{}
		l.Track(server)
		port := 0
		come := func(address string) (*held, *conn) {
			port++
			raw := &held{address: address, port: port}
			return raw, l.admit(raw)
		}
		verify := func(c *conn) { l.MarkVerified(&http.Request{RemoteAddr: c.RemoteAddr().String()}) }
		idle := func(c *conn) { server.ConnState(c, http.StateIdle) }
		busyRaw, busy := come("10.0.0.1")
		verify(busy)
		idleRaw, was := come("10.0.0.1")
		verify(was)
		idle(was)
		time.Sleep(time.Hour)
		silentRaw, silent := come("10.0.0.2")
		if silent == nil {
			t.Fatal("the third connection is refused")
		}
		if _, c := come("10.0.0.1"); c != nil {
			t.Error("the third connection of an address is taken")
		}
		time.Sleep(patience - 1)
		firstRaw, first := come("10.0.0.3")
		if first == nil || !idleRaw.closed || silentRaw.closed {
			t.Errorf("the stranger has just come: %t, %t", idleRaw.closed, silentRaw.closed)
		}
		time.Sleep(time.Nanosecond)
		if _, c := come("10.0.0.4"); c == nil || !silentRaw.closed || firstRaw.closed {
			t.Errorf("the stranger has waited: %v, %t, %t", c, silentRaw.closed, firstRaw.closed)
		}
		if _, c := come("10.0.0.5"); c != nil {
			t.Error("a connection that has just come made room")
		}
		time.Sleep(time.Hour)
		idle(busy) // its request has ended
		time.Sleep(time.Hour)
		for range 3 {
			if _, c := come("10.0.0.6"); c != nil {
				verify(c)
			}
		}
		if !firstRaw.closed || busyRaw.closed {
			t.Errorf("of one address, two: %t, %t", firstRaw.closed, busyRaw.closed)
		}
		if _, c := come("10.0.0.7"); c == nil || !busyRaw.closed {
			t.Errorf("the last that waits: %v, %t", c, busyRaw.closed)
		}
		if l.total != 3 || l.byAddress["10.0.0.6"] != 2 || len(l.byAddress) != 2 || len(l.all) != 3 {
			t.Errorf("%d connections, %v", l.total, l.byAddress)
		}
	})
}

func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(10)
		release, ok := b.Take(7)
		if _, more := b.Take(4); !ok || more {
			t.Errorf("7 of 10: %t, and 4 more: %t", ok, more)
		}
		begun := time.Now()
		go func() { time.Sleep(time.Second); release(); release() }()
		all, err := b.Wait(t.Context(), 100) // more than the total becomes the total
		if err != nil || time.Since(begun) != time.Second {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
		if _, ok := b.Take(1); ok {
			t.Error("a byte more than all is taken")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := b.Wait(ctx, 1); err == nil {
			t.Error("no wait has an end")
		}
		all()
		if _, ok := b.Take(10); !ok {
			t.Error("what was given back is not there")
		}
		var none *Budget
		if _, ok := none.Take(1 << 60); !ok {
			t.Error("a budget without an end has one")
		}
	})
}

func TestMemory(t *testing.T) {
	const info = "MemFree:  1 kB\nMemTotal:        4096 kB\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"nothing is known":   {nil, 0},
		"the machine":        {map[string]string{"proc/meminfo": info, "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n"}, 4 << 20},
		"a group":            {map[string]string{"proc/meminfo": info, "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "1048576\n"}, 1 << 20},
		"a group above":      {map[string]string{"proc/meminfo": info, "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/memory.max": "2097152\n"}, 2 << 20},
		"in a container":     {map[string]string{"proc/meminfo": info, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "3145728\n"}, 3 << 20},
		"version 1":          {map[string]string{"proc/meminfo": info, "proc/self/cgroup": "5:cpu:/x\n4:memory:/x\n", "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "1000\n"}, 1000},
		"more than there is": {map[string]string{"proc/meminfo": info, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "9223372036854771712\n"}, 4 << 20},
	} {
		root := t.TempDir() + "/"
		for file, text := range c.files {
			if err := os.MkdirAll(filepath.Dir(root+file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(root+file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := memoryBelow(root); got != c.want {
			t.Errorf("%s: %d bytes, want %d", name, got, c.want)
		}
	}
}

// TestCrowd: an address that takes most places cannot exclude other addresses, however fast
// its connections come.
func TestCrowd(t *testing.T) {
	l := Connections{Total: 10, Address: 9}.Listen(nil, false)
	come := func(address string, port int) (*held, *conn) {
		raw := &held{address: address, port: port}
		return raw, l.admit(raw)
	}
	var first *held
	for i := range 9 {
		raw, c := come("10.0.0.1", i)
		if c == nil {
			t.Fatalf("connection %d is refused", i)
		}
		if i == 0 {
			first = raw
		}
	}
	for i, want := range []bool{true, true, false} { // one place is free and one is freed; then it has two, and 8 are not four times as many as 3
		if _, c := come("10.0.0.2", i); (c != nil) != want {
			t.Errorf("connection %d of another address: %t", i, c != nil)
		}
	}
	if !first.closed {
		t.Error("the oldest did not make room")
	}
	if _, c := come("10.0.0.1", 100); c != nil {
		t.Error("the crowd keeps taking places")
	}
}

// TestShared: the limit for an address does not apply to a proxy; the total limit does. A
// proxy's connections are not closed because they are many.
func TestShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Connections{Total: 10, Address: 2, Shared: func(a netip.Addr) bool { return a == netip.MustParseAddr("10.0.0.1") }}.Listen(nil, false)
		come := func(address string, port int) (*held, bool) {
			raw := &held{address: address, port: port}
			return raw, l.admit(raw) != nil
		}
		first, ok := come("10.0.0.1", 0)
		for i := range 9 {
			_, more := come("10.0.0.1", i+1)
			ok = ok && more
		}
		if !ok {
			t.Fatal("the connections of a proxy are refused")
		}
		if _, ok := come("10.0.0.1", 10); ok {
			t.Error("a proxy has more connections than there may be in all")
		}
		if _, ok := come("10.0.0.2", 11); ok || first.closed {
			t.Error("a proxy's connection made room at once")
		}
		time.Sleep(patience)
		if _, ok := come("10.0.0.2", 12); !ok || !first.closed {
			t.Error("a proxy's connection that has waited made no room")
		}
		for i := range 2 {
			if _, ok := come("10.0.0.2", 13+i); ok != (i == 0) {
				t.Errorf("connection %d of another address: %t", i+1, ok)
			}
		}
	})
}

func TestUnderway(t *testing.T) {
	u := NewInFlight(2)
	one, ok := u.Begin("a")
	_, also := u.Begin("a")
	if !ok || !also {
		t.Fatal("two requests are refused")
	}
	if end, ok := u.Begin("a"); ok {
		t.Error("a third request of a caller is taken")
	} else {
		end() // ends no request
	}
	if _, ok := u.Begin("b"); !ok {
		t.Error("another caller is refused")
	}
	one()
	one() // a second time, which ends no other request
	if _, ok := u.Begin("a"); !ok {
		t.Error("after one has ended, the next is refused")
	}
	if _, ok := u.Begin("a"); ok {
		t.Error("one end made room for two")
	}
	end, _ := u.Begin("c")
	end()
	if len(u.counts) != 2 {
		t.Errorf("%d callers are remembered", len(u.counts))
	}
}

// TestRestingPlaces: a resting connection has a request that lasts as long as its client
// likes. It is never closed while there are strangers. It is closed when all other
// connections have requests in progress.
func TestRestingPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Connections{Total: 3, Address: 3}.Listen(nil, false)
		server := &http.Server{}
		l.Track(server)
		port := 0
		come := func() (*held, *conn) {
			port++
			raw := &held{address: fmt.Sprint("10.0.0.", port), port: port}
			return raw, l.admit(raw)
		}
		of := func(c *conn) *http.Request { return &http.Request{RemoteAddr: c.RemoteAddr().String()} }
		verify := func(c *conn) { l.MarkVerified(of(c)) }
		pageRaw, page := come()
		l.MarkLongLived(of(page)) // only counts after Verified
		verify(page)
		l.MarkLongLived(of(page))
		for range 100 {
			time.Sleep(patience / 3)
			_, _ = come()
		}
		if pageRaw.closed {
			t.Fatal("a page lost its place to strangers")
		}
		for l.waiting[stranger].oldest() != nil {
			verify(l.waiting[stranger].oldest())
		}
		if _, c := come(); c == nil || !pageRaw.closed {
			t.Errorf("all others are at work: %v, %t", c, pageRaw.closed)
		}
		if len(l.all) != 3 || l.waiting[resting].Len() != 0 {
			t.Errorf("%d connections, %d that rest", len(l.all), l.waiting[resting].Len())
		}
		// After its page has ended, a connection is like others.
		againRaw, again := come()
		if again != nil {
			t.Fatal("there is room without a connection that waits")
		}
		_ = againRaw.Close()
		for _, c := range l.all {
			_ = c.Close()
		}
		endedRaw, ended := come()
		verify(ended)
		l.MarkLongLived(of(ended))
		server.ConnState(ended, http.StateIdle)
		_, _ = come()
		_, _ = come()
		time.Sleep(patience - 1)
		if _, c := come(); c != nil || endedRaw.closed {
			t.Errorf("none has waited long enough: %v, %t", c, endedRaw.closed)
		}
		if ended.rank != known {
			t.Error("a connection rests whose request has ended")
		}
	})
}
