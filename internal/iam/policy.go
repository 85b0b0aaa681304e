package iam

import (
	"strings"
	"time"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/policy"
)

// Policy is a managed policy of the account ("customer managed"). Its
// document changes by new versions of it ([PolicyVersion]).
type Policy struct {
	ID             string // ANPA…
	Name           string // as it was given
	Path           string
	Description    string
	Document       string // of the default version, as it was given; lists leave it out
	DefaultVersion VersionNo
	Attachments    int // to how many users and roles it is attached
	Created        time.Time
	Updated        time.Time // when its newest version was created (Policy, UpdateDate)
	Tags           Tags      // lists leave them out
}

// PolicySpec is what a new managed policy is made of. Path may be left out.
type PolicySpec struct {
	Name, Path, Description, Document string
}

// NewPolicy returns a new managed policy, whose document was checked.
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

// Ref returns how the API names the policy.
func (p *Policy) Ref(account string) PolicyRef {
	return PolicyRef{ARN: p.ARN(account), Path: p.Path, Name: p.Name}
}

// CheckDeletePolicy refuses to delete a managed policy that is attached, or has
// other versions than its default (DeletePolicy). Which of the two AWS names
// first is not documented.
func CheckDeletePolicy(attachments, otherVersions int) error {
	switch {
	case attachments > 0:
		return Refusef(DeleteConflict, "Cannot delete a policy attached to entities.")
	case otherVersions > 0:
		return Refusef(DeleteConflict, "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "+
			"The default version is deleted with the policy.")
	}
	return nil
}

// InlinePolicy is a policy that is part of its owner.
type InlinePolicy struct {
	Name     string // as it was given last
	Document string // as it was given
}

// NewInlinePolicy returns an inline policy, whose document was checked.
// Whether its owner has room for it is for [Owner.CheckInlineSize].
func NewInlinePolicy(name, document string) (InlinePolicy, error) {
	if err := checkName("policyName", name, maxPolicyName); err != nil {
		return InlinePolicy{}, err
	}
	if err := checkDocument(document, parseDocument); err != nil {
		return InlinePolicy{}, err
	}
	return InlinePolicy{Name: name, Document: document}, nil
}

// Size returns how much of the owner's quota the policy takes up.
func (p InlinePolicy) Size() int { return sizeOf(p.Document) }

func parseDocument(text []byte) error { _, err := policy.Parse(text); return err }

// checkDocument refuses a document with characters that the API does not take
// (policyDocumentType), and one that is malformed.
func checkDocument(text string, parse func(text []byte) error) error {
	if strings.ContainsFunc(text, func(r rune) bool { return !isLatin(r) }) {
		return Refusef(ValidationError, "The specified value for policyDocument is invalid. It must contain only printable ASCII characters.")
	}
	if err := parse([]byte(text)); err != nil {
		return &Refusal{Kind: MalformedPolicyDocument, Message: err.Error()}
	}
	return nil
}
