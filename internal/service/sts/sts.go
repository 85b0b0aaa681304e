package stsservice

import (
	"context"
	"time"

	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsarn"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/service"
)

// Config is what a Service needs. Every field but Sealer and Now
// must be set.
type Config struct {
	Roles  Roles
	Sealer *iam.Sealer // of sessions; nil if there are none

	Now func() time.Time // default time.Now
}

// Roles is the part of [iam.Store] that finds roles.
type Roles interface {
	Role(ctx context.Context, name string) (*iam.Role, error)
}

// Service has the operations of AWS Security Token Service's API. Their callers are authorized
// already.
type Service struct {
	Config
}

// New returns the operations with what cfg names.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Service{Config: cfg}
}

// Register registers every operation of package stsapi.
func (s *Service) Register(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, stsapi.GetCallerIdentity, s.getCallerIdentity)
	dispatch.HandleCall(d, stsapi.AssumeRole, s.assumeRole)
}

func (s *Service) getCallerIdentity(_ context.Context, call *dispatch.Call, _ *stsapi.GetCallerIdentityRequest) (*stsapi.GetCallerIdentityResponse, error) {
	return &stsapi.GetCallerIdentityResponse{Account: call.From.Account, UserId: call.From.UserID, Arn: call.From.ARN}, nil
}

// assumeRole returns the credentials of a new session. The authorizer has checked that the role
// exists and that the caller may assume it. If the role was deleted since, the call is refused,
// even if a new role has its name.
func (s *Service) assumeRole(ctx context.Context, call *dispatch.Call, in *stsapi.AssumeRoleRequest) (*stsapi.AssumeRoleResponse, error) {
	if err := checkSessionParameters(in); err != nil {
		return nil, err
	}
	if s.Sealer == nil {
		return nil, iam.NoSealer()
	}
	named, _ := awsarn.Parse(in.RoleArn)
	role, err := s.Roles.Role(ctx, named.Name())
	switch {
	case iam.KindOf(err) == iam.NoSuchEntity, err == nil && role.ID != call.About.RoleID:
		return nil, &apicore.Error{Name: "AccessDenied", Message: "User: " + call.From.ARN + " is not authorized to perform: sts:AssumeRole on resource: " + in.RoleArn}
	case err != nil:
		return nil, err
	}
	session, secret, err := iam.NewSession(role, iam.SessionSpec{
		Account: call.From.Account, Name: in.RoleSessionName, Policy: in.Policy, Duration: time.Duration(service.Value(in.DurationSeconds)) * time.Second,
		Chained: call.From.IsSession(),
	}, s.Now().UTC().Truncate(time.Second))
	if err != nil {
		return nil, err
	}
	return &stsapi.AssumeRoleResponse{
		Credentials: &stsapi.Credentials{
			AccessKeyId: session.AccessKeyID, SecretAccessKey: string(secret), SessionToken: s.Sealer.SealSession(session, secret),
			Expiration: service.Timestamp(session.Expires),
		},
		AssumedRoleUser: &stsapi.AssumedRoleUser{AssumedRoleId: session.ID(), Arn: session.ARN(call.From.Account)},
	}, nil
}

// checkSessionParameters refuses parameters that are not served. Some of them restrict a
// session, and policies can test others. Accepting and ignoring them would allow more than the
// caller asked for.
func checkSessionParameters(in *stsapi.AssumeRoleRequest) error {
	for _, p := range []struct {
		name  string
		given bool
	}{
		{"PolicyArns", len(in.PolicyArns) > 0}, {"Tags", len(in.Tags) > 0}, {"TransitiveTagKeys", len(in.TransitiveTagKeys) > 0},
		{"SerialNumber", in.SerialNumber != ""}, {"TokenCode", in.TokenCode != ""}, {"SourceIdentity", in.SourceIdentity != ""},
		{"ProvidedContexts", len(in.ProvidedContexts) > 0},
	} {
		if p.given {
			return iam.Errorf(iam.ValidationError, "%s is not served by this Poolhouse version. Leave it out.", p.name)
		}
	}
	return nil
}
