package logforward

// Observer is told what a forwarder does. Its methods return at once.
type Observer interface {
	// EventsSent is told how many events the destination dealt with, and how many of these it
	// rejected for good.
	EventsSent(taken, rejected int)
	// ForwardFailed is told of a failure. The forwarder tries again.
	ForwardFailed()
}

// unobserved is the Observer of a forwarder that is given none.
type unobserved struct{}

func (unobserved) EventsSent(int, int) {}
func (unobserved) ForwardFailed()      {}

// Observe sets the observer. It is for the time before [Forwarder.Run].
func (f *Forwarder) Observe(o Observer) { f.observer = o }
