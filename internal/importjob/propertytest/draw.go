package propertytest

import (
	"pgregory.net/rapid"

	"poolhouse/internal/importjob"
)

// mix says what may happen in the cases of one property.
type mix struct {
	events   []happening
	calls    []call // calls that can have a fault
	troubles func(call) []trouble
}

var (
	// calmMix: no faults.
	calmMix = mix{}
	// stopMix: clients ask for stops, even while a commit hangs.
	stopMix = mix{
		events:   []happening{stopAsked, stopUnheard, stopAsked, looked},
		calls:    []call{commitCall, indexCall},
		troubles: func(call) []trouble { return []trouble{stuck, stuckAfter} },
	}
	// orderlyMix: nodes come and go.
	orderlyMix = mix{events: []happening{shutDown, stopAsked, stopUnheard, woken, shutDown, shutDown}}
	// troubledMix: all faults.
	troubledMix = mix{events: happenings, calls: calls, troubles: troublesOf}
)

// draw draws a plan. Every plan that can be drawn is valid, so that a failing plan can be
// reduced piece by piece.
func (m mix) draw(t *rapid.T) plan {
	p := plan{
		Jobs:  rapid.SliceOfN(rapid.Custom(drawJob), 1, 3).Draw(t, "jobs"),
		Nodes: rapid.SliceOfN(rapid.Custom(drawNode), 1, 3).Draw(t, "nodes"),
		Lease: rapid.SampledFrom([]millis{3000, 15_000, 3000}).Draw(t, "lease"),
		Share: rapid.SampledFrom([]float64{0.5, 1, 0.1}).Draw(t, "share"),
		Cuts:  rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 3, 7, 100}), 0, 4).Draw(t, "cuts"),
		Until: rapid.SampledFrom([]millis{5000, 20_000, 60_000, 60_000}).Draw(t, "until"),
		Page:  rapid.SampledFrom([]int{1, 7, 10_000}).Draw(t, "page"),
	}
	if len(m.calls) > 0 {
		p.Faults = rapid.SliceOfN(rapid.Custom(m.drawFault), 0, 8).Draw(t, "faults")
	}
	if len(m.events) > 0 {
		p.Events = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) event { return p.drawEvent(t, m.events) }), 0, 6).Draw(t, "events")
	}
	return p
}

func (m mix) plans() *rapid.Generator[plan] { return rapid.Custom(m.draw) }

func drawJob(t *rapid.T) jobPlan {
	return jobPlan{
		At:      millis(rapid.IntRange(0, 1000).Draw(t, "at")),
		Present: rapid.IntRange(0, 3).Draw(t, "present"),
		File:    drawFile(t),
		Budget:  drawBudget(t),
	}
}

func drawBudget(t *rapid.T) (b importjob.Budget) {
	if !oneIn(t, 3, "budget") {
		return b
	}
	if b.HasRows = rapid.Bool().Draw(t, "budget in rows"); b.HasRows {
		b.Rows = int64(rapid.SampledFrom([]int{0, 1, 5, 20}).Draw(t, "rows"))
	}
	if b.HasPercent = rapid.Bool().Draw(t, "budget in percent"); b.HasPercent {
		b.Percent = int64(rapid.SampledFrom([]int{0, 10, 50, 100}).Draw(t, "percent"))
	}
	b.NeverFail = rapid.Bool().Draw(t, "never fail")
	return b
}

func drawFile(t *rapid.T) fileSpec {
	f := fileSpec{
		Mark:        rapid.Bool().Draw(t, "mark"),
		CRLF:        rapid.Bool().Draw(t, "CR LF"),
		NoLastBreak: rapid.Bool().Draw(t, "no last break"),
		Tail:        rapid.IntRange(0, 2).Draw(t, "tail"),
		Groups:      rapid.SliceOfN(rapid.Custom(drawGroup), 0, 16).Draw(t, "groups"),
	}
	if rapid.Bool().Draw(t, "another form") {
		f.Written = rapid.SampledFrom(writings).Draw(t, "written")
	}
	if oneIn(t, 15, "defect") {
		f.Defect = rapid.SampledFrom(fileDefects).Draw(t, "defect")
	}
	return f
}

// oneIn is true once in n draws, and never in the simplest of plans.
func oneIn(t *rapid.T, n int, label string) bool {
	return rapid.SampledFrom(append(make([]bool, n-1), true)).Draw(t, label)
}

func drawGroup(t *rapid.T) rowGroup {
	g := rowGroup{
		Kind:   goodRow,
		Form:   rapid.SampledFrom(forms).Draw(t, "form"),
		Pad:    rapid.IntRange(0, 100).Draw(t, "pad"),
		Blanks: rapid.IntRange(0, 2).Draw(t, "blanks"),
		Back:   rapid.IntRange(0, 10).Draw(t, "back"),
		Count:  rapid.IntRange(1, 12).Draw(t, "count"),
	}
	if rapid.Bool().Draw(t, "special") {
		g.Kind = rapid.SampledFrom(rowKinds).Draw(t, "kind")
	}
	if oneIn(t, 300, "many") { // more than a chunk or a first batch
		g.Count = rapid.IntRange(500, 1200).Draw(t, "count")
	}
	return g
}

func drawNode(t *rapid.T) nodePlan {
	latency := rapid.Custom(func(t *rapid.T) millis { return millis(rapid.IntRange(1, 100).Draw(t, "latency")) })
	return nodePlan{
		At:          millis(rapid.IntRange(0, 1000).Draw(t, "at")),
		PortionRows: rapid.SampledFrom([]int{8, 1, 2, 3, 5, 8, 20, 100, 511, 513, 5000}).Draw(t, "batch rows"),
		Parallel:    rapid.IntRange(1, 3).Draw(t, "parallel"),
		Draws:       rapid.SliceOfN(rapid.IntRange(0, 3), 0, 3).Draw(t, "draws"),
		Latency:     rapid.SliceOfN(latency, 1, 3).Draw(t, "latency"),
		Piece:       rapid.SampledFrom([]int{0, 7, 250, 1000}).Draw(t, "piece"),
	}
}

func (m mix) drawFault(t *rapid.T) fault {
	c := rapid.SampledFrom(m.calls).Draw(t, "call")
	return fault{
		Call:  c,
		Nth:   rapid.IntRange(0, often[c]-1).Draw(t, "nth"),
		What:  rapid.SampledFrom(m.troubles(c)).Draw(t, "what"),
		For:   drawSpan(t),
		Bytes: rapid.SampledFrom([]int{0, 1, 60, 61, 62, 100, 500, 1000}).Draw(t, "bytes"),
	}
}

func (p plan) drawEvent(t *rapid.T, what []happening) event {
	return event{
		Calls: rapid.IntRange(0, mostCalls).Draw(t, "calls"),
		After: rapid.SampledFrom([]millis{0, 1, 10, 40, 150, 1000}).Draw(t, "after"),
		What:  rapid.SampledFrom(what).Draw(t, "what"),
		Node:  rapid.IntRange(0, len(p.Nodes)-1).Draw(t, "node"),
		Job:   rapid.IntRange(0, len(p.Jobs)-1).Draw(t, "job"),
		For:   drawSpan(t),
	}
}

// mostCalls is the number of calls before the last event of most cases.
const mostCalls = 20

// drawSpan draws a duration, shorter or longer than a lease.
func drawSpan(t *rapid.T) millis {
	return rapid.SampledFrom([]millis{0, 1, 20, 100, 500, 1500, 2990, 3010, 3500, 5000, 7000, 14_900, 15_100, 30_000}).Draw(t, "for")
}
