package storetest

import (
	"bytes"
	"crypto/rand"
	"sync"
	"testing"
)

// testPageSecret: all servers that start at the same time get the same secret, and so do later
// ones.
func testPageSecret(t *testing.T, s Store) {
	secrets := make([][]byte, 4)
	var all sync.WaitGroup
	for i := range secrets {
		all.Go(func() {
			fresh := []byte(rand.Text())
			got, err := s.PageSecret(t.Context(), fresh)
			if err != nil {
				t.Error(err)
			}
			secrets[i] = got
		})
	}
	all.Wait()
	later, err := s.PageSecret(t.Context(), []byte("later"))
	if err != nil || len(later) == 0 || bytes.Equal(later, []byte("later")) {
		t.Errorf("later: %q, %v", later, err)
	}
	for _, secret := range secrets {
		if !bytes.Equal(secret, later) {
			t.Errorf("one server has %q, another %q", secret, later)
		}
	}
}
