// Package storetest is the suite that every store passes, on every database. It tests nothing
// specific to a database; such tests are next to the store.
package storetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"poolhouse/internal/audit"
	"poolhouse/internal/console/session"
	"poolhouse/internal/iam"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logforward"
	"poolhouse/internal/outbox"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/signin"
	"poolhouse/internal/token"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Store is everything that can be stored.
type Store interface {
	userpool.Store
	importjob.Store
	importjob.Jobs
	importjob.Deletions
	importjob.Rows
	importjob.Checker
	importfile.Store
	resultlog.Groups
	logforward.Store
	ImportMaps
	outbox.Store
	// CreateUserAndSend and UpdateUserAndSend are CreateUser and UpdateUser with messages to the
	// user.
	CreateUserAndSend(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool, messages ...*outbox.Message) error
	UpdateUserAndSend(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) ([]*outbox.Message, error)) (*userpool.User, error)
	token.Store
	signin.Store
	IAM() iam.Store
	Audit() audit.Store
	Sessions() session.Store
	// WaitingBytes returns the size of the files of jobs that were not started.
	WaitingBytes(ctx context.Context) (int64, error)
	// IsUnused reports whether a server has no data that would be missed.
	IsUnused(ctx context.Context) (bool, error)
	// SealingMark, HasSealed and SetSealingMark manage the mark of the sealing key.
	SealingMark(ctx context.Context) ([]byte, error)
	HasSealed(ctx context.Context) (bool, error)
	SetSealingMark(ctx context.Context, mark []byte) ([]byte, error)
	// Backlog returns the work that the database has at a moment, with the results to forward if
	// forwards is set.
	Backlog(ctx context.Context, now time.Time, forwards bool) (importjob.Backlog, error)
	// DataKey stores the sealed keys that servers share.
	DataKey(ctx context.Context, name string, fresh []byte) ([]byte, error)
	// PageSecret stores the secret of page tokens.
	PageSecret(ctx context.Context, fresh []byte) ([]byte, error)
}

// ImportMaps stores for each user pool what the columns of its import files are read as.
type ImportMaps interface {
	// ImportMap returns the map that was stored last, and the time; nil if there is none.
	ImportMap(ctx context.Context, poolID string) (m []usercsv.Mapped, modified time.Time, err error)
	// KeepImportMap replaces the map; an empty one deletes it.
	KeepImportMap(ctx context.Context, poolID string, m []usercsv.Mapped, now time.Time) error
}

// JobStore is what the tests of an importjob.Store need: the store, and the means to create its
// data. [Store] is one.
type JobStore interface {
	importjob.Store
	importjob.Rows
	CreatePool(ctx context.Context, p *userpool.UserPool, limit int) error
	CreateUser(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool) error
	User(ctx context.Context, p *userpool.UserPool, name string) (*userpool.User, error)
	CreateJob(ctx context.Context, j *importjob.Job, limit int) error
	Job(ctx context.Context, key importjob.Key) (*importjob.Job, error)
	Outcomes(ctx context.Context, key importjob.Key, afterLine int64, limit int) ([]importjob.Segment, error)
	Causes(ctx context.Context, key importjob.Key) (*importjob.Job, []importjob.Cause, error)
}

// jobTests are the tests of an importjob.Store.
var jobTests = map[string]func(t *testing.T, s JobStore){
	"OneActiveJob": testOneActiveJob, "JobUpdatesRefused": testJobUpdatesRefused, "Leftovers": testLeftovers,
	"Claims": testClaims, "OneOfManyClaims": testOneOfManyClaims, "Fencing": testFencing, "Linearizable": testLinearizable,
	"Commit": testCommit, "CommitDraws": testCommitDraws, "CommitMeetsUsers": testCommitMeetsUsers, "CommitRefused": testCommitRefused,
	"Causes": testCauses, "CausesAreBounded": testCausesAreBounded, "CommitBeforeBegin": testCommitBeforeBegin, "StopDuring": testStopDuring,
	"RefusedRowsLeaveNoAlias": testRefusedRowsLeaveNoAlias, "ManyOutcomes": testManyOutcomes, "CommitGivesWay": testCommitGivesWay, "Unindexed": testUnindexed,
	"KeptRows": testKeptRows, "KeepRest": testKeepRest, "KeepRestOnce": testKeepRestOnce, "Corrections": testCorrections, "Children": testChildren,
	"ExpireRows": testExpireRows, "RowsOfNoJob": testRowsOfNoJob,
}

