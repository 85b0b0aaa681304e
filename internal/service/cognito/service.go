package cognitoservice

import (
	"context"
	"log/slog"
	"time"

	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
	"poolhouse/internal/outbox"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
	"poolhouse/internal/signin"
	"poolhouse/internal/userpool"
)

// Config is what a Service needs. Every field except LogRoles, MaxFileBytes and Log must be
// set.
type Config struct {
	Store userpool.Store
	// Invitations is the same store, for users with messages.
	Invitations Invitations
	Jobs        importjob.Jobs
	Uploads     Uploads
	Pages       *pagetoken.Key // for the tokens of lists
	Engine      Engine
	// SignIn signs users in.
	SignIn *signin.Service
	// LogRoles checks the roles of import jobs. nil checks only the form of their ARNs.
	LogRoles service.LogRoles
	// MaxFileBytes is the largest file of a job that may start, if files do not come through this
	// server; 0 means no limit.
	MaxFileBytes int64
	// MayUpload decides who sees pre-signed URLs.
	MayUpload service.MayUpload

	Log *slog.Logger // default slog.Default()
}

// Invitations stores a user together with messages to the user, in one transaction.
type Invitations interface {
	// CreateUserAndSend and UpdateUserAndSend are CreateUser and UpdateUser of
	// [userpool.UserStore] with messages for the outbox.
	CreateUserAndSend(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool, messages ...*outbox.Message) error
	UpdateUserAndSend(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) ([]*outbox.Message, error)) (*userpool.User, error)
}

// Uploads issues the upload URLs of import files, and forgets uploaded files.
type Uploads interface {
	// URL returns the pre-signed URL for the job's file, signed at now.
	URL(poolID, jobID string, now time.Time) (string, error)
	// Find returns the job's file if files do not come through this server, or the zero Upload if
	// there is none. If files do come through this server, it returns the zero Upload, because
	// the job knows its file.
	Find(ctx context.Context, key importjob.Key) (importjob.Upload, error)
}

// Engine runs import jobs, on this node or another.
type Engine interface {
	// Wake tells the engine that a job was started or stopped.
	Wake()
	// Interrupt asks the engine to notice a stop of the job at once. The channel is closed when this
	// node does not work on the job, or no longer does.
	Interrupt(key importjob.Key) <-chan struct{}
	// StoppedBeforeBegin tells the engine of a job that a stop ended before a node began it.
	StoppedBeforeBegin()
}

// Service has the operations of Cognito's API.
type Service struct {
	Config
}

// New returns the operations with what cfg names.
func New(cfg Config) *Service {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Service{Config: cfg}
}

// Register registers every served operation, one line each.
func (s *Service) Register(d *dispatch.Dispatcher) {
	s.registerPools(d)
	s.registerPoolTags(d)
	s.registerClients(d)
	s.registerUsers(d)
	s.registerImportJobs(d)
	s.registerSignIn(d)
}
