package service

import (
	"context"

	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/awsquery"
)

// STSConfig is what an STS needs. Every field must be set.
type STSConfig struct {
	AccountID string // 12 digits

	// Identity tells who signed a request: the ARN and the id of a user, the
	// ARN of the root and the account for the account's root, those of the
	// session for a role (GetCallerIdentity).
	Identity func(ctx context.Context) (arn, userID string)
}

// STS is the operations of AWS Security Token Service's API.
type STS struct {
	STSConfig
}

// NewSTS returns the operations on what cfg names.
func NewSTS(cfg STSConfig) *STS { return &STS{STSConfig: cfg} }

// RegisterSTS gives the router what is served. AssumeRole is not: the router
// says so.
func (s *STS) RegisterSTS(r *awsquery.Router) {
	awsquery.Handle(r, stsapi.GetCallerIdentity, s.getCallerIdentity)
}

func (s *STS) getCallerIdentity(ctx context.Context, _ *stsapi.GetCallerIdentityRequest) (*stsapi.GetCallerIdentityResponse, error) {
	arn, userID := s.Identity(ctx)
	return &stsapi.GetCallerIdentityResponse{Account: s.AccountID, UserId: userID, Arn: arn}, nil
}
