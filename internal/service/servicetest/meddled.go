package servicetest

import (
	"context"

	"poolhouse/internal/importjob"
	"poolhouse/internal/outbox"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/userpool"
)

// Meddled is a store in which something is changed right before the next act
// that writes: after all that the operation read before.
type Meddled struct {
	*sqlstore.Store
	// Before is called once, right before the next act that writes.
	Before func()
}

func (m *Meddled) meddle() {
	if before := m.Before; before != nil {
		m.Before = nil
		before()
	}
}

// CreateClient is the store\'s, with Before called first.
func (m *Meddled) CreateClient(ctx context.Context, c *userpool.Client, complete func(*userpool.UserPool, *userpool.Client) error) error {
	m.meddle()
	return m.Store.CreateClient(ctx, c, complete)
}

// UpdateClient is the store\'s, with Before called first.
func (m *Meddled) UpdateClient(ctx context.Context, poolID, id string, update func(*userpool.UserPool, *userpool.Client) error) (*userpool.Client, error) {
	m.meddle()
	return m.Store.UpdateClient(ctx, poolID, id, update)
}

// UpdatePool is the store\'s, with Before called first.
func (m *Meddled) UpdatePool(ctx context.Context, id string, update func(*userpool.UserPool, bool) error) (*userpool.UserPool, error) {
	m.meddle()
	return m.Store.UpdatePool(ctx, id, update)
}

// DeletePool is the store\'s, with Before called first.
func (m *Meddled) DeletePool(ctx context.Context, id string, allow func(*userpool.UserPool, bool) error) error {
	m.meddle()
	return m.Store.DeletePool(ctx, id, allow)
}

// CreateUser is the store\'s, with Before called first.
func (m *Meddled) CreateUser(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool) error {
	m.meddle()
	return m.Store.CreateUser(ctx, p, u, takeAliases)
}

// CreateUserAndSend is the store\'s, with Before called first.
func (m *Meddled) CreateUserAndSend(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool, messages ...*outbox.Message) error {
	m.meddle()
	return m.Store.CreateUserAndSend(ctx, p, u, takeAliases, messages...)
}

// UpdateUserAndSend is the store\'s, with Before called first.
func (m *Meddled) UpdateUserAndSend(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) ([]*outbox.Message, error)) (*userpool.User, error) {
	m.meddle()
	return m.Store.UpdateUserAndSend(ctx, p, name, update)
}

// UpdateUser is the store\'s, with Before called first.
func (m *Meddled) UpdateUser(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) error) (*userpool.User, error) {
	m.meddle()
	return m.Store.UpdateUser(ctx, p, name, update)
}

// DeleteUser is the store\'s, with Before called first.
func (m *Meddled) DeleteUser(ctx context.Context, p *userpool.UserPool, name string) error {
	m.meddle()
	return m.Store.DeleteUser(ctx, p, name)
}

// CreateJob is the store\'s, with Before called first.
func (m *Meddled) CreateJob(ctx context.Context, j *importjob.Job, limit int) error {
	m.meddle()
	return m.Store.CreateJob(ctx, j, limit)
}

// UpdateJob is the store\'s, with Before called first.
func (m *Meddled) UpdateJob(ctx context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	m.meddle()
	return m.Store.UpdateJob(ctx, key, update)
}

// StartJob is the store\'s, with Before called first.
func (m *Meddled) StartJob(ctx context.Context, key importjob.Key, start func(*importjob.Job, *userpool.UserPool) error) (*importjob.Job, error) {
	m.meddle()
	return m.Store.StartJob(ctx, key, start)
}

// SetRetention is the store\'s, with Before called first.
func (m *Meddled) SetRetention(ctx context.Context, poolID string, days int) error {
	m.meddle()
	return m.Store.SetRetention(ctx, poolID, days)
}

// DeleteGroup is the store\'s, with Before called first.
func (m *Meddled) DeleteGroup(ctx context.Context, poolID string) error {
	m.meddle()
	return m.Store.DeleteGroup(ctx, poolID)
}

// DeleteStreams is the store\'s, with Before called first.
func (m *Meddled) DeleteStreams(ctx context.Context, poolID string, jobIDs []string) error {
	m.meddle()
	return m.Store.DeleteStreams(ctx, poolID, jobIDs)
}
