package console

import (
	"context"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
)

// poolOf returns the user pool in the path.
func (v *visit) poolOf(ctx context.Context) (*cognitoapi.UserPoolType, *poolHere, error) {
	id := v.r.PathValue("pool")
	out, err := do(ctx, v, cognitoapi.DescribeUserPool, &cognitoapi.DescribeUserPoolRequest{UserPoolId: id})
	if err != nil {
		return nil, nil, err
	}
	return out.UserPool, &poolHere{ID: id, Name: out.UserPool.Name}, nil
}

// knownPool returns the user pool in the path, or nil if the caller may not describe it.
// The frame then shows its ID.
func (v *visit) knownPool(ctx context.Context) (*cognitoapi.UserPoolType, *poolHere, error) {
	id := v.r.PathValue("pool")
	if !may(ctx, v, cognitoapi.DescribeUserPool, &cognitoapi.DescribeUserPoolRequest{UserPoolId: id}) {
		return nil, &poolHere{ID: id, Name: id}, nil
	}
	return v.poolOf(ctx)
}

// hereOf returns the user pool in the path for the frame.
func (v *visit) hereOf(ctx context.Context) (*poolHere, error) {
	_, here, err := v.knownPool(ctx)
	return here, err
}

// attributeNames are the names of standard attributes in sentences.
var attributeNames = map[string]string{"email": "email", "phone_number": "phone number", "preferred_username": "preferred username"}

// signsInWith returns what users of a pool sign in with, such as "Email" or "Username,
// email and phone number".
func signsInWith(p *cognitoapi.UserPoolType) string {
	var words []string
	if len(p.UsernameAttributes) == 0 {
		words = append(words, "username")
	}
	for _, a := range p.UsernameAttributes {
		words = append(words, attributeNames[string(a)])
	}
	for _, a := range p.AliasAttributes {
		words = append(words, attributeNames[string(a)])
	}
	return capital(list(words))
}

// verifies returns what a pool verifies automatically.
func verifies(p *cognitoapi.UserPoolType) string {
	var words []string
	for _, a := range p.AutoVerifiedAttributes {
		words = append(words, attributeNames[string(a)])
	}
	return capital(list(words))
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// customPrefix begins the names of custom attributes.
const customPrefix = "custom:"

// custom returns the custom attributes of a pool and the standard ones.
func custom(p *cognitoapi.UserPoolType) (own, standard []cognitoapi.SchemaAttributeType) {
	for _, a := range p.SchemaAttributes {
		if strings.HasPrefix(a.Name, customPrefix) || strings.HasPrefix(a.Name, "dev:") {
			own = append(own, a)
		} else {
			standard = append(standard, a)
		}
	}
	return own, standard
}

// isTrue returns the value of an optional bool, false if it is absent.
func isTrue(b *bool) bool { return b != nil && *b }

// jobStatus is the status of an import job in words, with an icon.
type jobStatus struct{ Kind, Icon, Text string }

// statusOf returns the status of a job.
func statusOf(j *cognitoapi.UserImportJobType) jobStatus {
	switch j.Status {
	case cognitoapi.UserImportJobStatusTypeCreated:
		return jobStatus{"idle", "clock", "Created"}
	case cognitoapi.UserImportJobStatusTypePending:
		return jobStatus{"info", "spin", "Starting"}
	case cognitoapi.UserImportJobStatusTypeInProgress:
		return jobStatus{"info", "spin", "In progress"}
	case cognitoapi.UserImportJobStatusTypeStopping:
		return jobStatus{"info", "spin", "Stopping"}
	case cognitoapi.UserImportJobStatusTypeStopped:
		return jobStatus{"idle", "minus", "Stopped"}
	case cognitoapi.UserImportJobStatusTypeExpired:
		return jobStatus{"idle", "gone", "Expired"}
	case cognitoapi.UserImportJobStatusTypeFailed:
		return jobStatus{"err", "err", "Failed"}
	}
	if n := j.FailedUsers; n != nil && *n > 0 {
		return jobStatus{"warn", "warn", "Succeeded, " + number(*n) + " failed"}
	}
	return jobStatus{"ok", "ok", "Succeeded"}
}
