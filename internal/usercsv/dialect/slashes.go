package dialect

import "math/bits"

// slashes counts the backslashes of values by what follows each of them, read as escapes.
type slashes struct {
	pairs   int64 // another backslash
	marks   int64 // a mark
	seps    int64 // the separator
	lines   int64 // a line end
	letters int64 // a letter with a meaning
	lone    int64 // anything else, or nothing
	kinds   uint16
}

// The kinds of escapes that were seen, as bits. Two backslashes at the beginning, in the
// middle or at the end of a value are three kinds, and four or more are three others. \n,
// \t and \r are one kind each.
const (
	pairKinds   = 0 // six
	letterKinds = 6 // three
)

func (s *slashes) merge(o *slashes) {
	s.pairs += o.pairs
	s.marks += o.marks
	s.seps += o.seps
	s.lines += o.lines
	s.letters += o.letters
	s.lone += o.lone
	s.kinds |= o.kinds
}

// escapes counts the backslashes that may be escapes.
func (s *slashes) escapes() int64 { return s.pairs + s.marks + s.seps + s.lines + s.letters }

// look counts the backslashes of a value.
func (s *slashes) look(d Dialect, value []byte) {
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' {
			continue
		}
		run := 1
		for i+run < len(value) && value[i+run] == '\\' {
			run++
		}
		if d.keepsSlashes() && i+run < len(value) && value[i+run] == d.Quote { // only the last one belongs to the mark
			s.marks++
			if s.pairs += int64(run-1) / 2; run%2 == 0 { // then the others are pairs
				s.lone++
			}
			i += run
			continue
		}
		if run > 1 {
			s.pairs += int64(run / 2)
			s.kinds |= 1 << kindOfPair(i, i+run, len(value), run)
		}
		if i += run; run%2 == 1 {
			s.single(d, value, i)
		}
	}
}

// keepsSlashes reports whether a backslash without a mark after it is always plain text.
func (d Dialect) keepsSlashes() bool { return d.Style == Marks || d.Style == PHP }

// kindOfPair returns the kind of a run of backslashes by its place and length.
func kindOfPair(from, to, size, run int) (kind int) {
	switch {
	case from == 0:
		kind = 0
	case to == size:
		kind = 2
	default:
		kind = 1
	}
	if run >= 4 {
		kind += 3
	}
	return pairKinds + kind
}

// single counts a backslash by the byte after it, at at.
func (s *slashes) single(d Dialect, value []byte, at int) {
	if at == len(value) {
		s.lone++
		return
	}
	switch b := value[at]; {
	case b == d.Separator:
		s.seps++
	case b == d.Quote && d.Quote != 0, d.Style == Text && b == '\'':
		s.marks++
	case b == '\n' || b == '\r':
		s.lines++
	case b == 'n' || b == 't' || b == 'r':
		s.letters++
		if at < 2 || value[at-2] != ':' { // otherwise it may be a path: C:\temp
			s.kinds |= 1 << (letterKinds + kindOfLetter(b))
		}
	case b == 'b' || b == 'f' || b == 'v', codeSize(d, value[at:]) > 0:
		s.letters++
	default:
		s.lone++
	}
}

func kindOfLetter(b byte) int {
	switch b {
	case 'n':
		return 0
	case 't':
		return 1
	}
	return 2
}

// points score how much shows that backslashes are escapes. Text with plain backslashes
// reaches one or two points by accident, but never three.
func (s *slashes) points(d Dialect, quoted, plain *slashes) int {
	n := bits.OnesCount16(s.kinds)
	if s.lines > 0 {
		n += 3
	}
	if s.seps > 0 && d.Separator != ',' { // \, is Cognito's, too
		n += 3
	}
	if quoted.marks > 0 {
		n++
	}
	if plain.marks > 0 {
		n += 2
	}
	for _, many := range []bool{s.letters >= 3 && s.kinds>>letterKinds != 0, s.letters >= 10 && s.kinds>>letterKinds != 0, plain.marks >= 3} {
		if many {
			n++
		}
	}
	return n
}
