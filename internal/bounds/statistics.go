package bounds

// Statistics are what a listener has done since it was made, and what it holds.
type Statistics struct {
	Open, Limit int   // connections, and how many there may be
	Accepted    int64 // connections that got a place
	Refused     int64 // connections that were refused or given up, and requests of [Listener.Refuse]
}

// Statistics returns the statistics of now.
func (l *Listener) Statistics() Statistics {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Statistics{Open: l.total, Limit: l.limits.Total, Accepted: l.accepted, Refused: l.refusals}
}
