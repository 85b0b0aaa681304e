package bench

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// drawn returns random times around a middle, skewed like real ones.
func drawn(seed uint64, many int, middle time.Duration) times {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make(times, many)
	for i := range out {
		out[i] = middle + time.Duration(r.ExpFloat64()*float64(200*time.Microsecond))
	}
	return out
}

// TestCompare checks small samples against results by hand, and large ones that do and do not
// differ.
func TestCompare(t *testing.T) {
	for _, test := range []struct {
		a, b  times
		share float64
	}{
		{times{1, 2, 3}, times{4, 5, 6}, 1}, {times{4, 5, 6}, times{1, 2, 3}, 0},
		{times{1, 3}, times{2, 4}, 0.75}, {times{5, 5}, times{5, 5}, 0.5},
	} {
		if c := compare(test.a, test.b); c.share != test.share {
			t.Errorf("%v, %v: %v", test.a, test.b, c)
		}
	}
	// The expected z is that of the normal approximation without a correction for continuity.
	if c := compare(times{1, 3, 5, 7}, times{2, 4, 6, 8}); c.z < 0.577 || c.z > 0.578 {
		t.Errorf("z is %v", c.z)
	}
	for seed := range uint64(50) {
		if c := compare(drawn(seed, 2000, time.Millisecond), drawn(seed+1000, 2000, time.Millisecond)); c.differ() {
			t.Errorf("seed %d: the same differ: %+v", seed, c)
		}
		if c := compare(drawn(seed, 2000, time.Millisecond), drawn(seed+1000, 2000, time.Millisecond+50*time.Microsecond)); !c.differ() || c.by < 0 {
			t.Errorf("seed %d: others are the same: %+v", seed, c)
		}
	}
}

// TestVerdict: the text says which kinds can be told apart, and by how much.
func TestVerdict(t *testing.T) {
	kinds := []kindTimes{{"one", drawn(1, 2000, time.Millisecond)}, {"two", drawn(2, 2000, time.Millisecond)}}
	if v := verdict("Call", kinds); v != "Call: cannot be told apart at 2000 calls of each kind." {
		t.Error(v)
	}
	kinds = append(kinds, kindTimes{"three", drawn(3, 2000, 2*time.Millisecond)})
	if v := verdict("Call", kinds); !strings.HasPrefix(v, "Call: can be told apart. A call for ") || !strings.Contains(v, "three") || !strings.Contains(v, "differ by ") {
		t.Error(v)
	}
}
