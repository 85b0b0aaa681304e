package importjob_test

import (
	"testing"

	"poolhouse/internal/importjob"
)

// breakage is something that is wrong on purpose: with the store, or with what
// an engine does to it. What is nil is in order.
type breakage struct {
	rule   string // the rule that is to be found broken
	mix    mix    // of the plans that find it; troubledMix if it is empty
	store  func(*world) importjob.Store
	engine func(importjob.Store, *world) importjob.Store
	files  func(importjob.Files) importjob.Files
}

func (b breakage) brokenStore(w *world) importjob.Store {
	if b.store == nil {
		return w
	}
	return b.store(w)
}

func (b breakage) brokenEngine(s importjob.Store, w *world) importjob.Store {
	if b.engine == nil {
		return s
	}
	return b.engine(s, w)
}

func (b breakage) brokenFiles(f importjob.Files) importjob.Files {
	if b.files == nil {
		return f
	}
	return b.files(f)
}

// breakages are stores and engines that break a promise each.
var breakages = map[string]breakage{
	"store forgets the epoch":          {rule: ruleFence, store: forgetsEpoch},
	"store forgets the end":            {rule: ruleEnd, store: forgetsEnd, mix: lateMix},
	"store drops an outcome":           {rule: ruleVerdicts, store: dropsOutcome},
	"store counts twice":               {rule: ruleCounts, store: countsTwice},
	"store drops a user":               {rule: ruleUsers, store: dropsUser},
	"store is not atomic":              {rule: ruleAtomic, store: halfDone},
	"store overwrites a stop":          {rule: ruleState, store: overwritesStop},
	"store answers with what was":      {rule: ruleAnswer, store: answersStale},
	"store gives leased jobs out":      {rule: ruleClaim, store: givesLeasedOut},
	"store does not raise the epoch":   {rule: ruleEpoch, store: keepsEpoch},
	"store finds no leftovers":         {rule: ruleRemoved, store: findsNothing},
	"store says it settled all":        {rule: ruleVerdicts, store: saysAll},
	"engine goes on without its lease": {rule: ruleVerdicts, engine: goesOn},
	"engine commits again":             {rule: ruleVerdicts, engine: commitsAgain},
	"engine leaves a row out":          {rule: ruleVerdicts, engine: leavesOut},
	"engine swaps rows":                {rule: ruleVerdicts, engine: swapsRows},
	"engine does not heed a stop":      {rule: ruleHeed, engine: heedsNoStop, mix: stopMix},
	"engine does not end the job":      {rule: ruleFile, engine: endsNothing},
	"engine forgets the checkpoint":    {rule: ruleResult, engine: beginsAgain},
	"engine leaves stopping jobs":      {rule: ruleEnds, engine: leavesStopping},
	"engine ends stopped jobs failed":  {rule: ruleState, engine: failsStopped},
	"engine does not catch up":         {rule: ruleBehind, engine: catchesUpNothing},
	"files forget the offset":          {rule: ruleCheckpoint, files: forgetsOffset},
	"files end where they break":       {rule: ruleResult, files: endsEarly},
}

// lateMix: somebody asks for stops, and commits take effect late.
var lateMix = mix{
	events:   []happening{stopUnheard},
	calls:    []call{commitCall},
	troubles: func(call) []trouble { return []trouble{afterwards} },
}

// TestPropertyFindsWhatIsBroken carries out plan after plan with each
// breakage, until the rule is found broken.
func TestPropertyFindsWhatIsBroken(t *testing.T) {
	const most = 300 // plans
	for name, b := range breakages {
		t.Run(name, func(t *testing.T) {
			if b.mix.events == nil {
				b.mix = troubledMix
			}
			for seed := 1; seed <= most; seed++ {
				if r := simulate(t, b.mix.plans().Example(seed), b); r.violated(b.rule) {
					t.Logf("found with plan %d: %s", seed, r.violations[0])
					return
				}
			}
			t.Errorf("%d plans and nobody noticed", most)
		})
	}
}