// RunJobs runs the tests of an importjob.Store. open returns an empty store for the time of the
// test.
func RunJobs(t *testing.T, open func(t *testing.T) JobStore) {
	for name, test := range jobTests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// Run runs the suite. open returns an empty store for the time of the test.
func Run(t *testing.T, open func(t *testing.T) Store) {
	RunJobs(t, func(t *testing.T) JobStore { return open(t) })
	RunUploads(t, func(t *testing.T) UploadStore { return open(t) })
	for name, test := range signInTests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
	for name, test := range map[string]func(t *testing.T, s Store){
		"Pools": testPools, "Regions": testRegions, "PoolUpdates": testPoolUpdates, "DeletePool": testDeletePool,
		"Clients": testClients, "Unused": testUnused,
		"Users": testUsers, "CountUsers": testCountUsers, "UserKeepsEverything": testUserKeepsEverything, "CaseFolding": testCaseFolding,
		"Aliases": testAliases, "UsernameAttributes": testUsernameAttributes, "TakeAliases": testTakeAliases,
		"UserIn": testUserIn, "UserInMadeAgain": testUserInMadeAgain, "OlderPool": testOlderPool, "UsersInOrder": testUsersInOrder,
		"UserStays": testUserStays, "NameBeforeAlias": testNameBeforeAlias, "EndedContext": testEndedContext,
		"OneOfManyIDs": testOneOfManyIDs, "PoolIDFreed": testPoolIDFreed, "OneOfManyCreates": testOneOfManyCreates, "QuotasHold": testQuotasHold, "NoLostUpdates": testNoLostUpdates,
		"Filters": testFilters, "FiltersByModel": testFiltersByModel, "Pages": testPages, "Tokens": testTokens,
		"Jobs": testJobs, "JobPages": testJobPages, "OneOfManyStarts": testOneOfManyStarts, "StartOrChange": testStartOrChange, "StartJobRefused": testStartJobRefused,
		"PoolMadeAgain": testPoolMadeAgain, "ClientOfPool": testClientOfPool,
		"ClaimsAreShared": testClaimsAreShared,
		"CommitAliases":   testCommitAliases,
		"WorkOnDeleted":   testWorkOnDeleted,

		"JobUsers": testJobUsers, "ExternalIDs": testExternalIDs, "CheckRows": testCheckRows, "CheckOfDeletedPool": testCheckOfDeletedPool,
		"KeptRowsOfInterrupted": testKeptRowsOfInterrupted, "RowsStayWithoutLog": testRowsStayWithoutLog, "RowsGoWithPool": testRowsGoWithPool,

		"BacklogJobs": testBacklogJobs, "BacklogForwards": testBacklogForwards, "BacklogUsers": testBacklogUsers,
		"ImportMaps": testImportMaps, "ImportMapGoesWithPool": testImportMapGoesWithPool,

		"IndexUsers": testIndexUsers, "Outcomes": testOutcomes, "LogGroups": testLogGroups, "LogGroupKeepsName": testLogGroupKeepsName, "DeleteGroup": testDeleteGroup,
		"Forwards": testForwards, "ForwardsOfMany": testForwardsOfMany, "ForwardsOfExpired": testForwardsOfExpired, "OneOfManyForwards": testOneOfManyForwards,
		"IAMUsers": testIAMUsers, "IAMUserPages": testIAMUserPages, "IAMUserUpdates": testIAMUserUpdates, "IAMTags": testIAMTags, "IAMTagsAreNotLost": testIAMTagsAreNotLost, "IAMAccessKeys": testIAMAccessKeys, "IAMRoles": testIAMRoles,
		"IAMPolicies": testIAMPolicies, "IAMPolicyVersions": testIAMPolicyVersions, "IAMDefaultCounts": testIAMDefaultCounts,
		"IAMVersionQuotaHolds": testIAMVersionQuotaHolds, "IAMOneOfManyRenames": testIAMOneOfManyRenames, "IAMAttached": testIAMAttached, "IAMInline": testIAMInline, "IAMInlineQuota": testIAMInlineQuota,
		"IAMDeletes": testIAMDeletes, "IAMAccess": testIAMAccess, "IAMRoleAccess": testIAMRoleAccess, "IAMVersion": testIAMVersion, "SealingMark": testSealingMark, "PageSecret": testPageSecret, "DataKey": testDataKey, "WaitingBytes": testWaitingBytes, "AuditChains": testAuditChains, "AuditSize": testAuditSize, "WhatIsSealed": testWhatIsSealed, "TokenKeys": testTokenKeys, "TokenKeysAtOnce": testTokenKeysAtOnce, "TokenKeysOfDeleted": testTokenKeysOfDeleted, "IAMStrangeNames": testIAMStrangeNames,
		"IAMOneOfManyCreates": testIAMOneOfManyCreates, "IAMQuotasHold": testIAMQuotasHold, "IAMNothingDangles": testIAMNothingDangles,
		"AuditKeepsEverything": testAuditKeepsEverything, "AuditQueries": testAuditQueries, "AuditManyEvents": testAuditManyEvents,
		"Messages": testMessages, "MessagesAreBounded": testMessagesAreBounded, "MessagesGoWithUsers": testMessagesGoWithUsers, "MessagesOfMany": testMessagesOfMany,
		"Sessions": func(t *testing.T, s Store) { RunSessions(t, s.Sessions()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// now is a time with the precision of stores.
var now = time.UnixMilli(1_700_000_000_123).UTC()

func newPool(t *testing.T, s JobStore, change ...func(*userpool.UserPool)) *userpool.UserPool {
	t.Helper()
	p := &userpool.UserPool{
		ID: "us-east-1_" + rand.Text()[:9], Name: "people", Created: now, Modified: now,
		Schema: userpool.StandardSchema(), AutoVerified: []string{"email"}, FirstFactors: []string{userpool.FactorPassword},
		MFA: userpool.MFAOff, PasswordPolicy: userpool.DefaultPasswordPolicy(), Tier: "ESSENTIALS",
	}
	for _, c := range change {
		c(p)
	}
	if err := s.CreatePool(t.Context(), p, 1000); err != nil {
		t.Fatal(err)
	}
	return p
}

// SubOf returns the sub of a test's user with that name. All begin alike.
func SubOf(name string) string {
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf("5ab0%x-%x-%x-%x-%x", sum[:2], sum[2:4], sum[4:6], sum[6:8], sum[8:14])
}

// user returns a user with attributes given as name, value, name, value.
func user(p *userpool.UserPool, name string, attributes ...string) *userpool.User {
	u := &userpool.User{
		PoolID: p.ID, Username: name, Sub: SubOf(name), Status: userpool.Confirmed, Enabled: true, Created: now, Modified: now,
	}
	for i := 0; i < len(attributes); i += 2 {
		u.Attributes = append(u.Attributes, userpool.Attribute{Name: attributes[i], Value: attributes[i+1]})
	}
	return u
}

func create(t *testing.T, s JobStore, p *userpool.UserPool, users ...*userpool.User) {
	t.Helper()
	for _, u := range users {
		if err := s.CreateUser(t.Context(), p, u, false); err != nil {
			t.Fatalf("creating %s: %v", u.Username, err)
		}
	}
}

// wantKind checks for an error of a kind.
func wantKind(t *testing.T, err error, kind userpool.Kind) {
	t.Helper()
	if err == nil || userpool.KindOf(err) != kind {
		t.Errorf("got error %v, want one of kind %d", err, kind)
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantUsers checks the pool's number of users.
func wantUsers(t *testing.T, s JobStore, p *userpool.UserPool, n int64) {
	t.Helper()
	got, err := s.Pool(t.Context(), p.ID)
	noError(t, err)
	if got.Users != n {
		t.Errorf("the pool counts %d users, want %d", got.Users, n)
	}
}
