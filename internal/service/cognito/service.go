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

// Config is what a Service needs. Every field but LogRoles, MaxFileBytes and Log
// must be set.
type Config struct {
	Store userpool.Store
	// Invitations is the same store, for users who are told of themselves.
	Invitations Invitations
	Jobs        importjob.Jobs
	Uploads     Uploads
	Pages       *pagetoken.Key // of the tokens of lists
	Engine      Engine
	// SignIn is where users sign in.
	SignIn *signin.Service
	// LogRoles looks at the roles of import jobs. nil stands for looking only at
	// the form of their ARNs.
	LogRoles service.LogRoles
	// MaxFileBytes is the most bytes of a file whose job may be started, where files do
	// not come through this server; 0 for no limit.
	MaxFileBytes int64
	// MayUpload decides who is told pre-signed URLs.
	MayUpload service.MayUpload

	Log *slog.Logger // default slog.Default()
}

// Invitations keeps a user together with messages to the user, in one transaction.
type Invitations interface {
	// CreateUserAndSend and UpdateUserAndSend are CreateUser and UpdateUser of [userpool.UserStore] with
	// messages that go to the outbox.
	CreateUserAndSend(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool, messages ...*outbox.Message) error
	UpdateUserAndSend(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) ([]*outbox.Message, error)) (*userpool.User, error)
}

// Uploads issues the URLs to which import files are uploaded, and forgets
// what was uploaded.
type Uploads interface {
	// URL returns the pre-signed URL for the job's file, signed at now.
	URL(poolID, jobID string, now time.Time) (string, error)
	// Find returns the job's file where files do not come through this
	// server; the zero Upload when there is none, or where they do: then the
	// job knows its file.
	Find(ctx context.Context, key importjob.Key) (importjob.Upload, error)
}

// Engine carries import jobs out, on this node or on another.
type Engine interface {
	// Wake tells the engine that a job was started or stopped.
	Wake()
	// LetGo asks the engine to see a stop of the job at once. The channel is
	// closed when this node does not work on the job, or no longer does.
	LetGo(key importjob.Key) <-chan struct{}
}

// Service is the operations of Cognito's API.
type Service struct {
	Config
}

// New returns the operations on what cfg names.
func New(cfg Config) *Service {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Service{Config: cfg}
}

// Register gives the dispatcher every operation that is served, one line each.
func (s *Service) Register(d *dispatch.Dispatcher) {
	s.registerPools(d)
	s.registerPoolTags(d)
	s.registerClients(d)
	s.registerUsers(d)
	s.registerImportJobs(d)
	s.registerSignIn(d)
}
