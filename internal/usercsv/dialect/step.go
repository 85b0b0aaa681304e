package dialect

import "slices"

// look reads all rows that are complete for sure. As many bytes as the longest row may
// have show whether a row is complete.
func (d *Detector) look(whole bool) {
	if !d.begun {
		d.begin(whole)
	}
	for len(d.candidates) > 0 {
		if d.inStep() {
			d.passAlike(whole)
		}
		c := d.hindmost()
		rest := d.text[c.at:]
		if len(rest) == 0 || !whole && len(rest) < d.most {
			return
		}
		c.read(rest, whole, d.most, &d.shared)
		if d.inStep() {
			d.compare()
		}
	}
}

// slowest returns the candidate that has read the least text.
func (d *Detector) hindmost() *candidate {
	return slices.MinFunc(d.candidates, func(a, b *candidate) int { return a.at - b.at })
}

// inStep reports whether all candidates are at the end of a row at the same place.
func (d *Detector) inStep() bool {
	first := d.candidates[0]
	return !slices.ContainsFunc(d.candidates, func(c *candidate) bool { return c.at != first.at || c.beyond })
}

// compare notes which candidates have read different values since they were last in step.
// From time to time it drops contradicted candidates.
func (d *Detector) compare() {
	read := d.read[:0]
	for _, c := range d.candidates {
		read = append(read, c.hash.Sum64())
		c.hash.Reset()
	}
	d.read = read
	for i, a := range d.candidates {
		for j, b := range d.candidates[:i] {
			if first := d.differ(a, b); *first == 0 && read[i] != read[j] {
				*first = a.reached + 1
			}
		}
	}
	if d.steps++; d.steps < 8 || d.steps < 64 && d.steps%8 == 0 || d.steps%64 == 0 {
		d.prune()
	}
	d.reach()
}

// difference returns the place for the first row that two candidates read differently; 0
// means none.
func (d *Detector) differ(a, b *candidate) *int64 {
	from, to := min(a.order, b.order), max(a.order, b.order)
	return &d.differs[to*(to-1)/2+from]
}

// reach notes how many rows each candidate has read.
func (d *Detector) reach() {
	for _, c := range d.candidates {
		c.reached = c.rowsBefore(&d.shared)
	}
}

// pruneMargin is how much more evidence against it than the best one a candidate must
// have to be dropped.
const clearly = 64

// prune drops the candidates that are clearly contradicted. If a good candidate is
// regular, it also drops irregular ones.
func (d *Detector) prune() {
	verdicts := d.verdicts()
	least := verdicts[0].against()
	for _, v := range verdicts {
		least = min(least, v.against())
	}
	regular := slices.ContainsFunc(verdicts, func(v verdict) bool {
		return !v.shape.odd() && v.against() == least && v.tally.rows >= clearly
	})
	left := d.candidates[:0]
	for _, v := range verdicts {
		if v.against() <= 4*least+clearly && !(regular && v.shape.odd()) {
			left = append(left, v.candidate)
		}
	}
	if len(left) < len(d.candidates) {
		d.candidates = left
		d.settle()
	}
}
