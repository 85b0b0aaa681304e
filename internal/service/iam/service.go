package iamservice

import (
	"net/url"
	"strings"
	"time"

	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/pagetoken"
)

// Config is what a Service needs. Every field but Sealer and Now must be set.
type Config struct {
	Store  iam.Store
	Sealer *iam.Sealer // of the secrets of new access keys; nil if there are to be none
	Pages  *pagetoken.Key

	Now func() time.Time // default time.Now
}

// Service is the operations of IAM's API. Who may call them was decided before.
type Service struct {
	Config
}

// New returns the operations on what cfg names.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Service{Config: cfg}
}

// Register gives the dispatcher every operation of package iamapi.
func (s *Service) Register(d *dispatch.Dispatcher) {
	s.registerUsers(d)
	s.registerAccessKeys(d)
	s.registerRoles(d)
	s.registerPolicies(d)
	s.registerVersions(d)
	s.registerAttached(d)
	s.registerInline(d)
	s.registerTags(d)
	s.registerNone(d)
}

// now is the time in whole seconds, in which IAM tells times (IAM API
// Reference, the examples of CreateDate).
func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Second) }

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
func userOrCaller(call *dispatch.Call, userName string) (string, error) {
	if userName != "" {
		return userName, nil
	}
	switch {
	case call.From.IsRoot():
		return "", iam.Refusef(iam.ValidationError, "Give UserName: the account's root signed the request, and it is not one of the users.")
	case call.From.UserName == "":
		return "", iam.Refusef(iam.ValidationError, "Give UserName: it can be left out only of requests that a user signed.")
	}
	return call.From.UserName, nil
}

// account is the one that a call is for, whose id is in the ARNs of answers.
type account string

func accountOf(call *dispatch.Call) account { return account(call.From.Account) }

// each returns f of every item. It never returns nil: lists are there in
// answers also when they are empty.
func each[From, To any](items []From, f func(From) To) []To {
	out := make([]To, 0, len(items))
	for _, item := range items {
		out = append(out, f(item))
	}
	return out
}
