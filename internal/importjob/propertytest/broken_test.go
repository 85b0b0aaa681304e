package propertytest

import (
	"testing"
)

// breakages are stores and engines with one planted defect each.
var breakages = map[string]breakage{
	"store forgets the epoch":                {rule: ruleFence, store: forgetsEpoch},
	"store forgets the end":                  {rule: ruleEnd, store: forgetsEnd, mix: lateMix},
	"store drops an outcome":                 {rule: ruleVerdicts, store: dropsOutcome},
	"store counts twice":                     {rule: ruleCounts, store: countsTwice},
	"store tallies a cause twice":            {rule: ruleCauses, store: talliesTwice},
	"store forgets a cause":                  {rule: ruleCauses, store: forgetsTally},
	"store drops a user":                     {rule: ruleUsers, store: dropsUser},
	"store is not atomic":                    {rule: ruleAtomic, store: halfDone},
	"store overwrites a stop":                {rule: ruleState, store: overwritesStop},
	"store answers with what was":            {rule: ruleAnswer, store: answersStale},
	"store gives leased jobs out":            {rule: ruleClaim, store: givesLeasedOut},
	"store does not raise the epoch":         {rule: ruleEpoch, store: keepsEpoch},
	"store finds no leftovers":               {rule: ruleRemoved, store: findsNothing},
	"store finds leftovers too soon":         {rule: ruleFile, store: findsTooSoon},
	"store says it settled all":              {rule: ruleAnswer, store: saysAll},
	"engine goes on without its lease":       {rule: ruleVerdicts, engine: goesOn},
	"engine commits again":                   {rule: ruleVerdicts, engine: commitsAgain},
	"engine leaves a row out":                {rule: ruleVerdicts, engine: leavesOut},
	"engine swaps rows":                      {rule: ruleVerdicts, engine: swapsRows},
	"engine does not heed a stop":            {rule: ruleHeed, engine: heedsNoStop, mix: stopMix},
	"engine does not end the job":            {rule: ruleEnds, engine: endsNothing},
	"engine forgets the checkpoint":          {rule: ruleResult, engine: beginsAgain},
	"engine leaves stopping jobs":            {rule: ruleEnds, engine: leavesStopping},
	"engine ends stopped jobs failed":        {rule: ruleState, engine: failsStopped},
	"engine does not index users":            {rule: ruleUnindexed, engine: indexesNothing},
	"store forgets rows that were rejected":  {rule: ruleKept, store: forgetsRejected},
	"store keeps another text":               {rule: ruleKept, store: keepsOtherText},
	"store numbers users wrongly":            {rule: ruleKept, store: numbersWrongly},
	"store keeps a rest for everyone":        {rule: ruleRest, store: keepsForEveryone},
	"store forgets rows of a rest":           {rule: ruleRest, store: forgetsRest},
	"store says too soon that a rest is all": {rule: ruleRest, store: saysRestIsAll},
	"store forgets what is kept":             {rule: ruleAccount, store: forgetsKept},
	"engine keeps no rest":                   {rule: ruleRestLost, engine: keepsNoRest, mix: stopMix},
	"engine leaves rows of a rest out":       {rule: ruleRest, engine: leavesRestOut, mix: stopMix},
	"engine keeps a rest twice":              {rule: ruleRest, engine: keepsRestTwice, mix: stopMix},
	"engine heeds no budget":                 {rule: ruleBudget, engine: heedsNoBudget},
	"engine fails jobs that never fail":      {rule: ruleResult, engine: failsAllTheSame},
	"child lacks a row":                      {rule: ruleChild, child: lacksRow, mix: stopMix},
	"child has a row twice":                  {rule: ruleChild, child: hasRowTwice, mix: stopMix},
	"child has another line":                 {rule: ruleChild, child: hasOtherLine, mix: stopMix},
	"engine forgets the format":              {rule: ruleResult, engine: forgetsFormat},
	"child does not inherit the format":      {rule: ruleChild, parent: withoutFormat, mix: stopMix},
	"files forget the offset":                {rule: ruleCheckpoint, files: forgetsOffset},
	"files end where they break":             {rule: ruleResult, files: endsEarly},
}

// lateMix: clients ask for stops, and commits take effect late.
var lateMix = mix{
	events:   []happening{stopUnheard},
	calls:    []call{commitCall},
	troubles: func(call) []trouble { return []trouble{afterwards} },
}

// TestFindsWhatIsBroken simulates plan after plan with each defect until the rule is found
// broken.
func TestFindsWhatIsBroken(t *testing.T) {
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
			t.Errorf("%d plans, and no rule was found broken", most)
		})
	}
}
