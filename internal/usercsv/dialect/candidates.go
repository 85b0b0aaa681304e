package dialect

import "slices"

// candidates are the dialects with a separator that files are written in and that want
// allows. Where nothing decides between two, the first one wins.
func candidates(separator byte, want Want) (all []Dialect) {
	for _, d := range written(separator, want) {
		if want.allows(d) {
			all = append(all, d)
		}
	}
	return all
}

// written are the dialects that programs write. If want has a style, they are all
// sensible dialects of that style.
func written(separator byte, want Want) (all []Dialect) {
	if want.Style != "" {
		for _, quote := range []byte{'"', '\'', 0} {
			if d := (Dialect{separator, quote, want.Style}); d.Sensible() {
				all = append(all, d)
			}
		}
		return all
	}
	if separator == ',' {
		all = append(all, Dialect{separator, '"', Cognito}, Dialect{separator, 0, Cognito})
	}
	for _, quote := range []byte{'"', '\''} {
		for _, style := range []Style{Doubled, Backslash, Inside, Marks, Both, PHP} {
			all = append(all, Dialect{separator, quote, style})
		}
	}
	all = append(all, Dialect{separator, '\'', Crossed}, Dialect{separator, 0, Text}, Dialect{separator, 0, Plain})
	for _, quote := range []byte{'"', '\''} {
		all = append(all, Dialect{separator, quote, Undoubled}, Dialect{separator, quote, Text})
	}
	if want.NoQuote {
		all = append(all, Dialect{separator, 0, Backslash})
	}
	return all
}

// Sensible reports whether any program writes files with this style and this quotation
// mark.
func (d Dialect) Sensible() bool {
	switch d.Style {
	case Cognito, Backslash, Text:
		return true
	case Plain:
		return d.Quote == 0
	case Crossed:
		return d.Quote == '\''
	}
	return d.Quote != 0
}

// separators are the separators that want allows.
func (w Want) separators() []byte {
	if w.Separator != 0 {
		return []byte{w.Separator}
	}
	return slices.Clone([]byte(Separators))
}

// allows reports whether want does not rule a dialect out.
func (w Want) allows(d Dialect) bool {
	return (w.Quote == 0 || w.Quote == d.Quote) && (!w.NoQuote || d.Quote == 0)
}
