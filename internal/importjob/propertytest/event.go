package propertytest

import "time"

// happen waits for an event's moment, causes the event, and reverts its effect when it is
// over. It does nothing after the faults have ceased. apart is a delay that separates events
// from each other and from calls.
func (s *simulation) happen(e event, apart time.Duration) {
	begin, end := s.deeds(e)
	select {
	case <-s.made[e.Calls]:
	case <-s.ceased:
	}
	s.sleep(e.After.duration() + apart)
	s.unlessCeased(func() { s.count("event: " + string(e.What)); begin() })
	s.sleep(e.For.duration())
	s.unlessCeased(end)
}

func (s *simulation) unlessCeased(do func()) {
	s.chance.Lock()
	defer s.chance.Unlock()
	if !s.inOrder() {
		do()
	}
}

// deeds returns what causes an event and what reverts its effect.
func (s *simulation) deeds(e event) (begin, end func()) {
	n, key := s.nodes[e.Node], jobKey(e.Job)
	nothing := func() {}
	switch e.What {
	case stopAsked:
		return func() { s.stop(n, key) }, nothing
	case stopUnheard:
		return func() { s.askStop(key) }, nothing
	case looked:
		return func() { n.interrupt(key) }, nothing
	case woken:
		return n.wake, nothing
	case shutDown, killed:
		return func() { s.watchEnd(n.down(e.What == killed)) }, n.up
	case suspended:
		return n.suspend, n.resume
	case cutOff, silent:
		return func() { n.connect(e.What) }, func() { n.connect("") }
	case clockAhead:
		return func() { n.setClock(s.plan.ahead()); n.wake() }, nothing
	case filesDown:
		return func() { s.noFiles++ }, func() { s.noFiles-- }
	case fileLost:
		return func() { s.damageFile(e.Job, missingFile) }, nothing
	case fileShorter:
		return func() { s.damageFile(e.Job, shorterFile) }, nothing
	case fileLonger:
		return func() { s.damageFile(e.Job, longerFile) }, nothing
	}
	panic("no event is called " + e.What)
}

// damageFile damages the file of a job. A file is damaged once at most, because one damage
// could undo another.
func (s *simulation) damageFile(job int, d fileDefect) {
	key := jobKey(job)
	j := s.world.look(key)
	if !j.exists || j.job.Upload.Name == "" || s.late[key] || s.damaged[key] != noDefect || s.plan.Jobs[job].File.Defect != noDefect {
		return
	}
	s.note("the file of %s is %s", key.JobID, d)
	if j.job.State.Ended() {
		s.late[key] = true
	} else {
		s.damaged[key] = d
	}
	d.damage(s.world.pools[job], jobID(job)+"/file")
}

// filesInOrder returns an error while no file can be read.
func (s *simulation) filesInOrder() error {
	s.chance.Lock()
	defer s.chance.Unlock()
	if s.noFiles > 0 {
		s.count("files out of order")
		return errRefused
	}
	return nil
}
