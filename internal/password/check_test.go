package password

import (
	"context"
	"errors"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// madeElsewhere are hashes of other programs: libxcrypt, scrypt and pbkdf2_hmac of Python's
// hashlib, and the reference implementation of argon2.
var madeElsewhere = []struct{ algorithm, hash, password string }{
	{BCrypt, "$2b$04$abcdefghijklmnopqrstuuj50TxkpskVU6wcVadRkkonVIqVDUYne", "P@ssw0rd!"},
	{SCrypt, "16384$8$1$00112233445566778899aabbccddeeff$aa7751707fc489c850497af41f8c9c306007f58b0c5e7c420cacc5af38bf1f74", "P@ssw0rd!"},
	{PBKDF2SHA256, "$pbkdf2-sha256$1000$c2FsdCBvZiAxNiBieXRlcw$bKV9qcnA3SjOyVyl0Vc4.CUjXUXJspQA7ASyhiS0kr0", "P@ssw0rd!"},
	{PBKDF2SHA256, "$pbkdf2-sha256$1000$c2FsdCBvZiAxNiBieXRlcw==$bKV9qcnA3SjOyVyl0Vc4+CUjXUXJspQA7ASyhiS0kr0=", "P@ssw0rd!"},
	{Argon2id, "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password"},
}

func TestFits(t *testing.T) {
	h := NewHashes(2, 64)
	for _, c := range madeElsewhere {
		if fits, err := h.Matches(t.Context(), c.algorithm, c.hash, c.password); err != nil || !fits {
			t.Errorf("%s: the password is refused: %v", c.hash, err)
		}
		for _, wrong := range []string{"", c.password + "!", strings.ToUpper(c.password)} {
			if fits, err := h.Matches(t.Context(), c.algorithm, c.hash, wrong); err != nil || fits {
				t.Errorf("%s: %q is accepted (%v)", c.hash, wrong, err)
			}
		}
	}
}

// TestDamaged: a damaged hash is an error that does not repeat the hash.
func TestDamaged(t *testing.T) {
	h := NewHashes(1, 64)
	for _, c := range madeElsewhere {
		for _, damaged := range []string{"", "$", c.hash[:len(c.hash)-9] + "*", strings.ReplaceAll(c.hash, "$", "§"), c.hash + "$x"} {
			fits, err := h.Matches(t.Context(), c.algorithm, damaged, c.password)
			if fits || err == nil && damaged != c.hash {
				t.Errorf("%s %q is accepted: %v", c.algorithm, damaged, err)
			}
			if err != nil && damaged != "" && damaged != "$" && strings.Contains(err.Error(), damaged) {
				t.Errorf("the error tells the hash: %v", err)
			}
		}
	}
	if _, err := h.Matches(t.Context(), "MD5", "x", "x"); err == nil {
		t.Error("an algorithm that does not exist is accepted")
	}
}

// TestTurns: a check that waits longer than its deadline fails with the deadline's error, and the
// others continue.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHashes(1, 64)
		if err := h.running.Acquire(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		c := madeElsewhere[0]
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if fits, err := h.Matches(ctx, c.algorithm, c.hash, c.password); fits || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%t, %v", fits, err)
		}
		h.running.Release(1)
		if fits, err := h.Matches(t.Context(), c.algorithm, c.hash, c.password); !fits || err != nil {
			t.Errorf("%t, %v", fits, err)
		}
	})
}

// TestMemory: the memory of a check is known before it runs.
func TestMemory(t *testing.T) {
	for i, want := range []int64{1, 16, 1, 1, 64} {
		c, err := parseHash(madeElsewhere[i].algorithm, madeElsewhere[i].hash)
		if err != nil || c.mebibytes != want {
			t.Errorf("%s: %d MiB, want %d (%v)", madeElsewhere[i].hash, c.mebibytes, want, err)
		}
	}
}

// TestMemoryOfChecks: the memory of checks is collected early, no matter how much other memory
// there is.
func TestMemoryOfChecks(t *testing.T) {
	const most, mebibyte = 64, 1 << 20
	other := make([]byte, 256*mebibyte)
	runtime.GC()
	heap := func() int64 {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		return int64(sample[0].Value.Uint64())
	}
	before, peak := heap(), int64(0)
	h := NewHashes(2, most)
	var checks sync.WaitGroup
	for range 30 {
		checks.Go(func() {
			_, err := h.Matches(t.Context(), Argon2id, "$argon2id$v=19$m=19456,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password")
			if err != nil {
				t.Error(err)
			}
		})
	}
	done := make(chan struct{})
	go func() { checks.Wait(); close(done) }()
	for tick := time.NewTicker(time.Millisecond); ; {
		peak = max(peak, heap())
		select {
		case <-done:
			tick.Stop()
			runtime.KeepAlive(other)
			if more := (peak - before) / mebibyte; more > 2*most {
				t.Errorf("checks in %d MiB take %d MiB more than was there", most, more)
			}
			return
		case <-tick.C:
		}
	}
}
