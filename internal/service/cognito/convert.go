package cognitoservice

// mapped returns f of the pointer's value, nil for nil.
func mapped[From, To any](p *From, f func(From) To) *To {
	if p == nil {
		return nil
	}
	to := f(*p)
	return &to
}

// mappedList returns f of each entry of a list, nil for nil.
func mappedList[From, To any](list []From, f func(From) To) []To {
	if list == nil {
		return nil
	}
	out := make([]To, len(list))
	for i, entry := range list {
		out[i] = f(entry)
	}
	return out
}
