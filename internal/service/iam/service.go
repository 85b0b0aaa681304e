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
	Sealer *iam.Sealer // of new access keys' secrets; nil if none can be created
	Pages  *pagetoken.Key

	Now func() time.Time // default time.Now
}

// Service has the operations of IAM's API. Their callers are authorized already.
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

// Register registers every operation of package iamapi.
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

// now returns the time in whole seconds, IAM's precision (IAM API Reference, the examples of
// CreateDate).
func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Second) }

// encodedDocument writes a policy in the answers' form: "URL-encoded compliant with RFC 3986"
// (GetUserPolicy). So only characters that its section 2.3 calls unreserved stay unchanged. A
// form encodes a space as a plus sign; a plus sign of the document is escaped in it.
func encodedDocument(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}

// userOrCaller returns the user that a request is about. Without UserName it is the user that
// signed the request (GetUser, CreateAccessKey, ListAccessKeys, UpdateAccessKey,
// DeleteAccessKey). If root signed, these operations are about root in AWS. Here root is not
// one of the users, and the API does not manage its key. So root must give UserName.
func userOrCaller(call *dispatch.Call, userName string) (string, error) {
	if userName != "" {
		return userName, nil
	}
	switch {
	case call.From.IsRoot():
		return "", iam.Errorf(iam.ValidationError, "Give UserName: the account's root signed the request, and it is not one of the users.")
	case call.From.UserName == "":
		return "", iam.Errorf(iam.ValidationError, "Give UserName: it can be left out only of requests that a user signed.")
	}
	return call.From.UserName, nil
}

// account is the account of a call, for the ARNs in answers.
type account string

func accountOf(call *dispatch.Call) account { return account(call.From.Account) }

// each returns f of every item. It never returns nil: answers have empty lists, too.
func each[From, To any](items []From, f func(From) To) []To {
	out := make([]To, 0, len(items))
	for _, item := range items {
		out = append(out, f(item))
	}
	return out
}
