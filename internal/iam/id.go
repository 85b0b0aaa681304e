package iam

import (
	"crypto/rand"
	"strings"

	"poolhouse/internal/awsarn"
)

// What ids begin with (IAM User Guide, IAM identifiers, unique ID prefixes).
const (
	prefixUser       = "AIDA"
	prefixRole       = "AROA"
	prefixPolicy     = "ANPA"
	prefixAccessKey  = "AKIA"
	prefixSessionKey = "ASIA"
)

// How many characters follow the prefix. The guide says only that an access
// key's id has 16 characters or more; these are the lengths that AWS gives.
const (
	restOfID        = 17
	restOfAccessKey = 16
)

// newID returns an id that nobody else has: its characters, of A-Z and 2-7,
// are random, 80 bits or more.
func newID(prefix string, rest int) string { return prefix + rand.Text()[:rest] }

// IsAccessKeyID reports whether a text has the form of an access key's id
// (accessKeyIdType). Others need not be looked for.
func IsAccessKeyID(s string) bool {
	return len(s) >= 16 && len(s) <= 128 && strings.Trim(s, letters+"_") == ""
}

// PolicyRef names a managed policy as the API does.
type PolicyRef struct {
	ARN        string
	Path, Name string
}

// ParsePolicyARN reads the ARN of a managed policy of an account. Policies of
// other accounts, AWS's own among them, are not there.
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
	return Refusef(InvalidInput, "ARN %.2048s is not valid.", arn)
}
