package service_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/userpool"
)

// meddled is a store in which something is changed right before the next act
// that writes: after all that the operation read before.
type meddled struct {
	*sqlstore.Store
	before func()
}

func (m *meddled) meddle() {
	if before := m.before; before != nil {
		m.before = nil
		before()
	}
}

func (m *meddled) CreateClient(ctx context.Context, c *userpool.Client, complete func(*userpool.UserPool, *userpool.Client) error) error {
	m.meddle()
	return m.Store.CreateClient(ctx, c, complete)
}

func (m *meddled) UpdateClient(ctx context.Context, poolID, id string, update func(*userpool.UserPool, *userpool.Client) error) (*userpool.Client, error) {
	m.meddle()
	return m.Store.UpdateClient(ctx, poolID, id, update)
}

func (m *meddled) UpdatePool(ctx context.Context, id string, update func(*userpool.UserPool, bool) error) (*userpool.UserPool, error) {
	m.meddle()
	return m.Store.UpdatePool(ctx, id, update)
}

func (m *meddled) DeletePool(ctx context.Context, id string, allow func(*userpool.UserPool, bool) error) error {
	m.meddle()
	return m.Store.DeletePool(ctx, id, allow)
}

func (m *meddled) CreateUser(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool) error {
	m.meddle()
	return m.Store.CreateUser(ctx, p, u, takeAliases)
}

func (m *meddled) UpdateUser(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) error) (*userpool.User, error) {
	m.meddle()
	return m.Store.UpdateUser(ctx, p, name, update)
}

func (m *meddled) DeleteUser(ctx context.Context, p *userpool.UserPool, name string) error {
	m.meddle()
	return m.Store.DeleteUser(ctx, p, name)
}

func (m *meddled) CreateJob(ctx context.Context, j *importjob.Job, limit int) error {
	m.meddle()
	return m.Store.CreateJob(ctx, j, limit)
}

func (m *meddled) UpdateJob(ctx context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	m.meddle()
	return m.Store.UpdateJob(ctx, key, update)
}

func (m *meddled) StartJob(ctx context.Context, key importjob.Key, start func(*importjob.Job, *userpool.UserPool) error) (*importjob.Job, error) {
	m.meddle()
	return m.Store.StartJob(ctx, key, start)
}

func (m *meddled) SetRetention(ctx context.Context, poolID string, days int) error {
	m.meddle()
	return m.Store.SetRetention(ctx, poolID, days)
}

func (m *meddled) DeleteGroup(ctx context.Context, poolID string) error {
	m.meddle()
	return m.Store.DeleteGroup(ctx, poolID)
}

func (m *meddled) DeleteStreams(ctx context.Context, poolID string, jobIDs []string) error {
	m.meddle()
	return m.Store.DeleteStreams(ctx, poolID, jobIDs)
}

