package servicetest

import (
	"context"

	"poolhouse/internal/importjob"
	"poolhouse/internal/outbox"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/userpool"
)

// Meddled is a store that a test changes right before the next writing act: after all reads of
// the operation.
type Meddled struct {
	*sqlstore.Store
	// Before is called once, right before the next writing act.
	Before func()
}

func (m *Meddled) meddle() {
	if before := m.Before; before != nil {
		m.Before = nil
		before()
	}
}

// CreateClient calls Before, and then the store.
func (m *Meddled) CreateClient(ctx context.Context, c *userpool.Client, complete func(*userpool.UserPool, *userpool.Client) error) error {
	m.meddle()
	return m.Store.CreateClient(ctx, c, complete)
}

// UpdateClient calls Before, and then the store.
func (m *Meddled) UpdateClient(ctx context.Context, poolID, id string, update func(*userpool.UserPool, *userpool.Client) error) (*userpool.Client, error) {
	m.meddle()
	return m.Store.UpdateClient(ctx, poolID, id, update)
}

// UpdatePool calls Before, and then the store.
func (m *Meddled) UpdatePool(ctx context.Context, id string, update func(*userpool.UserPool, bool) error) (*userpool.UserPool, error) {
	m.meddle()
	return m.Store.UpdatePool(ctx, id, update)
}

// DeletePool calls Before, and then the store.
func (m *Meddled) DeletePool(ctx context.Context, id string, allow func(*userpool.UserPool, bool) error) error {
	m.meddle()
	return m.Store.DeletePool(ctx, id, allow)
}

// CreateUser calls Before, and then the store.
func (m *Meddled) CreateUser(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool) error {
	m.meddle()
	return m.Store.CreateUser(ctx, p, u, takeAliases)
}

// CreateUserAndSend calls Before, and then the store.
func (m *Meddled) CreateUserAndSend(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool, messages ...*outbox.Message) error {
	m.meddle()
	return m.Store.CreateUserAndSend(ctx, p, u, takeAliases, messages...)
}

// UpdateUserAndSend calls Before, and then the store.
func (m *Meddled) UpdateUserAndSend(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) ([]*outbox.Message, error)) (*userpool.User, error) {
	m.meddle()
	return m.Store.UpdateUserAndSend(ctx, p, name, update)
}

// UpdateUser calls Before, and then the store.
func (m *Meddled) UpdateUser(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) error) (*userpool.User, error) {
	m.meddle()
	return m.Store.UpdateUser(ctx, p, name, update)
}

// DeleteUser calls Before, and then the store.
func (m *Meddled) DeleteUser(ctx context.Context, p *userpool.UserPool, name string) error {
	m.meddle()
	return m.Store.DeleteUser(ctx, p, name)
}

// CreateJob calls Before, and then the store.
func (m *Meddled) CreateJob(ctx context.Context, j *importjob.Job, limit int) error {
	m.meddle()
	return m.Store.CreateJob(ctx, j, limit)
}

// UpdateJob calls Before, and then the store.
func (m *Meddled) UpdateJob(ctx context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	m.meddle()
	return m.Store.UpdateJob(ctx, key, update)
}

// StartJob calls Before, and then the store.
func (m *Meddled) StartJob(ctx context.Context, key importjob.Key, start func(*importjob.Job, *userpool.UserPool) error) (*importjob.Job, error) {
	m.meddle()
	return m.Store.StartJob(ctx, key, start)
}

// SetRetention calls Before, and then the store.
func (m *Meddled) SetRetention(ctx context.Context, poolID string, days int) error {
	m.meddle()
	return m.Store.SetRetention(ctx, poolID, days)
}

// DeleteGroup calls Before, and then the store.
func (m *Meddled) DeleteGroup(ctx context.Context, poolID string) error {
	m.meddle()
	return m.Store.DeleteGroup(ctx, poolID)
}

// DeleteStreams calls Before, and then the store.
func (m *Meddled) DeleteStreams(ctx context.Context, poolID string, jobIDs []string) error {
	m.meddle()
	return m.Store.DeleteStreams(ctx, poolID, jobIDs)
}
