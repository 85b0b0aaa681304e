package propertytest

import (
	"maps"
	"slices"
	"testing"

	"poolhouse/internal/importjob"
)

// TestReaches checks that plans with all faults cover everything that the property is about.
// The plans are always the same, so the result is not a matter of luck.
func TestReaches(t *testing.T) {
	const most = 400 // plans
	missing := everything()
	for seed := 1; len(missing) > 0; seed++ {
		if seed > most {
			t.Fatalf("%d plans do not bring about: %v", most, slices.Sorted(maps.Keys(missing)))
		}
		p := troubledMix.plans().Example(seed)
		r := simulate(t, p, breakage{})
		if !r.intact() {
			t.Fatalf("%s\nseed %d, plan: %s\nstory: %s", r.violations[0], seed, p, r.story())
		}
		maps.DeleteFunc(missing, func(what string, _ bool) bool { return r.seen[what] > 0 })
	}
}

// everything has all that a simulation counts: ends of jobs, events on the way, and troubles.
func everything() map[string]bool {
	all := map[string]bool{
		"job of several claims": true, "job stopped in the middle": true, "lease lost": true, "rows drawn": true, "rows drawn in vain": true, "files out of order": true,
		"job stopped by its budget": true, "rest kept": true, "rest kept in pieces": true, "rest cut off": true, "child of a stopped job": true, "child that was stopped": true,
	}
	for _, s := range []importjob.State{importjob.Succeeded, importjob.Failed, importjob.Stopped} {
		all["job "+string(s)] = true
	}
	for _, s := range []importjob.State{importjob.Pending, importjob.InProgress} {
		all["stop of a job that was "+string(s)] = true
	}
	for _, w := range writings {
		all["job of a file in "+string(w)] = true
	}
	for _, c := range calls {
		all["trouble with "+string(c)] = true
		for _, t := range troublesOf(c) {
			all["trouble: "+string(t)] = true
		}
	}
	for _, h := range happenings {
		all["event: "+string(h)] = true
	}
	return all
}
