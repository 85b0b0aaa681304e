package policy

import "slices"

// The string and ARN operators. Their values may have policy variables. A value whose
// variable has no value equals nothing: the operator fails, and a negated one is satisfied
// (Variables and tags, policy variables with no value).

type textTest struct {
	want   *template
	equals func(want glob, value string) bool
}

func (t textTest) holds(value string, k keys) bool {
	want, ok := t.want.expand(k)
	return ok && t.equals(want, value)
}

func equalText(fold bool) func(*node, bool) (test, error) {
	equals := func(want glob, value string) bool { return slices.Equal(want, runes(value)) }
	if fold {
		equals = func(want glob, value string) bool { return sameInAnyCase(want, runes(value)) }
	}
	return func(n *node, variables bool) (test, error) {
		want, err := newTemplate(n, n.text, false, variables)
		return textTest{want, equals}, err
	}
}

func likeText(n *node, variables bool) (test, error) {
	want, err := newTemplate(n, n.text, true, variables)
	return textTest{want, func(want glob, value string) bool { return want.matches(runes(value)) }}, err
}

// likeARN reads a pattern of ARNs. Without variables it must have six parts. IAM accepts
// other patterns, but they equal no ARN.
func likeARN(n *node, variables bool) (test, error) {
	want, err := newTemplate(n, n.text, true, variables)
	if err != nil {
		return nil, err
	}
	if want.fixed() {
		g, _ := want.expand(nil)
		if parts, ok := cutARN(g); !ok || string(parts[0]) != "arn" {
			return nil, refuse(n, "%.128q is no ARN with its six parts: arn:partition:service:region:account:resource. "+
				"Write all of them, with * for any.", n.text)
		}
	}
	return textTest{want, func(want glob, value string) bool { return matchesARN(want, runes(value)) }}, nil
}
