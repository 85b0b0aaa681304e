package datadir

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var here = Endpoint{URL: "http://127.0.0.1:4711", Region: "eu-west-1", AccessKeyID: "PHIA"}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	lock, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second lock: %v", err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if lock, err = Lock(dir); err != nil {
		t.Errorf("a lock after the first ended: %v", err)
	}
	lock.Close()
}

// TestLockThatIsRemoved: a second process is refused even if the file lock is removed or replaced.
// It gets the directory after the first process was killed.
func TestLockThatIsRemoved(t *testing.T) {
	if dir := os.Getenv("LOCK_IN"); dir != "" {
		if _, err := Lock(dir); err != nil {
			fmt.Println(err)
			os.Exit(3)
		}
		fmt.Println("locked")
		_, _ = io.Copy(io.Discard, os.Stdin) // until the other end closes
		os.Exit(0)
	}
	dir := t.TempDir()
	start := func() (line string, end func()) {
		t.Helper()
		other := exec.Command(os.Args[0], "-test.run=^TestLockThatIsRemoved$")
		other.Env = append(os.Environ(), "LOCK_IN="+dir)
		_, err := other.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := other.StdoutPipe()
		if err == nil {
			err = other.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		line, _ = bufio.NewReader(out).ReadString('\n')
		return line, func() {
			_ = other.Process.Kill()
			_ = other.Wait()
		}
	}
	first, end := start()
	defer end()
	if first != "locked\n" {
		t.Fatalf("the first process: %s", first)
	}
	file := filepath.Join(dir, "lock")
	for name, change := range map[string]func() error{
		"as it is": func() error { return nil },
		"removed":  func() error { return os.Remove(file) },
		"replaced": func() error {
			return errors.Join(os.WriteFile(file+".new", nil, 0o600), os.Rename(file+".new", file))
		},
	} {
		if err := change(); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		said, stop := start()
		stop()
		if !strings.Contains(said, "another Poolhouse server has the data directory "+dir) {
			t.Errorf("with the file %s a second process says %q", name, said)
		}
	}
	end()
	said, stop := start()
	defer stop()
	if said != "locked\n" {
		t.Errorf("after the first was killed: %q", said)
	}
}

func TestAnnouncement(t *testing.T) {
	dir := t.TempDir()
	if _, err := Find(dir); !errors.Is(err, ErrNoServer) {
		t.Errorf("before: %v", err)
	}
	if _, err := Find(filepath.Join(dir, "none")); !errors.Is(err, ErrNoServer) {
		t.Errorf("a directory that is not there: %v", err)
	}
	a, err := Announce(dir, here)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // one reader does not block the next
		if got, err := Find(dir); err != nil || got != here {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	if err := a.Withdraw(); err != nil {
		t.Fatal(err)
	}
	if _, err := Find(dir); !errors.Is(err, ErrNoServer) {
		t.Errorf("after: %v", err)
	}
}

// TestServerThatWasKilled: its announcement is ignored. Its successor replaces the announcement,
// even while another process reads it.
func TestServerThatWasKilled(t *testing.T) {
	if dir := os.Getenv("ANNOUNCE_IN"); dir != "" {
		if _, err := Announce(dir, here); err != nil {
			t.Fatal(err)
		}
		os.Exit(0) // like a kill: nothing is withdrawn
	}
	dir := t.TempDir()
	killed := exec.Command(os.Args[0], "-test.run=^TestServerThatWasKilled$")
	killed.Env = append(os.Environ(), "ANNOUNCE_IN="+dir)
	if out, err := killed.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := os.Stat(endpointPath(dir)); err != nil {
		t.Fatal("nothing was left")
	}
	if got, err := Find(dir); !errors.Is(err, ErrNoServer) {
		t.Errorf("got %+v, %v; want that no server runs", got, err)
	}
	there := here
	there.URL = "http://127.0.0.1:4712"
	a, err := Announce(dir, there)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Find(dir); err != nil || got != there {
		t.Errorf("the successor: %+v, %v", got, err)
	}
	if err := a.Withdraw(); err != nil {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"url":"http://127.0.0.1:9229","region":"us-east-1","accessKeyId":"PHIA"}`)
	f.Add(`{"url":"http://h\u001b[0m","region":"x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		if e, err := read("FILE", strings.NewReader(text)); err == nil && (e.Region == "" || !strings.Contains(e.URL, "//")) {
			t.Errorf("%q gives %+v", text, e)
		}
	})
}

func TestOtherText(t *testing.T) {
	for _, text := range []string{"", "{", "http://127.0.0.1:9229\n", "{}", `{"url":"x","region":"y"}`, `{"url":"http://h"}`} {
		if got, err := read("a/endpoint", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "a/endpoint") {
			t.Errorf("%q gives %+v, %v", text, got, err)
		}
	}
}
