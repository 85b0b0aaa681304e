package memstore

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// CheckRows tells what Commit would say of rows. See [importjob.Checker].
func (m *Store) CheckRows(ctx context.Context, p *userpool.UserPool, rows []importjob.Row, before *importjob.Taken) ([]*userpool.Error, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.Mu.Lock()
	defer m.Mu.Unlock()
	refused := make([]*userpool.Error, len(rows))
	for i := range rows {
		if u := rows[i].User; u != nil {
			refused[i] = m.check(p, u, before)
		}
	}
	return refused, nil
}

// check returns why a user could not be added after those before, or nil. In the latter case
// its names become taken.
func (m *Store) check(p *userpool.UserPool, u *userpool.User, before *importjob.Taken) *userpool.Error {
	if before.Has("", u.Username) {
		return userpool.Errorf(userpool.UsernameExists, "taken")
	}
	if refused := m.conflict(p, u); refused != nil {
		return refused
	}
	for _, a := range p.Aliases(u) {
		if before.Has(a.Attribute, a.Key) {
			return userpool.AliasTaken(a.Attribute)
		}
	}
	before.Add("", u.Username)
	for _, a := range p.Aliases(u) {
		before.Add(a.Attribute, a.Key)
	}
	return nil
}

// job returns a job. The caller holds Mu.
func (m *Store) job(key importjob.Key) (*importjob.Job, error) {
	j := m.Jobs[key]
	if j == nil {
		return nil, userpool.Errorf(userpool.ResourceNotFound, "there is no job %s", key.JobID)
	}
	return j, nil
}

// KeptRows returns what is kept of rows after a line. See [importjob.Rows].
func (m *Store) KeptRows(_ context.Context, key importjob.Key, afterLine int64, limit int, rejected bool) (page []importjob.Kept, err error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if _, err := m.job(key); err != nil {
		return nil, err
	}
	n := 0
	for _, kept := range m.Rows[key] {
		if n >= limit {
			break
		}
		kept = after(kept, afterLine)
		if len(kept.Rejected) == 0 && (rejected || len(kept.Users) == 0) {
			continue
		}
		n += len(kept.Rejected)
		page = append(page, kept)
	}
	return page, nil
}

// after returns what is kept of rows after a line.
func after(kept importjob.Kept, line int64) (rest importjob.Kept) {
	for _, row := range kept.Rejected {
		if row.Line > line {
			rest.Rejected = append(rest.Rejected, row)
		}
	}
	for _, run := range kept.Users {
		if gone := max(0, line+1-run.Line); gone < run.Rows {
			rest.Users = append(rest.Users, run.From(gone))
		}
	}
	return rest
}

// SetCorrections stores corrections of rows. See [importjob.Rows].
func (m *Store) SetCorrections(_ context.Context, key importjob.Key, corrections []importjob.Correction) error {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	j, err := m.job(key)
	if err != nil {
		return err
	}
	if j.RowsGone {
		return userpool.Errorf(userpool.PreconditionNotMet, "the kept rows of job %s have expired", key.JobID)
	}
	now := maps.Clone(m.Corrected[key])
	if now == nil {
		now = map[int64]importjob.Correction{}
	}
	for _, c := range corrections {
		if len(c.Values) == 0 && c.Text == "" {
			delete(now, c.Line)
			continue
		}
		c.Values = maps.Clone(c.Values)
		now[c.Line] = c
	}
	if len(now) > importjob.MaxCorrections {
		return userpool.Errorf(userpool.LimitExceeded, "job %s would have %d corrections, too many", key.JobID, len(now))
	}
	bytes := 0
	for _, c := range now {
		bytes += len(c.Text)
		for name, value := range c.Values {
			bytes += len(name) + len(value)
		}
	}
	if bytes > importjob.MaxCorrectionBytes {
		return userpool.Errorf(userpool.LimitExceeded, "job %s would have corrections of %d bytes, too many", key.JobID, bytes)
	}
	m.Corrected[key] = now
	return nil
}

// Corrections returns corrections of rows. See [importjob.Rows].
func (m *Store) Corrections(_ context.Context, key importjob.Key, afterLine int64, limit int) ([]importjob.Correction, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if _, err := m.job(key); err != nil {
		return nil, err
	}
	var page []importjob.Correction
	for _, line := range slices.Sorted(maps.Keys(m.Corrected[key])) {
		if line > afterLine && len(page) < limit {
			page = append(page, m.Corrected[key][line])
		}
	}
	return page, nil
}

// CountCorrections counts the corrections of a job. See [importjob.Rows].
func (m *Store) CountCorrections(_ context.Context, key importjob.Key) (all, passing int64, err error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if _, err := m.job(key); err != nil {
		return 0, 0, err
	}
	for _, c := range m.Corrected[key] {
		if all++; c.Passes {
			passing++
		}
	}
	return all, passing, nil
}

// Children returns the child jobs of a job. See [importjob.Rows].
func (m *Store) Children(_ context.Context, key importjob.Key) (children []*importjob.Job, err error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if _, err := m.job(key); err != nil {
		return nil, err
	}
	for _, j := range m.Jobs {
		if j.ParentID == key.JobID {
			children = append(children, clone(j))
		}
	}
	slices.SortFunc(children, func(a, b *importjob.Job) int { return ByPlace(a.Place(), b.Place()) })
	return children, nil
}

// JobUsers returns the users that a job created. See [importjob.Rows].
func (m *Store) JobUsers(_ context.Context, _ *userpool.UserPool, key importjob.Key, afterNo int64, limit int) ([]importjob.NumberedUser, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if _, err := m.job(key); err != nil {
		return nil, err
	}
	var users []importjob.NumberedUser
	for no, made := range m.Made {
		if u := m.Users[made.User.Username]; made.Job == key && no > afterNo && u == made.User {
			users = append(users, importjob.NumberedUser{User: u, No: no})
		}
	}
	slices.SortFunc(users, func(a, b importjob.NumberedUser) int { return cmp.Compare(a.No, b.No) })
	return users[:min(limit, len(users))], nil
}
