package propertytest

import "testing"

// kept has the plans that are simulated every time: reduced cases that once failed, and cases
// that chance draws too rarely.
var kept = map[string]plan{
	// A node's first run hangs in a commit while its lease expires. The node claims the job
	// again, and then the first run ends. A stop has to reach the second run.
	"Interrupt reaches the second run of a node": {
		Jobs:  []jobPlan{{File: plainFile(60)}},
		Nodes: []nodePlan{{PortionRows: 1, Parallel: 2, Latency: []millis{100}}},
		Lease: 3000, Share: 1, Until: 60_000, Page: 10,
		Faults: []fault{
			{Call: commitCall, Nth: 0, What: late, For: 5000},
			{Call: leasedCall, Nth: 1, What: refused}, {Call: leasedCall, Nth: 2, What: refused},
			{Call: leasedCall, Nth: 3, What: refused},
		},
		Events: []event{{Calls: 20, After: 1120, What: stopAsked}},
	},
	// A node is asked to look for a stop as soon as it has claimed the job. It does so before
	// the file is read.
	"Interrupt while the file is opened": {
		Jobs:  []jobPlan{{File: plainFile(60)}},
		Nodes: []nodePlan{{PortionRows: 8, Parallel: 1, Latency: []millis{1}}},
		Lease: 3000, Share: 1, Until: 5000, Page: 10,
		Events: []event{{Calls: 4, After: 1, What: looked}},
	},
	// Nothing comes back from the store, not even the results of renewals. Every hanging call
	// is given up when the lease has expired, while the other node goes on.
	"A silent connection is given up": {
		Jobs: []jobPlan{{File: plainFile(60)}, {File: plainFile(20)}},
		Nodes: []nodePlan{
			{PortionRows: 1, Parallel: 2, Latency: []millis{10}},
			{At: 500, PortionRows: 8, Parallel: 2, Latency: []millis{5}},
		},
		Lease: 3000, Share: 1, Until: 60_000, Page: 10,
		Events: []event{{Calls: 15, After: 5, What: silent, For: 30_000}},
	},
	// Two nodes survey the file of a job that was stopped before a node began it, and both
	// store its format.
	"Two nodes survey the rest of a pending job": {
		Jobs: []jobPlan{{File: fileSpec{Written: wide, Groups: plainFile(1).Groups}}},
		Nodes: []nodePlan{
			{PortionRows: 8, Parallel: 1, Latency: []millis{2}},
			{PortionRows: 8, Parallel: 1, Latency: []millis{2}},
		},
		Lease: 3000, Share: 0.5, Until: 5000, Page: 1,
		Events: []event{{What: stopAsked}},
	},
}

// plainFile describes a file of good rows.
func plainFile(rows int) fileSpec {
	return fileSpec{Groups: []rowGroup{{Kind: goodRow, Form: plainForm, Count: rows}}}
}

// checkKept simulates the kept plans.
func checkKept(t *testing.T) {
	for name, p := range kept {
		t.Run(name, func(t *testing.T) {
			if r := simulate(t, p, breakage{}); !r.intact() {
				t.Errorf("%s\nplan: %s\nstory: %s", r.violations[0], p, r.story())
			}
		})
	}
}