// TestRulesHoldWhenWritten: what an operation read may have changed when it
// comes to write. A rule that depends on it is kept to all the same.
func TestRulesHoldWhenWritten(t *testing.T) {
	const noPool = "ResourceNotFoundException"
	for _, tt := range []struct {
		operation string
		in        object
		meddle    func(f *meddling)
		exception string
	}{
		{"StartUserImportJob", object{}, (*meddling).verifyNothing, "PreconditionNotMetException"},
		{"StartUserImportJob", object{}, (*meddling).startOther, "PreconditionNotMetException"},
		{"StartUserImportJob", object{}, (*meddling).remake, noPool},
		{"StopUserImportJob", object{}, (*meddling).remake, noPool},
		{"CreateUserImportJob", object{"JobName": "x", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"}, (*meddling).remove, noPool},
		{"CreateUserPoolClient", object{"ClientName": "x", "ExplicitAuthFlows": []any{"ALLOW_USER_AUTH"}}, (*meddling).cheapen, "FeatureUnavailableInTierException"},
		{"CreateUserPoolClient", object{"ClientName": "x", "ReadAttributes": []any{"custom:a"}}, (*meddling).remake, "InvalidParameterException"},
		{"UpdateUserPoolClient", object{"ExplicitAuthFlows": []any{"ALLOW_USER_AUTH"}}, (*meddling).cheapen, "FeatureUnavailableInTierException"},
		{"UpdateUserPoolClient", object{}, (*meddling).remake, noPool},
		{"UpdateUserPool", object{}, (*meddling).startOther, "UserImportInProgressException"},
		{"SetUserPoolMfaConfig", object{}, (*meddling).startOther, "ConcurrentModificationException"},
		{"AddCustomAttributes", object{"CustomAttributes": []any{object{"Name": "b", "AttributeDataType": "String"}}}, (*meddling).startOther, "UserImportInProgressException"},
		{"DeleteUserPool", object{}, (*meddling).startOther, "UserImportInProgressException"},
		{"AdminCreateUser", object{"Username": "bob", "UserAttributes": named("custom:a", "1")}, (*meddling).remake, noPool},
		{"AdminUpdateUserAttributes", object{"Username": "ada", "UserAttributes": named("custom:a", "1")}, (*meddling).remake, noPool},
		{"AdminDeleteUserAttributes", object{"Username": "ada", "UserAttributeNames": []any{"name"}}, (*meddling).remake, noPool},
		{"AdminDisableUser", object{"Username": "ada"}, (*meddling).remake, noPool},
		{"AdminEnableUser", object{"Username": "ada"}, (*meddling).remake, noPool},
		{"AdminDeleteUser", object{"Username": "ada"}, (*meddling).remake, noPool},
	} {
		t.Run(tt.operation, func(t *testing.T) {
			f := newMeddling(t)
			in := object{"UserPoolId": f.pool}
			switch tt.operation {
			case "StartUserImportJob", "StopUserImportJob":
				in["JobId"] = f.jobs[0].JobID
			case "UpdateUserPoolClient":
				in["ClientId"] = f.client
			}
			for name, value := range tt.in {
				in[name] = value
			}
			f.meddled.before = func() { tt.meddle(f) }
			f.refused(tt.operation, in, tt.exception, "")
			if f.meddled.before != nil {
				t.Error("nothing was written")
			}
		})
	}
}

// meddling is a pool with a user, a client and two import jobs that have their
// files.
type meddling struct {
	*fixture
	pool   string
	client any
	jobs   [2]importjob.Key
}

func newMeddling(t *testing.T) *meddling {
	t.Helper()
	m := &meddling{fixture: newFixture(t)}
	m.pool = m.fixture.pool(object{"AutoVerifiedAttributes": []any{"email"}, "Schema": []any{object{"Name": "a", "AttributeDataType": "String", "Mutable": true}}})
	m.do("AdminCreateUser", object{"UserPoolId": m.pool, "Username": "ada", "UserAttributes": named("name", "Ada")})
	m.client = m.do("CreateUserPoolClient", object{"UserPoolId": m.pool, "ClientName": "app"})["UserPoolClient"].(object)["ClientId"]
	for i := range m.jobs {
		job := m.do("CreateUserImportJob", object{"UserPoolId": m.pool, "JobName": "x", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"})["UserImportJob"].(object)
		m.jobs[i] = importjob.Key{PoolID: m.pool, JobID: job["JobId"].(string)}
		m.update(m.jobs[i], func(j *importjob.Job) error { return j.Attach(importjob.Upload{Name: "x", Size: 1, ETag: "x"}) })
	}
	return m
}

func (m *meddling) update(key importjob.Key, update func(*importjob.Job) error) {
	m.t.Helper()
	if _, err := m.store.UpdateJob(m.t.Context(), key, update); err != nil {
		m.t.Fatal(err)
	}
}

func (m *meddling) updatePool(update func(*userpool.UserPool)) {
	m.t.Helper()
	_, err := m.store.UpdatePool(m.t.Context(), m.pool, func(p *userpool.UserPool, _ bool) error { update(p); return nil })
	if err != nil {
		m.t.Fatal(err)
	}
}

// verifyNothing takes from the pool what a job needs to start.
func (m *meddling) verifyNothing() {
	m.updatePool(func(p *userpool.UserPool) { p.AutoVerified = nil })
}

// cheapen gives the pool the tier that has the least.
func (m *meddling) cheapen() { m.updatePool(func(p *userpool.UserPool) { p.Tier = "LITE" }) }

// startOther starts the other job.
func (m *meddling) startOther() {
	m.update(m.jobs[1], func(j *importjob.Job) error { return j.Start(time.Now()) })
}

// remove deletes the pool.
func (m *meddling) remove() {
	m.t.Helper()
	if err := m.store.DeletePool(m.t.Context(), m.pool, func(*userpool.UserPool, bool) error { return nil }); err != nil {
		m.t.Fatal(err)
	}
}

// remake deletes the pool and makes another of the same id, which has other
// attributes and a user of the same name.
func (m *meddling) remake() {
	m.t.Helper()
	m.remove()
	p := &userpool.UserPool{ID: m.pool, Schema: userpool.StandardSchema(), Created: time.Now().Add(time.Hour), AutoVerified: []string{"email"}}
	if err := m.store.CreatePool(m.t.Context(), p, maxTestPools); err != nil {
		m.t.Fatal(err)
	}
	u := &userpool.User{PoolID: p.ID, Username: "ada", Sub: "another", Status: userpool.Confirmed}
	if err := m.store.CreateUser(m.t.Context(), p, u, false); err != nil {
		m.t.Fatal(err)
	}
}

const maxTestPools = 10

// TestLogGroupsWhenWritten: a log group that is deleted meanwhile gets no
// retention, which the next one would have; and one to which a job was added
// meanwhile is deleted with that job's stream, or not at all.
func TestLogGroupsWhenWritten(t *testing.T) {
	const running, gone = "OperationAbortedException", "ResourceNotFoundException"
	stop := func(m *meddling) {
		m.update(m.jobs[1], func(j *importjob.Job) error { return j.Stop(time.Now()) })
	}
	remove := func(m *meddling) {
		if err := m.store.DeleteGroup(m.t.Context(), m.pool); err != nil {
			m.t.Error(err)
		}
	}
	for _, tt := range []struct {
		operation, exception string
		in                   object
		meddle               func(*meddling)
		left                 int // streams
	}{
		{"PutRetentionPolicy", gone, object{"retentionInDays": 3}, remove, 0},
		{"DeleteRetentionPolicy", gone, object{}, remove, 0},
		{"DeleteLogGroup", gone, object{}, remove, 0},
		{"DeleteLogGroup", running, object{}, (*meddling).startOther, 2},
		{"DeleteLogGroup", "", object{}, func(m *meddling) { m.startOther(); stop(m) }, 0},
	} {
		m := newMeddling(t)
		m.update(m.jobs[0], func(j *importjob.Job) error { return errors.Join(j.Start(time.Now()), j.Stop(time.Now())) })
		group := "/aws/cognito/userpools/" + m.pool + "/people"
		tt.in["logGroupName"] = group
		m.meddled.before = func() { tt.meddle(m) }
		if _, exception, message := m.try(tt.operation, tt.in); exception != tt.exception || m.meddled.before != nil {
			t.Errorf("%s: %s %s", tt.operation, exception, message)
		}
		left := 0
		if tt.left > 0 {
			left = len(m.do("DescribeLogStreams", object{"logGroupName": group})["logStreams"].([]any))
		} else {
			m.refused("DescribeLogStreams", object{"logGroupName": group}, gone, "log group")
		}
		if g, err := m.store.LogGroup(t.Context(), m.pool); err != nil || g.RetentionDays != 0 || left != tt.left {
			t.Errorf("%s: %d streams are left, %+v, %v", tt.operation, left, g, err)
		}
	}
}
