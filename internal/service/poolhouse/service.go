package poolhouseservice

import (
	"context"
	"log/slog"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/audit"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/outbox"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/service"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Config is what a Service needs. Every field except LogRoles, MayUpload and MayPass must be
// set.
type Config struct {
	Pools Pools
	Users Users
	Jobs  importjob.Jobs
	// KeepRows is how long a job's rows are kept after its end.
	KeepRows time.Duration
	Groups   resultlog.Groups
	// Rows has the kept rows of jobs.
	Rows KeptRows
	// Limits bounds import files. FailedShare is the most rows, as a share, that may fail or be
	// skipped; 0 means the engine's default.
	Limits      usercsv.Limits
	FailedShare float64
	// Strict says that files are read as Amazon Cognito reads them, as in [importjob.Config].
	Strict bool
	// Maps remembers how the columns of files are read.
	Maps Maps
	// Uploads, Files and Reader handle uploads that no import job owns yet.
	Uploads importfile.Store
	Files   Files
	Reader  FileReader
	// LogRoles checks the roles of import jobs. nil checks only the form of their ARNs.
	LogRoles service.LogRoles
	// MayUpload decides who sees pre-signed URLs. MayPass decides who may make a job with another
	// job's role.
	MayUpload service.MayUpload
	MayPass   service.MayPass
	Version   string // of the server, for receipts
	Log       *slog.Logger
	Audit     AuditTable
	Outbox    Outbox
	Pages     *pagetoken.Key // for the tokens of lists
}

// Pools is the part of [userpool.Store] that finds a user pool.
type Pools interface {
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
}

// Users is the part of [userpool.Store] that finds and counts users.
type Users interface {
	User(ctx context.Context, p *userpool.UserPool, name string) (*userpool.User, error)
	CountUsers(ctx context.Context, p *userpool.UserPool) ([]userpool.UserCount, error)
}

// Outbox is the part of [outbox.Store] for reading.
type Outbox interface {
	Messages(ctx context.Context, p *userpool.UserPool, sub, before string, limit int) ([]outbox.Message, error)
}

// AuditTable is the part of [audit.Store] for reading.
type AuditTable interface {
	Events(ctx context.Context, q audit.Query) ([]audit.Event, error)
	Chains(ctx context.Context) ([]audit.Chain, error)
}

// Service has Poolhouse's own operations.
type Service struct {
	Config
	correcting gate // of rows: two at a time could undo each other
	checking   gate // of whole files for waiting calls
}

// New returns the operations with what cfg names.
func New(cfg Config) *Service {
	return &Service{Config: cfg, correcting: newGate(1), checking: newGate(checksAtATime)}
}

// Register registers every operation of package poolhouseapi.
func (s *Service) Register(d *dispatch.Dispatcher) {
	dispatch.Handle(d, poolhouseapi.DescribeUserPoolStatistics, s.describeUserPoolStatistics)
	dispatch.Handle(d, poolhouseapi.DescribeUserImportRoles, s.describeUserImportRoles)
	dispatch.Handle(d, poolhouseapi.GetUserImportJobLog, s.getUserImportJobLog)
	dispatch.Handle(d, poolhouseapi.GetUserImportJobProgress, s.getUserImportJobProgress)
	dispatch.Handle(d, poolhouseapi.GetUserImportMap, s.getUserImportMap)
	dispatch.HandleCall(d, poolhouseapi.CreateUserImportUpload, s.createUserImportUpload)
	dispatch.HandleCall(d, poolhouseapi.DeleteUserImportUpload, s.deleteUserImportUpload)
	dispatch.HandleCall(d, poolhouseapi.DescribeUserImportUpload, s.describeUserImportUpload)
	dispatch.HandleCall(d, poolhouseapi.CheckUserImport, s.checkUserImport)
	dispatch.Handle(d, poolhouseapi.ListUserImportJobRows, s.listUserImportJobRows)
	dispatch.Handle(d, poolhouseapi.CorrectUserImportJobRows, s.correctUserImportJobRows)
	dispatch.Handle(d, poolhouseapi.ApplyUserImportSuggestions, s.applyUserImportSuggestions)
	dispatch.HandleCall(d, poolhouseapi.CreateUserImportJob, s.createUserImportJob)
	dispatch.HandleCall(d, poolhouseapi.ListUserImportJobs, s.listUserImportJobs)
	dispatch.HandleCall(d, poolhouseapi.UpdateUserImportJob, s.updateUserImportJob)
	dispatch.Handle(d, poolhouseapi.ListUserImportJobUsers, s.listUserImportJobUsers)
	dispatch.Handle(d, poolhouseapi.GetUserImportJobReceipt, s.getUserImportJobReceipt)
	dispatch.Handle(d, poolhouseapi.GetUserImportJobResults, s.getUserImportJobResults)
	dispatch.HandleCall(d, poolhouseapi.RetryUserImportJob, s.retryUserImportJob)
	dispatch.HandleCall(d, poolhouseapi.ResumeUserImportJob, s.resumeUserImportJob)
	dispatch.Handle(d, poolhouseapi.ListAuditEvents, s.listAuditEvents)
	dispatch.HandleCall(d, poolhouseapi.ListOutboxMessages, s.listOutboxMessages)
}
