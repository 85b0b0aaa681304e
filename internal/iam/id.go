package iam

import (
	"crypto/rand"
	"strings"

	"poolhouse/internal/awsarn"
)

// Prefixes of ids (IAM User Guide, IAM identifiers, unique ID prefixes).
const (
	prefixUser       = "AIDA"
	prefixRole       = "AROA"
	prefixPolicy     = "ANPA"
	prefixAccessKey  = "AKIA"
	prefixSessionKey = "ASIA"
)

// How many characters follow the prefix. The guide says only that an access key's id has at
// least 16 characters; these are the lengths of AWS's ids.
const (
	restOfID        = 17
	restOfAccessKey = 16
)

// newID returns a unique id. Its characters, A-Z and 2-7, have at least 80 random bits.
func newID(prefix string, rest int) string { return prefix + rand.Text()[:rest] }

// IsAccessKeyID reports whether a text has the form of an access key id (accessKeyIdType). No
// store needs to look up any other text.
func IsAccessKeyID(s string) bool {
	return len(s) >= 16 && len(s) <= 128 && strings.Trim(s, letters+"_") == ""
}

// PolicyRef names a managed policy.
type PolicyRef struct {
	ARN        string
	Path, Name string
}

// ParsePolicyARN reads the ARN of a managed policy of the account. Policies of other accounts,
// including AWS's own, do not exist here.
func ParsePolicyARN(account, arn string) (PolicyRef, error) {
	a, ok := awsarn.Parse(arn)
	if !ok || a.Partition != awsarn.Partition || a.Service != "iam" || a.Region != "" {
		return PolicyRef{}, invalidARN(arn)
	}
	kind, path, name := a.Entity()
	ref := PolicyRef{ARN: arn, Path: path, Name: name}
	if kind != "policy" || !isName(ref.Name, maxPolicyName) || !isPolicyPath(ref.Path) {
		return PolicyRef{}, invalidARN(arn)
	}
	if a.Account != account {
		return PolicyRef{}, NoPolicy(arn)
	}
	return ref, nil
}

func invalidARN(arn string) error {
	return Errorf(InvalidInput, "ARN %.2048s is not valid.", arn)
}
