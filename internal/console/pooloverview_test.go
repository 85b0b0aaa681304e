package console

import (
	"testing"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/apicore"
	"poolhouse/internal/userpool"
)

// TestPoolOverview: callers who may read a pool see its users counted by status and over
// time, with the figures of the drawing.
func TestPoolOverview(t *testing.T) {
	f := newFixture(t)
	id := f.pool("members")
	at := "/console/pools/" + id
	b := f.root()
	empty := b.get(at)
	wants(t, empty, 200, "<dt>All users</dt><dd>0<", "<dt>Confirmed</dt><dd>0<", "<dt>Disabled</dt><dd>0<", "No users yet.")
	lacks(t, empty, "<svg viewBox=\"0 0 100 120\"", "Unconfirmed")
	p, err := f.store.Pool(t.Context(), id)
	check(t, err)
	for name, u := range map[string]userpool.User{
		"ada": {Status: userpool.Confirmed, Enabled: true, Created: f.now.AddDate(0, 0, -3)},
		"bob": {Status: userpool.ResetRequired, Enabled: true, Created: f.now},
		"cyd": {Status: userpool.Unconfirmed, Enabled: false, Created: f.now},
		"dan": {Status: userpool.ResetRequired, Enabled: true, Created: f.now},
	} {
		u.PoolID, u.Username, u.Sub, u.Modified = id, name, userpool.NewSub(), u.Created
		check(t, f.store.CreateUser(t.Context(), p, &u, false))
	}
	full := b.get(at)
	wants(t, full, 200, "<dt>All users</dt><dd>4<", "<dt>Confirmed</dt><dd>1<", "<dt>Reset required</dt><dd>2<", "<dt>Force change password</dt><dd>0<",
		"<dt>Unconfirmed</dt><dd>1<", "<dt>Disabled</dt><dd>1<", `<title id="ch-t">Users over time</title>`, `<desc id="ch-d">From no users on 25 Nov 2026 to 4 on 29 Nov 2026.</desc>`,
		`<tr><th scope="row">26 Nov 2026</th><td class="r">1</td><td class="r">1</td></tr>`, `<tr><th scope="row">28 Nov 2026</th><td class="r">0</td><td class="r">1</td></tr>`,
		`<tr><th scope="row">29 Nov 2026</th><td class="r">3</td><td class="r">4</td></tr>`, "poolhouse statistics --user-pool-id "+id+" --region us-east-1")
	lacks(t, full, "No users yet.")
	viewer := f.signed(f.user("viewer", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cognito-idp:DescribeUserPool","Resource":"*"}}`))
	wants(t, viewer.get(at), 200, "<dt>All users</dt><dd>4<", "Users over time")
}

// TestChartMarks: imports that created users are marked, oldest first, once a day.
func TestChartMarks(t *testing.T) {
	today := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	job := func(days, imported int, ended bool) jobRow {
		n := int64(imported)
		j := &cognitoapi.UserImportJobType{StartDate: apicore.Time{Time: today.AddDate(0, 0, days)}, ImportedUsers: &n}
		if ended {
			j.CompletionDate = j.StartDate
		}
		return jobRow{UserImportJobType: j}
	}
	for _, c := range []struct {
		jobs  []jobRow
		marks string
		note  string
	}{
		{nil, "", ""},
		{[]jobRow{job(-1, 0, true), {UserImportJobType: &cognitoapi.UserImportJobType{}}}, "", ""},
		{[]jobRow{job(-100, 5, true)}, "", ""}, // all its users were deleted
		{[]jobRow{job(-2, 1204, true)}, "50", " Dashed: the import of 27 Nov (1,204)."},
		{[]jobRow{job(0, 3, false), job(-2, 2, true), job(-2, 1, true)}, "50 100", " Dashed: the latest imports, of 27 Nov (1), 27 Nov (2) and 29 Nov (3 so far)."},
	} {
		made, err := newChart(daysFrom("2026-11-26", 10), today)
		check(t, err)
		before := made.Note
		made.mark(c.jobs)
		var marks string
		for i, m := range made.Marks {
			if i > 0 {
				marks += " "
			}
			marks += m
		}
		if marks != c.marks || made.Note != before+c.note {
			t.Errorf("marks %q, want %q; %q, want %q", marks, c.marks, made.Note[len(before):], c.note)
		}
	}
}
