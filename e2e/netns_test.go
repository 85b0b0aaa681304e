package e2e

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// namespace is a host for one server: a network namespace with two links to the test's, one
// for the database and one for everything else.
type namespace struct {
	t        *testing.T
	name     string
	database link
	rest     link
}

// link is a pair of addresses; near is on the test's side.
type link struct{ device, near, far string }

// newNamespace creates a namespace that exists until the test ends.
func newNamespace(t *testing.T) *namespace {
	t.Helper()
	if os.Geteuid() != 0 {
		lacking(t, "being root, to make a network namespace,")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		lacking(t, "ip (Debian: apt-get install iproute2)")
	}
	id := strings.ToLower(rand.Text()[:6])
	seed := make([]byte, 2)
	rand.Read(seed)
	address := func(k, host byte) string {
		return fmt.Sprintf("10.%d.%d.%d", 200+seed[0]%50, seed[1], 4*k+host)
	}
	n := &namespace{t: t, name: "poolhouse-" + id,
		database: link{"phd" + id, address(1, 1), address(1, 2)}, rest: link{"phr" + id, address(2, 1), address(2, 2)}}
	n.ip("netns", "add", n.name)
	t.Cleanup(func() { n.ip("netns", "delete", n.name) }) // deletes its links too
	for inner, l := range map[string]link{"database": n.database, "rest": n.rest} {
		n.ip("link", "add", l.device, "type", "veth", "peer", "name", inner, "netns", n.name)
		n.ip("address", "add", l.near+"/30", "dev", l.device)
		n.ip("link", "set", l.device, "up")
		n.ip("-n", n.name, "address", "add", l.far+"/30", "dev", inner)
		n.ip("-n", n.name, "link", "set", inner, "up")
	}
	n.ip("-n", n.name, "link", "set", "lo", "up")
	return n
}

func (n *namespace) ip(args ...string) {
	n.t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		n.t.Fatalf("ip %s: %v: %s", strings.Join(args, " "), err, out)
	}
}

// forward listens on the near end of a link and forwards connections.
func forward(t *testing.T, near, network, target string) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", near+":0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(func() { stop(); listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go pass(ctx, conn, network, target)
		}
	}()
	return listener.Addr().String()
}

// pass copies bytes both ways until either side ends.
func pass(ctx context.Context, from net.Conn, network, target string) {
	defer from.Close()
	to, err := net.Dial(network, target)
	if err != nil {
		return
	}
	defer to.Close()
	defer context.AfterFunc(ctx, func() { from.Close(); to.Close() })()
	done := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{from, to}, {to, from}} {
		go func() {
			_, _ = io.Copy(way[0], way[1]) // both ends see how it ended
			done <- struct{}{}
		}()
	}
	<-done
}

// TestPathToDatabaseDrops silently cuts one server off from the database while it imports.
// Another takes over. The first one comes back and has done no harm.
func TestPathToDatabaseDrops(t *testing.T) {
	together(t)
	const rows = 200_000
	c, host := newCluster(t), newNamespace(t)
	bucket := "s3://" + c.bucket + "?endpoint=http://" + forward(t, host.rest.near, "tcp", strings.TrimPrefix(c.s3.Endpoint, "http://"))
	far := c.setup()
	far.flags[1] = "postgres://postgres@" + forward(t, host.database.near, "unix", c.postgres.Socket()) + "/" + c.name
	far.flags[3], far.listen = bucket, host.rest.far+":0"
	far.through = []string{"ip", "netns", "exec", host.name}
	near := c.setup()
	near.flags[3] = bucket

	file := mixedFile(t, rows)
	cut := c.add(far) // alone, so that it gets the jobs
	want := c.importFile(cut, file, func(string, string) {})
	got := c.importFile(cut, file, func(pool, job string) {
		before := c.await(pool, job, "some rows", func(w work) bool { return w.rows > 0 })
		other := c.add(near)
		host.ip("link", "set", host.database.device, "down")
		begun := time.Now()
		after := c.await(pool, job, "another server to go on", func(w work) bool { return w.epoch > before.epoch && w.rows > before.rows })
		t.Logf("another server went on after %v, with a takeover of %v", time.Since(begun).Round(10*time.Millisecond), takeover)
		if !after.active() || after.node != other.name {
			t.Errorf("%s did not take over: %+v", other.name, after)
		}
		host.ip("link", "set", host.database.device, "up")
		awaitReady(t, cut)
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the result differs (-undisturbed +disturbed):\n%.3000s", diff)
	}
	if !strings.Contains(cut.logged(), "its lease was lost") {
		t.Errorf("the server that was cut off has not noticed:\n%s", c.logs())
	}
}

// awaitReady waits until a server says that it can reach its database.
func awaitReady(t *testing.T, n *node) {
	t.Helper()
	await(t, "the server to be ready again", time.Minute, n.isReady, n.logged)
}

// isReady reports whether the server says that it can work.
func (n *node) isReady() bool {
	answer, err := (&http.Client{Timeout: 5 * time.Second}).Get(n.url + "/readyz")
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}
