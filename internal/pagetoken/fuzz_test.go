package pagetoken

import "testing"

// FuzzSeal: a token opens for its own list and for no other one. This includes a list
// with the same text cut into other parts.
func FuzzSeal(f *testing.F) {
	k := newKey(f, 1)
	f.Add("ListUsers", "us-east-1_a", "zoe")
	f.Add("", "", "")
	f.Add("a\x00", "\xff", "é")
	f.Fuzz(func(t *testing.T, operation, argument, place string) {
		list := List{operation, argument}
		token := k.Seal(list, place)
		if got, err := k.Open(list, token); err != nil || got != place {
			t.Fatalf("%q opens as %q, %v", place, got, err)
		}
		for _, other := range []List{{operation}, {operation + argument}, {operation, argument, ""}, {operation + "x", argument}, {"", operation + argument}} {
			if len(other) == 2 && other[0] == operation && other[1] == argument {
				continue
			}
			if _, err := k.Open(other, token); err != ErrToken {
				t.Fatalf("the token of %q opens for %q: %v", list, other, err)
			}
			if string(k.Tag(list, place)) == string(k.Tag(other, place)) {
				t.Fatalf("%q and %q have one tag", list, other)
			}
		}
	})
}
