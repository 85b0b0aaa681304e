package sqlstore

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// FuzzPlace: a forged place of a list, as with a known key of page tokens, gives a page or is
// refused, for filters of each sort order.
func FuzzPlace(f *testing.F) {
	filters := []userpool.Filter{{}, {Attribute: "email", Value: "b", Prefix: true}, {Attribute: "sub", Value: "1", Prefix: true},
		{Attribute: "cognito:user_status", Value: "C", Prefix: true}, {Attribute: "username", Value: "b", Prefix: true}}
	for i, filter := range filters {
		f.Add(uint8(i), place{filterName(filter), "bob", 1}.token(), "")
		f.Add(uint8(i), "e30", "a\x00")
	}
	s, err := OpenSQLite(f.Context(), SQLite{Path: filepath.Join(f.TempDir(), "test.db")})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	p := benchPool(false)
	if err := s.CreatePool(f.Context(), p, 10); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, kind uint8, after, value string) {
		filter := filters[int(kind)%len(filters)]
		for _, token := range []string{after, place{filterName(filter), value, 1}.token()} {
			if token == "" {
				continue
			}
			users, _, err := s.ListUsers(t.Context(), p, userpool.UserQuery{Filter: filter, After: token, Limit: 1})
			if err != nil && userpool.KindOf(err) != userpool.InvalidParameter || len(users) > 1 {
				t.Fatalf("%q after %q: %d users, %v", filter, token, len(users), err)
			}
		}
	})
}

// FuzzOutcomes: a damaged segment is an error; one that can be read survives being stored again.
func FuzzOutcomes(f *testing.F) {
	for _, n := range []int{0, 1, 100} {
		outcomes := make([]importjob.Outcome, n)
		for i := range outcomes {
			outcomes[i] = importjob.Outcome{Line: int64(i) + 2, Verdict: importjob.RowFailed}
		}
		segment, err := packOutcomes(outcomes)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(segment)
	}
	f.Add([]byte{plainMark})
	f.Add([]byte{0x01, 0xff})
	f.Fuzz(func(t *testing.T, segment []byte) {
		outcomes, err := unpackOutcomes(segment)
		if err != nil {
			return
		}
		again, err := packOutcomes(outcomes)
		if err != nil {
			t.Fatal(err)
		}
		if read, err := unpackOutcomes(again); err != nil || len(read) != len(outcomes) || len(read) > 0 && !reflect.DeepEqual(read, outcomes) {
			t.Fatalf("%+v is read again as %+v, %v", outcomes, read, err)
		}
	})
}

// FuzzTags: tags that can be read from a column survive being stored again.
func FuzzTags(f *testing.F) {
	for _, text := range []string{"", `[{"Key":"a","Value":"b"}]`, `{}`, `null`, `[{"Key":"a"},{"Key":"a"}]`, "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var tags, again storedTags
		if tags.Scan(text) != nil {
			return
		}
		column, err := tags.Value()
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Scan(column); err != nil || len(again) != len(tags) || len(tags) > 0 && !reflect.DeepEqual(again, tags) {
			t.Fatalf("%q is %v, and then %v, %v", text, iam.Tags(tags), iam.Tags(again), err)
		}
	})
}

// FuzzEndOfPrefix: the end of a prefix comes after every text with the prefix, and after no greater
// text.
func FuzzEndOfPrefix(f *testing.F) {
	for _, prefix := range []string{"", "a", "\U0010FFFF", "a\U0010FFFF", "\uD7FF", "é", "\x7f"} {
		f.Add(prefix, "b")
	}
	f.Fuzz(func(t *testing.T, prefix, rest string) {
		prefix, rest = strings.ToValidUTF8(prefix, ""), strings.ToValidUTF8(rest, "")
		end := endOfPrefix(prefix)
		if end == "" {
			if strings.Trim(prefix, "\U0010FFFF") != "" {
				t.Fatalf("%q has no end", prefix)
			}
			return
		}
		if prefix+rest >= end || strings.HasPrefix(end, prefix) {
			t.Fatalf("%q is not before %q", prefix+rest, end)
		}
		if rest >= prefix && rest < end && !strings.HasPrefix(rest, prefix) {
			t.Fatalf("%q is between %q and %q", rest, prefix, end)
		}
	})
}

// FuzzKept: a damaged segment of rows is an error; one that can be read survives being stored
// again.
func FuzzKept(f *testing.F) {
	for _, kept := range someKept() {
		f.Add(packKept(nil, kept))
	}
	f.Add([]byte{keptVersion, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Add([]byte{keptVersion, 0, 0, 1, 2, 2, 2, 0})
	f.Fuzz(func(t *testing.T, packed []byte) {
		kept, err := unpackKept(packed)
		if err != nil {
			return
		}
		if again, err := unpackKept(packKept(nil, kept)); err != nil || !reflect.DeepEqual(again, kept) {
			t.Fatalf("%+v is read again as %+v, %v", kept, again, err)
		}
	})
}

// FuzzCorrection: a damaged correction is an error; one that can be read survives being stored
// again.
func FuzzCorrection(f *testing.F) {
	for _, c := range []importjob.Correction{{}, {Text: "a \xff row"}, {Values: map[string]string{"email": "a@example.com", "": "", "é": "\x00"}}} {
		f.Add(packCorrection(c))
	}
	f.Add([]byte{correctionVersion, 0, 2, 1, 'a', 0, 1, 'a', 0}) // one column twice
	f.Fuzz(func(t *testing.T, packed []byte) {
		var c, again importjob.Correction
		if unpackCorrection(packed, &c) != nil {
			return
		}
		if err := unpackCorrection(packCorrection(c), &again); err != nil || !reflect.DeepEqual(again, c) {
			t.Fatalf("%+v is read again as %+v, %v", c, again, err)
		}
	})
}
