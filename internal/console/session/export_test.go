package session

// Size returns the numbers of remembered keys and addresses.
func (a *Attempts) Size() (keys, addrs int) { return len(a.keys), len(a.addrs) }
