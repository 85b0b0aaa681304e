package iam

import "unicode/utf8"

// How many there may be (IAM User Guide, IAM and STS quotas). The quotas of an
// account as a whole, like 5,000 users, are not kept to: a server of one's own
// has its own limits.
const (
	MaxAccessKeys       = 2  // of a user, active or not
	MaxAttachedPolicies = 10 // managed policies of a user or a role; can be raised in AWS
)

// How large policies may be, in characters as sizeOf counts them (IAM User
// Guide, IAM and STS quotas). The quota of inline policies is for all of an
// owner's together, that of a managed policy for each version.
const (
	MaxUserInlineSize = 2048
	MaxRoleInlineSize = 10240
	maxPolicySize     = 6144
	maxTrustSize      = 2048 // can be raised to 4,096 in AWS
)

// sizeOf returns how many characters of a policy count towards a quota: all but
// white space (IAM and STS quotas).
func sizeOf(text string) int {
	size := utf8.RuneCountInString(text)
	for _, c := range []byte(text) {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			size--
		}
	}
	return size
}
