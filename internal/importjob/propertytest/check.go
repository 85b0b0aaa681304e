package propertytest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// Check checks the property without faults, with stops, with nodes that come and go, with all
// faults, and with the plans that are kept. The package comment states the property and how
// to try more cases. A failure is reported with its seed, made smaller, and with its plan and
// what happened.
func Check(t *testing.T) {
	t.Run("calm", calmMix.check)
	t.Run("stops", stopMix.check)
	t.Run("orderly", orderlyMix.check)
	t.Run("troubled", troubledMix.check)
	t.Run("kept", checkKept)
}

func (m mix) check(t *testing.T) {
	useSeed(t)
	plans, seen := m.plans(), map[string]int{}
	var first string // the first failure, as it was found
	var again bool   // the last case failed
	defer func() {
		if first != "" && !again {
			t.Logf("The case depends on the scheduler, too. As it was found: %s", first)
		}
		t.Logf("seen: %v", seen)
	}()
	rapid.Check(t, func(rt *rapid.T) {
		p := plans.Draw(rt, "plan")
		r := simulate(t, p, breakage{})
		for what, n := range r.seen {
			seen[what] += n
		}
		if again = !r.intact(); again {
			told := fmt.Sprintf("plan: %s\nstory: %s", p, r.story())
			if first == "" {
				first = told
			}
			rt.Log(told)
			rt.Fatal(r.violations[0])
		}
	})
}

// useSeed chooses the seed of a test's cases, unless it is given, and prints it at once. A
// panic in an engine ends the process before rapid could print it.
func useSeed(t *testing.T) {
	seed := flag.Lookup("rapid.seed")
	if given := seed.Value.String(); given == "0" {
		if err := seed.Value.Set(fmt.Sprint(rand.Uint64())); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = seed.Value.Set(given) })
	}
	fmt.Fprintf(os.Stderr, "%s: -rapid.seed=%s\n", t.Name(), seed.Value)
}
