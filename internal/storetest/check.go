package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// checkedPools are pools of every kind that decides which names are taken.
var checkedPools = map[string]func(*userpool.UserPool){
	"names":              func(*userpool.UserPool) {},
	"names without case": func(p *userpool.UserPool) { p.CaseInsensitive = true },
	"aliases": func(p *userpool.UserPool) {
		p.AliasAttributes = []string{"email", "phone_number", "preferred_username"}
	},
	"one alias without case": func(p *userpool.UserPool) { p.CaseInsensitive, p.AliasAttributes = true, []string{"email"} },
	"email as the name":      func(p *userpool.UserPool) { p.UsernameAttributes = []string{"email"} },
	"email or phone number as the name": func(p *userpool.UserPool) {
		p.CaseInsensitive, p.UsernameAttributes = true, []string{"email", "phone_number"}
	},
}

// drawUser returns a random user from few names, addresses and numbers.
func drawUser(r *rand.Rand, p *userpool.UserPool, serial string) *userpool.User {
	word := func(n int) string {
		text := fmt.Sprint("x", r.IntN(n))
		if r.IntN(3) == 0 {
			text = strings.ToUpper(text)
		}
		return text
	}
	u := user(p, word(400), "email_verified", []string{"true", "true", "false"}[r.IntN(3)])
	if len(p.UsernameAttributes) > 0 {
		u.Username = SubOf(serial)
	}
	if u.Sub = SubOf(serial); r.IntN(5) > 0 {
		u.Attributes.Set("email", word(400)+"@example.com")
	}
	if r.IntN(3) == 0 {
		u.Attributes.Set("phone_number", fmt.Sprint("+1", r.IntN(200)))
		u.Attributes.Set("phone_number_verified", "true")
	}
	if r.IntN(4) == 0 {
		u.Attributes.Set("preferred_username", word(300)+strings.Repeat("y", r.IntN(2)*1600)) // some are stored as a digest
	}
	return u
}

// testCheckRows: a check of rows says what the following commit says, and writes nothing. It runs
// for pools of every kind with existing users, and for pages of all sizes.
func testCheckRows(t *testing.T, s Store) {
	for name, change := range checkedPools {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(16, uint64(len(name))))
			p := newPool(t, s, change)
			for i := range 40 {
				switch err := s.CreateUser(t.Context(), p, drawUser(r, p, fmt.Sprint(name, " there ", i)), false); userpool.KindOf(err) {
				case userpool.UsernameExists, userpool.AliasExists:
				default:
					noError(t, err)
				}
			}
			j := runningJob(t, s, p, "n")
			at := usercsv.Position{}
			for round := range 2 { // after the first round, the job may be optimistic
				b := batch(p, at, make([]string, 250)...)
				for i := range b.Rows {
					if r.IntN(10) > 0 {
						b.Rows[i].User, b.Rows[i].Err = drawUser(r, p, fmt.Sprint(name, round, i)), nil
					}
				}
				at = wantSameVerdicts(t, s, p, j, b, r)
			}
		})
	}
}

// wantSameVerdicts checks rows, commits them, and compares the results.
func wantSameVerdicts(t *testing.T, s Store, p *userpool.UserPool, j *importjob.Job, b fileRows, r *rand.Rand) usercsv.Position {
	t.Helper()
	before, err := s.Pool(t.Context(), p.ID)
	noError(t, err)
	taken := importjob.NewTaken()
	var said []*userpool.Error
	for rest := b.Rows; len(rest) > 0; {
		n := min(1+r.IntN(100), len(rest))
		refused, err := s.CheckRows(t.Context(), p, rest[:n], taken)
		noError(t, err)
		if len(refused) != n {
			t.Fatalf("a check of %d rows says something of %d", n, len(refused))
		}
		said, rest = append(said, refused...), rest[n:]
	}
	after, err := s.Pool(t.Context(), p.ID)
	noError(t, err)
	if after.Users != before.Users {
		t.Errorf("a check added %d users", after.Users-before.Users)
	}
	var checked importjob.Tally
	for i := range b.Rows {
		checked.Settle(&b.Rows[i], said[i], 1)
	}
	want := verdictsOf(checked.Outcomes)
	from := b.From.Line + 1
	for rest := b; len(rest.Rows) > 0; {
		settled, done, err := settle(t.Context(), s, p, j.Key(), j.Lease, rest, now)
		noError(t, err)
		rest = fileRows{done.Checkpoint, rest.Rows[settled:]}
	}
	segments, err := s.Outcomes(t.Context(), j.Key(), from, 1e6)
	noError(t, err)
	var outcomes []importjob.Outcome
	for _, segment := range segments {
		outcomes = append(outcomes, segment.Outcomes...)
	}
	got := verdictsOf(outcomes)
	for line, verdict := range want {
		if got[line] != verdict {
			t.Errorf("line %d: the check says %q, the commit %q", line, verdict, got[line])
		}
	}
	if c := checked.Counts; c.Imported < 10 || c.Failed < 10 || c.Skipped < 10 {
		t.Errorf("the rows are too much alike: %+v", c)
	}
	return b.Rows[len(b.Rows)-1].End
}

func verdictsOf(outcomes []importjob.Outcome) map[int64]string {
	verdicts := map[int64]string{}
	for _, o := range outcomes {
		for line := o.Line; line <= o.Last(); line++ {
			verdicts[line] = fmt.Sprint(o.Verdict, " ", o.Column, " ", o.Code, " ", o.Flaw, " ", o.Reason)
		}
	}
	return verdicts
}

// testCheckOfDeletedPool: a check for a deleted pool is refused.
func testCheckOfDeletedPool(t *testing.T, s Store) {
	p := newPool(t, s)
	noError(t, s.DeletePool(t.Context(), p.ID, func(*userpool.UserPool, bool) error { return nil }))
	_, err := s.CheckRows(t.Context(), p, batch(p, usercsv.Position{}, "ada").Rows, importjob.NewTaken())
	wantKind(t, err, userpool.ResourceNotFound)
}
