package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestSeveralServersExample runs the example unchanged, and imports through both of its
// servers.
func TestSeveralServersExample(t *testing.T) {
	together(t)
	if found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb"); err != nil || len(found) == 0 {
		lacking(t, "PostgreSQL's server")
	}
	// The test's own directory would have a name too long for a socket.
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	const port = 39229
	script := exec.Command("../examples/several-servers.sh", dir)
	script.Env = append(os.Environ(), "PORT="+strconv.Itoa(port))
	inOwnGroup(script) // the servers end with it, in every case
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	script.Stdout, script.Stderr = log, log
	if err := script.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = endGroup(script) // it may have ended
		_ = script.Wait()
	})
	clients := []*node{}
	for i := range 2 {
		n := &node{t: t, url: "http://127.0.0.1:" + strconv.Itoa(port+i), setup: setup{flags: []string{"s3://imports"}}}
		n.env = append(os.Environ(), "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=PHIAEXAMPLE", "AWS_SECRET_ACCESS_KEY=example-root-secret", "AWS_ENDPOINT_URL="+n.url)
		clients = append(clients, n)
	}
	await(t, "the servers to be ready", 3*time.Minute, func() bool { return clients[0].isReady() && clients[1].isReady() }, func() string {
		text, _ := os.ReadFile(log.Name()) // for the message only
		return string(text)
	})
	_, err = clients[0].run(binary, "keys", "create", "ada")
	if list, err2 := clients[1].run(binary, "keys", "list"); err != nil || err2 != nil || !strings.Contains(list, "ada") {
		t.Errorf("an access key of one server at the other: %v, %v: %s", err, err2, list)
	}
	file := writeFile(t, manyUsers(1000))
	for i, c := range clients {
		if got := c.importFile(file, func(string, string) {}); got.Imported != 1000 || strings.Count(got.Log, "\n") != 1002 {
			t.Errorf("server %d: %+v", i+1, got)
		}
	}
}
