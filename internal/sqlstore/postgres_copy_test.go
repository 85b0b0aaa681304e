package sqlstore

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/storetest"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// storable returns the part of a text that a column can hold.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

var awkward = []string{
	"", `\N`, `\.`, `\`, `\\`, `\n`, "\n", "\r\n", "\t", "\n\\.\n", "a\tb\\tc", `\x41\101`, "\b\f\v\x01\x7f", "NULL", "é日本語\U0010FFFF", "\u2028", " ", "''\"",
	strings.Repeat("x", copyChunk), strings.Repeat(`\`, copyChunk/2), strings.Repeat("\U0010FFFF", copyChunk/4),
}

// FuzzCopyRoundTrip sends texts to the server and reads them back.
func FuzzCopyRoundTrip(f *testing.F) {
	for i, a := range awkward {
		f.Add(a, awkward[(i+1)%len(awkward)])
	}
	s := openPostgres(f, emptySchema(f))
	if _, err := s.write.Exec("CREATE TABLE copied (n BIGINT, a TEXT, b TEXT, c TEXT)"); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a, b string) { wantRoundTrip(t, s, []string{storable(a), storable(b), ""}) })
}

func wantRoundTrip(t *testing.T, s *Store, texts []string) {
	t.Helper()
	err := postgresOf(s).changeInImport(t.Context(), func(tx *importTransaction) error {
		if _, err := tx.Exec("DELETE FROM copied"); err != nil {
			return err
		}
		return copyIn(t.Context(), tx, "copied", "n, a, b, c", len(texts), func(text []byte, i int) []byte {
			return appendCopyRow(text, int64(i)-1, texts[i], nil, texts[len(texts)-1-i])
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	n := -1
	_, err = list(t.Context(), s.database, func(row scanner) (_ any, err error) {
		var number int
		var a, c string
		var b *string
		if err := row.Scan(&number, &a, &b, &c); err != nil {
			return nil, err
		}
		if number != n || a != texts[n+1] || b != nil || c != texts[len(texts)-2-n] {
			t.Errorf("row %d became %d %.200q %v %.200q", n, number, a, b, c)
		}
		n++
		return nil, nil
	}, "SELECT n, a, b, c FROM copied ORDER BY n")
	if err != nil || n != len(texts)-1 {
		t.Fatalf("%d of %d rows came back: %v", n+1, len(texts), err)
	}
}

// TestCopyBorders copies rows that end just before, at and after the borders of a chunk.
func TestCopyBorders(t *testing.T) {
	t.Parallel()
	s := openPostgres(t, emptySchema(t))
	if _, err := s.write.Exec("CREATE TABLE copied (n BIGINT, a TEXT, b TEXT, c TEXT)"); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for i := range 12 {
		texts = append(texts, strings.Repeat("\n", copyChunk/2-6+i), "", strings.Repeat("y", copyChunk-10-i))
	}
	wantRoundTrip(t, s, append(texts, awkward...))
}

// TestCopyText reads the text in pieces of all sizes.
func TestCopyText(t *testing.T) {
	rows := func() *copyText {
		return &copyText{n: 5000, appendRow: func(text []byte, i int) []byte { return appendCopyRow(text, int64(i), strings.Repeat("z", i%97), nil) }}
	}
	if err := iotest.TestReader(&copyText{n: 0}, nil); err != nil {
		t.Error(err)
	}
	want, err := io.ReadAll(rows())
	if err != nil || strings.Count(string(want), "\n") != 5000 {
		t.Fatal(len(want), err)
	}
	if err := iotest.TestReader(rows(), want); err != nil {
		t.Error(err)
	}
	if got, err := io.ReadAll(iotest.OneByteReader(rows())); err != nil || string(got) != string(want) {
		t.Errorf("%d bytes came of %d, %v", len(got), len(want), err)
	}
}

// path is a way to commit batches to a database.
type path struct {
	name string
	s    *Store
}

func batchPaths(t *testing.T) []path {
	t.Helper()
	oneByOne := openPostgres(t, emptySchema(t))
	postgresOf(oneByOne).copies, postgresOf(oneByOne).halvesFrom = 0, 0
	optimist := open(t)
	sqliteOf(optimist).optimistic = func(*importjob.Job, *userpool.UserPool) bool { return true }
	return []path{{"copied", openPostgres(t, emptySchema(t))}, {"copied in halves", inHalves(openPostgres(t, emptySchema(t)))},
		{"row by row", oneByOne}, {"SQLite", open(t)}, {"SQLite, optimistic", optimist}}
}

// inHalves makes the store settle every batch in two halves if possible.
func inHalves(s *Store) *Store {
	postgresOf(s).halvesFrom = 2
	return s
}

// TestCopyEquals commits the same random batches in all ways: copied whole and in halves, row by
// row, and on SQLite with and without look-ups. The results must be equal.
func TestCopyEquals(t *testing.T) {
	t.Parallel()
	paths := batchPaths(t)
	for i, rules := range []userpool.UserPool{
		{}, {CaseInsensitive: true},
		{AliasAttributes: []string{"email", "preferred_username"}},
		{AliasAttributes: []string{"preferred_username", "phone_number", "email"}, CaseInsensitive: true},
		{UsernameAttributes: []string{"email", "phone_number"}},
		{UsernameAttributes: []string{"phone_number"}, AliasAttributes: []string{"preferred_username"}, CaseInsensitive: true},
	} {
		p := rules
		p.ID, p.Schema = fmt.Sprint("us-east-1_equal", i), userpool.StandardSchema()
		t.Run(p.ID, func(t *testing.T) {
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			var first string
			for _, path := range paths {
				state := commitRandom(t, path.s, &p, rand.New(rand.NewPCG(seed, 1)))
				if first == "" {
					first = state
				}
				if diff := cmp.Diff(strings.Split(first, "\n"), strings.Split(state, "\n")); diff != "" {
					t.Errorf("%s, from what was copied:\n%s", path.name, diff)
				}
				wantSound(t, path.s, &p)
			}
		})
	}
}

// commitRandom commits batches and returns the pool's content.
func commitRandom(t *testing.T, s *Store, p *userpool.UserPool, r *rand.Rand) string {
	t.Helper()
	key, lease := runJob(t, s, p)
	var at usercsv.Position
	subs := 0
	for range 8 {
		b := rowsOf(p, at, make([]string, 1+r.IntN(60))...)
		for i := range b.Rows {
			if subs++; r.IntN(8) > 0 {
				b.Rows[i].Err, b.Rows[i].User = nil, randomUser(p, r, storetest.SubOf(fmt.Sprint("sub", subs)))
			}
		}
		at = commitWhole(t, s, p, key, lease, b)
	}
	j, err := s.Job(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	users, _, err := s.ListUsers(t.Context(), p, userpool.UserQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%+v\n%s", j.Counts, strings.Join(verdicts(t, s, key), "\n"))
	for _, u := range users {
		text += fmt.Sprintf("\n%+v", *u)
	}
	return text
}

// commitWhole commits a batch, in as many commits as needed, and returns its end.
func commitWhole(t *testing.T, s *Store, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, b fileRows) usercsv.Position {
	t.Helper()
	for len(b.Rows) > 0 {
		settled, j, err := commit(t.Context(), s, p, key, lease, b, time.UnixMilli(1))
		if err != nil {
			t.Fatal(err)
		}
		if settled < 1 || j.Checkpoint != b.Rows[settled-1].End {
			t.Fatalf("%d rows of %d are settled, says Commit; the job: %+v", settled, len(b.Rows), j)
		}
		b = fileRows{j.Checkpoint, b.Rows[settled:]}
	}
	return b.From
}

func randomUser(p *userpool.UserPool, r *rand.Rand, sub string) *userpool.User {
	value := func() string { return []string{"a", "B", "b", "é", "É", "c\\N"}[r.IntN(6)] + fmt.Sprint(r.IntN(9)) }
	u := &userpool.User{PoolID: p.ID, Username: value() + value(), Sub: sub, Status: userpool.ResetRequired, Enabled: r.IntN(2) > 0}
	if p.UsesUsernameAttributes() {
		u.Username = sub
	}
	for _, name := range []string{"email", "phone_number", "preferred_username", "name"} {
		if r.IntN(3) > 0 {
			u.Attributes.Set(name, []string{value(), awkward[r.IntN(len(awkward)-3)]}[r.IntN(2)])
			u.Attributes.Set(name+"_verified", fmt.Sprint(r.IntN(3) > 0))
		}
	}
	return u
}
