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
			d.readAgreed(whole)
		}
		c := d.slowest()
		rest := d.text[c.at:]
		if len(rest) == 0 || !whole && len(rest) < d.maxRow {
			return
		}
		c.read(rest, whole, d.maxRow, &d.shared)
		if d.inStep() {
			d.compare()
		}
	}
}

// slowest returns the candidate that has read the least text.
func (d *Detector) slowest() *candidate {
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
			if first := d.difference(a, b); *first == 0 && read[i] != read[j] {
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
func (d *Detector) difference(a, b *candidate) *int64 {
	from, to := min(a.order, b.order), max(a.order, b.order)
	return &d.differences[to*(to-1)/2+from]
}

// reach notes how many rows each candidate has read.
func (d *Detector) reach() {
	for _, c := range d.candidates {
		c.reached = c.rowsBefore(&d.shared)
	}
}

// pruneMargin is how much more evidence against it than the best one a candidate must
// have to be dropped.
const pruneMargin = 64

// prune drops the candidates that are clearly contradicted. If a good candidate is
// regular, it also drops irregular ones.
func (d *Detector) prune() {
	verdicts := d.verdicts()
	least := verdicts[0].against()
	for _, v := range verdicts {
		least = min(least, v.against())
	}
	regular := slices.ContainsFunc(verdicts, func(v verdict) bool {
		return !v.shape.irregular() && v.against() == least && v.tally.rows >= pruneMargin
	})
	left := d.candidates[:0]
	for _, v := range verdicts {
		if v.against() <= 4*least+pruneMargin && !(regular && v.shape.irregular()) {
			left = append(left, v.candidate)
		}
	}
	if len(left) < len(d.candidates) {
		d.candidates = left
		d.updateAgreement()
	}
}
