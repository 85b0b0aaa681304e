package datadir

import (
	"errors"
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
	for range 2 { // one that looks does not hinder the next
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

// TestServerThatWasKilled: what it left does not mislead, and its successor
// announces itself in its place, also while someone reads it.
func TestServerThatWasKilled(t *testing.T) {
	if dir := os.Getenv("ANNOUNCE_IN"); dir != "" {
		if _, err := Announce(dir, here); err != nil {
			t.Fatal(err)
		}
		os.Exit(0) // as by a kill: nothing is withdrawn
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
