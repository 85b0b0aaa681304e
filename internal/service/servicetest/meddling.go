package servicetest

import (
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// Meddling is a pool with a user, a client and two import jobs with files.
type Meddling struct {
	*Fixture
	PoolID string
	Client any
	Jobs   [2]importjob.Key
}

// NewMeddling returns a Meddling on an empty store.
func NewMeddling(t *testing.T) *Meddling {
	t.Helper()
	m := &Meddling{Fixture: New(t)}
	m.PoolID = m.Fixture.Pool(Object{"AutoVerifiedAttributes": []any{"email"}, "Schema": []any{Object{"Name": "a", "AttributeDataType": "String", "Mutable": true}}})
	m.Do("AdminCreateUser", Object{"UserPoolId": m.PoolID, "Username": "ada", "UserAttributes": Named("name", "Ada")})
	m.Client = m.Do("CreateUserPoolClient", Object{"UserPoolId": m.PoolID, "ClientName": "app"})["UserPoolClient"].(Object)["ClientId"]
	for i := range m.Jobs {
		job := m.Do("CreateUserImportJob", Object{"UserPoolId": m.PoolID, "JobName": "x", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"})["UserImportJob"].(Object)
		m.Jobs[i] = importjob.Key{PoolID: m.PoolID, JobID: job["JobId"].(string)}
		m.Update(m.Jobs[i], func(j *importjob.Job) error { return j.Attach(importjob.Upload{Name: "x", Size: 1, ETag: "x"}) })
	}
	return m
}

// Update changes a job.
func (m *Meddling) Update(key importjob.Key, update func(*importjob.Job) error) {
	m.T.Helper()
	if _, err := m.Store.UpdateJob(m.T.Context(), key, update); err != nil {
		m.T.Fatal(err)
	}
}

// UpdatePool changes the pool.
func (m *Meddling) UpdatePool(update func(*userpool.UserPool)) {
	m.T.Helper()
	_, err := m.Store.UpdatePool(m.T.Context(), m.PoolID, func(p *userpool.UserPool, _ bool) error { update(p); return nil })
	if err != nil {
		m.T.Fatal(err)
	}
}

// VerifyNothing removes from the pool what a job needs to start.
func (m *Meddling) VerifyNothing() {
	m.UpdatePool(func(p *userpool.UserPool) { p.AutoVerified = nil })
}

// Cheapen gives the pool the cheapest tier.
func (m *Meddling) Cheapen() { m.UpdatePool(func(p *userpool.UserPool) { p.Tier = "LITE" }) }

// StartOther starts the other job.
func (m *Meddling) StartOther() {
	m.Update(m.Jobs[1], func(j *importjob.Job) error { return j.Start("", time.Now()) })
}

// Remove deletes the pool.
func (m *Meddling) Remove() {
	m.T.Helper()
	if err := m.Store.DeletePool(m.T.Context(), m.PoolID, func(*userpool.UserPool, bool) error { return nil }); err != nil {
		m.T.Fatal(err)
	}
}

// Remake deletes the pool and makes another with the same id, but with other attributes and a
// user of the same name.
func (m *Meddling) Remake() {
	m.T.Helper()
	m.Remove()
	p := &userpool.UserPool{ID: m.PoolID, Schema: userpool.StandardSchema(), Created: time.Now().Add(time.Hour), AutoVerified: []string{"email"}}
	if err := m.Store.CreatePool(m.T.Context(), p, maxTestPools); err != nil {
		m.T.Fatal(err)
	}
	u := &userpool.User{PoolID: p.ID, Username: "ada", Sub: userpool.NewSub(), Status: userpool.Confirmed}
	if err := m.Store.CreateUser(m.T.Context(), p, u, false); err != nil {
		m.T.Fatal(err)
	}
}

const maxTestPools = 10
