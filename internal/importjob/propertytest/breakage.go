package propertytest

import "poolhouse/internal/importjob"

// breakage is a defect that is planted in the store or in what an engine does to it. What is
// nil works.
type breakage struct {
	rule   string // the rule that must be found broken
	mix    mix    // the kind of plans that find it; troubledMix if empty
	store  func(*world) importjob.Store
	engine func(importjob.Store, *world) importjob.Store
	files  func(importjob.Files) importjob.Files
	child  func([]importjob.KeptRow) []importjob.KeptRow // changes the rows of a child's file
	parent func(importjob.Job) importjob.Job             // changes what a child takes over from its parent
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

func (b breakage) brokenChild(rows []importjob.KeptRow) []importjob.KeptRow {
	if b.child == nil {
		return rows
	}
	return b.child(rows)
}

func (b breakage) brokenParent(j *importjob.Job) *importjob.Job {
	if b.parent == nil {
		return j
	}
	broken := b.parent(*j)
	return &broken
}

func (b breakage) brokenFiles(f importjob.Files) importjob.Files {
	if b.files == nil {
		return f
	}
	return b.files(f)
}
