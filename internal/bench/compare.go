package bench

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// comparison is the result of the rank test of Mann and Whitney for two kinds of calls.
type comparison struct {
	// share is the fraction of all pairs in which the call of the second kind took longer. A
	// pair of equal times counts half.
	share float64
	// z is the distance of share from one half in standard deviations, under the hypothesis
	// that the kinds do not differ.
	z float64
	// by is the difference of the medians, second minus first.
	by time.Duration
}

// compare compares the times of two kinds of calls, made alternately or in random order.
func compare(first, second times) comparison {
	type one struct {
		took   time.Duration
		second bool
	}
	all := make([]one, 0, len(first)+len(second))
	for _, t := range first {
		all = append(all, one{t, false})
	}
	for _, t := range second {
		all = append(all, one{t, true})
	}
	slices.SortFunc(all, func(a, b one) int { return cmp.Compare(a.took, b.took) })
	n1, n2 := float64(len(first)), float64(len(second))
	ranks, ties := 0.0, 0.0 // the sum of ranks of the second kind, and the correction for equal times
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].took == all[i].took {
			j++
		}
		for _, o := range all[i:j] {
			if o.second {
				ranks += float64(i+j+1) / 2
			}
		}
		t := float64(j - i)
		ties += t*t*t - t
		i = j
	}
	u, n := ranks-n2*(n2+1)/2, n1+n2
	c := comparison{share: u / (n1 * n2), by: second.quantile(0.5) - first.quantile(0.5)}
	if deviation := math.Sqrt(n1 * n2 / 12 * (n + 1 - ties/(n*(n-1)))); deviation > 0 {
		c.z = (u - n1*n2/2) / deviation
	}
	return c
}

// certain is the z from which the kinds differ. A larger one occurs by chance once in 16,000
// comparisons.
const certain = 4

func (c comparison) differ() bool { return math.Abs(c.z) >= certain }

// guess returns how often, of a hundred times, a guess from one call of each kind is right.
func (c comparison) guess() float64 { return 100 * (0.5 + math.Abs(c.share-0.5)) }

// kindTimes has the times of one kind of calls.
type kindTimes struct {
	kind  string
	taken times
}

// verdict says whether the times of calls reveal their kind.
func verdict(call string, kinds []kindTimes) string {
	worst, text := comparison{}, ""
	for i, a := range kinds {
		for _, b := range kinds[i+1:] {
			if c := compare(a.taken, b.taken); c.differ() && math.Abs(c.z) > math.Abs(worst.z) {
				worst = c
				text = fmt.Sprintf("%s: can be told apart. A call for %s and one for %s differ by %s in the median; a guess from one of each is right in %.1f of 100.",
					call, a.kind, b.kind, microseconds(c.by), c.guess())
			}
		}
	}
	if text != "" {
		return text
	}
	return fmt.Sprintf("%s: cannot be told apart at %d calls of each kind.", call, len(kinds[0].taken))
}

func microseconds(d time.Duration) string { return fmt.Sprintf("%.0f µs", float64(d.Abs())/1e3) }
