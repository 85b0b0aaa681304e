package cognitoservice

// mapped returns what f makes of what a pointer points to, nil for nil.
func mapped[From, To any](p *From, f func(From) To) *To {
	if p == nil {
		return nil
	}
	to := f(*p)
	return &to
}

// mappedList returns what f makes of each entry of a list, nil for nil.
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
