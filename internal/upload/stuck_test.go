package upload

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestStuckLeftoversOfACrash: what cannot be removed keeps neither the rest nor
// the directory from being opened.
func TestStuckLeftoversOfACrash(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b/not-empty", "c"} {
		path := filepath.Join(dir, incoming, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d, err := OpenDisk(dir, 1000)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Stuck(); err == nil || !strings.Contains(err.Error(), "incoming/b") {
		t.Errorf("what is stuck: %v", err)
	}
	left, err := os.ReadDir(filepath.Join(dir, incoming))
	if err != nil || len(left) != 1 || left[0].Name() != "b" {
		t.Errorf("there are %v, %v", left, err)
	}
	if _, err := d.Receive(testKey, strings.NewReader("text")); err != nil {
		t.Error(err)
	}
}

// TestS3StuckObjects: an object that cannot be deleted keeps none of a pool's
// others, on its page of the list or on a later one.
func TestS3StuckObjects(t *testing.T) {
	var mu sync.Mutex
	deleted := map[string]bool{}
	s := answers(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		switch name := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]; {
		case r.Method == http.MethodDelete && name == "a":
			refuse(w, http.StatusForbidden, "AccessDenied")
		case r.Method == http.MethodDelete:
			deleted[name] = true
			w.WriteHeader(http.StatusNoContent)
		case r.URL.Query().Get("continuation-token") == "":
			list(w, "<IsTruncated>true</IsTruncated><NextContinuationToken>2</NextContinuationToken>", "a", "b")
		default:
			list(w, "", "c")
		}
	})
	err := s.RemovePool(t.Context(), poolID)
	if err == nil || !strings.Contains(err.Error(), poolID+"/a") || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("the error is %v", err)
	}
	if mu.Lock(); !deleted["b"] || !deleted["c"] || len(deleted) != 2 {
		t.Errorf("deleted were %v", deleted)
	}
	mu.Unlock()
}

// list answers a page of a list of a pool's objects.
func list(w http.ResponseWriter, more string, names ...string) {
	w.Header().Set("Content-Type", "application/xml")
	fmt.Fprintf(w, "<ListBucketResult>%s", more)
	for _, name := range names {
		fmt.Fprintf(w, "<Contents><Key>%s/%s/%s</Key></Contents>", account, poolID, name)
	}
	fmt.Fprint(w, "</ListBucketResult>")
}
