package iam

import (
	"strings"
	"time"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/policy"
)

// Policy is a managed policy of the account ("customer managed"). A new version
// ([PolicyVersion]) changes its document.
type Policy struct {
	ID             string // ANPA…
	Name           string // as given
	Path           string
	Description    string
	Document       string // of the default version, as given; absent in lists
	DefaultVersion VersionNo
	Attachments    int // the number of users and roles that have it
	Created        time.Time
	Updated        time.Time // when the newest version was created (Policy, UpdateDate)
	Tags           Tags      // absent in lists
}

// PolicySpec describes a new managed policy. Path is optional.
type PolicySpec struct {
	Name, Path, Description, Document string
}

// NewPolicy checks the document and returns a new managed policy.
func NewPolicy(spec PolicySpec, now time.Time) (*Policy, error) {
	p := &Policy{
		ID: newID(prefixPolicy, restOfID), Name: spec.Name, Path: orDefault(spec.Path),
		Description: spec.Description, Document: spec.Document, DefaultVersion: firstVersion, Created: now, Updated: now,
	}
	if err := checkName("policyName", p.Name, maxPolicyName); err != nil {
		return nil, err
	}
	if err := checkPath(p.Path, isPolicyPath); err != nil {
		return nil, err
	}
	if err := checkDescription(p.Description, func(r rune) bool { return r != 0 }); err != nil {
		return nil, err
	}
	if err := checkPolicy(p.Document); err != nil {
		return nil, err
	}
	return p, nil
}

// ARN returns the policy's ARN.
func (p *Policy) ARN(account string) string { return awsarn.Entity(account, "policy", p.Path, p.Name) }

// Ref returns the policy's reference.
func (p *Policy) Ref(account string) PolicyRef {
	return PolicyRef{ARN: p.ARN(account), Path: p.Path, Name: p.Name}
}

// CheckDeletePolicy refuses to delete a managed policy that is attached or has versions besides
// the default (DeletePolicy). AWS does not document which of the two it names first.
func CheckDeletePolicy(attachments, otherVersions int) error {
	switch {
	case attachments > 0:
		return Errorf(DeleteConflict, "Cannot delete a policy attached to entities.")
	case otherVersions > 0:
		return Errorf(DeleteConflict, "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "+
			"The default version is deleted with the policy.")
	}
	return nil
}

// InlinePolicy is a policy that is part of its owner.
type InlinePolicy struct {
	Name     string // as given last
	Document string // as given
}

// NewInlinePolicy checks the document and returns an inline policy. [Owner.CheckInlineSize]
// checks the owner's quota.
func NewInlinePolicy(name, document string) (InlinePolicy, error) {
	if err := checkName("policyName", name, maxPolicyName); err != nil {
		return InlinePolicy{}, err
	}
	if err := checkDocument(document, parseDocument); err != nil {
		return InlinePolicy{}, err
	}
	return InlinePolicy{Name: name, Document: document}, nil
}

// Size returns the policy's share of the owner's quota.
func (p InlinePolicy) Size() int { return sizeOf(p.Document) }

func parseDocument(text []byte) error { _, err := policy.Parse(text); return err }

// checkDocument refuses a malformed document, and one with characters outside
// policyDocumentType.
func checkDocument(text string, parse func(text []byte) error) error {
	if strings.ContainsFunc(text, func(r rune) bool { return !isLatin(r) }) {
		return Errorf(ValidationError, "The specified value for policyDocument is invalid. It must contain only printable ASCII characters.")
	}
	if err := parse([]byte(text)); err != nil {
		return &Refusal{Kind: MalformedPolicyDocument, Message: err.Error()}
	}
	return nil
}
