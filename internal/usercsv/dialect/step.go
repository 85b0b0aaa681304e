package dialect

import "slices"

// look reads as many rows as are there in whole for sure: whether a row ends can be told
// by as many bytes as the longest one has.
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

// hindmost returns the candidate that has read least.
func (d *Detector) hindmost() *candidate {
	return slices.MinFunc(d.candidates, func(a, b *candidate) int { return a.at - b.at })
}

// inStep reports whether all candidates have a row's end at the same place.
func (d *Detector) inStep() bool {
	first := d.candidates[0]
	return !slices.ContainsFunc(d.candidates, func(c *candidate) bool { return c.at != first.at || c.beyond })
}

// compare notes which candidates have read other values than others since they were in
// step, and now and then drops those that are contradicted.
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

// differ is where it is noted which row two candidates first read otherwise, 0 for none.
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

// clearly is how much more speaks against a candidate that is dropped than against the
// best one.
const clearly = 64

// prune drops the candidates that are clearly contradicted, and those that need rows to
// have other values than the header has names where another one does not.
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
