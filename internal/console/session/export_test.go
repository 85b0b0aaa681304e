package session

// Size returns how many keys and addresses are remembered.
func (a *Attempts) Size() (keys, addrs int) { return len(a.keys), len(a.addrs) }
