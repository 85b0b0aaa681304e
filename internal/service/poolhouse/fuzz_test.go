package poolhouseservice

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"poolhouse/internal/audit"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/userpool"
)

// FuzzAuditToken: a token, or a place sealed with the right key, gives a position or an
// InvalidParameter error. A position's token gives the position.
func FuzzAuditToken(f *testing.F) {
	s := &Service{Config: Config{Pages: pageKey(f)}}
	list := pagetoken.List{"ListAuditEvents", "", ""}
	for _, place := range []string{"1 0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "x 0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "1", "9223372036854775807 {0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b}", "1 a\x00"} {
		f.Add(place, int64(1796000000000))
	}
	f.Fuzz(func(t *testing.T, place string, ms int64) {
		for _, token := range []string{place, s.Pages.Seal(list, place)} {
			if p, err := s.parseAuditToken(list, token); err != nil && userpool.KindOf(err) != userpool.InvalidParameter || err == nil && token != "" && place != "" && uuid.Validate(p.ID) != nil {
				t.Fatalf("%q is %+v, %v", place, p, err)
			}
		}
		want := audit.Position{At: time.UnixMilli(ms), ID: "0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"}
		if p, err := s.parseAuditToken(list, s.auditToken(list, want)); err != nil || !p.At.Equal(want.At) || p.ID != want.ID {
			t.Fatalf("%+v is read as %+v, %v", want, p, err)
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
