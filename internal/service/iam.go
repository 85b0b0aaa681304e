package service

import (
	"context"
	"net/url"
	"strings"
	"time"

	"poolhouse/internal/awsquery"
	"poolhouse/internal/iam"
	"poolhouse/internal/pagetoken"
)

// IAMConfig is what an IAM needs. Every field but Sealer and Now must be set.
type IAMConfig struct {
	AccountID string // 12 digits, in ARNs
	Store     iam.Store
	Sealer    *iam.Sealer // of the secrets of new access keys; nil if there are to be none
	Pages     *pagetoken.Key

	// Caller tells who signed a request: the name of a user, or that it was
	// the account's root. It is neither for the session of a role.
	Caller func(ctx context.Context) (userName string, root bool)

	Now func() time.Time // default time.Now
}

// IAM is the operations of IAM's API. Who may call them was decided before.
type IAM struct {
	IAMConfig
}

// NewIAM returns the operations on what cfg names.
func NewIAM(cfg IAMConfig) *IAM {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &IAM{IAMConfig: cfg}
}

// Register gives the router every operation of package iamapi.
func (s *IAM) Register(r *awsquery.Router) {
	s.registerUsers(r)
	s.registerAccessKeys(r)
	s.registerRoles(r)
	s.registerPolicies(r)
	s.registerVersions(r)
	s.registerAttached(r)
	s.registerInline(r)
	s.registerTags(r)
	s.registerNone(r)
}

// now is the time in whole seconds, in which IAM tells times (IAM API
// Reference, the examples of CreateDate).
func (s *IAM) now() time.Time { return s.Now().UTC().Truncate(time.Second) }

// encodedDocument writes a policy as answers have it: "URL-encoded compliant
// with RFC 3986" (GetUserPolicy), so that only what its section 2.3 calls
// unreserved stands for itself. A form has a plus sign for a space; a plus sign
// of the document is escaped in it.
func encodedDocument(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}

// userOrCaller returns the name of the user whom a request is about. Without
// UserName it is the user who signed the request (GetUser, CreateAccessKey,
// ListAccessKeys, UpdateAccessKey, DeleteAccessKey). In AWS these operations
// are then about the account's root itself if it signed; here root has no entry
// among the users, and its key is not managed by the API, so it must say whom
// it means.
func (s *IAM) userOrCaller(ctx context.Context, userName string) (string, error) {
	if userName != "" {
		return userName, nil
	}
	caller, root := s.Caller(ctx)
	switch {
	case root:
		return "", refusal(iam.ValidationError, "Give UserName: the account's root signed the request, and it is not one of the users.")
	case caller == "":
		return "", refusal(iam.ValidationError, "Give UserName: it can be left out only of requests that a user signed.")
	}
	return caller, nil
}

// each returns f of every item. It never returns nil: lists are there in
// answers also when they are empty.
func each[From, To any](items []From, f func(From) To) []To {
	out := make([]To, 0, len(items))
	for _, item := range items {
		out = append(out, f(item))
	}
	return out
}
