package logsservice

import (
	"strings"
	"testing"

	"poolhouse/internal/pagetoken"
	"poolhouse/internal/userpool"
)

// FuzzPlaceToken: a place's token is good for its list, and any other text is no token.
func FuzzPlaceToken(f *testing.F) {
	pages := pageKey(f)
	list, other := pagetoken.List{"GetLogEvents", "us-east-1_a", "import-1"}, pagetoken.List{"GetLogEvents", "us-east-1_a", "import-2"}
	f.Add("f", int64(0), "")
	f.Add("b", int64(1<<62), placeToken(pages, other, "f", 3))
	f.Add("", int64(-1), "f/-000000000000000001")
	f.Fuzz(func(t *testing.T, direction string, place int64, text string) {
		if forward, at, err := parsePlaceToken(pages, list, text); err == nil || forward || at != 0 || userpool.KindOf(err) != userpool.InvalidParameter {
			t.Fatalf("%q is the place %d, %v", text, at, err)
		}
		if place < 0 || strings.Contains(direction, "/") {
			return
		}
		token := placeToken(pages, list, direction, place)
		forward, at, err := parsePlaceToken(pages, list, token)
		if err != nil || at != place || forward != (direction == "f") {
			t.Fatalf("%s is read as %d, %v, %v", token, at, forward, err)
		}
		if _, _, err := parsePlaceToken(pages, other, token); err == nil {
			t.Fatalf("%s is taken for another stream", token)
		}
	})
}

func pageKey(f *testing.F) *pagetoken.Key {
	f.Helper()
	k, err := pagetoken.NewKey(make([]byte, pagetoken.SecretSize))
	if err != nil {
		f.Fatal(err)
	}
	return k
}
