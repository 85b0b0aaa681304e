package iam

import "unicode/utf8"

// Quotas (IAM User Guide, IAM and STS quotas). Quotas of a whole account, such as 5,000 users,
// are not enforced: a server of one's own has its own limits.
const (
	MaxAccessKeys       = 2  // of a user, active or not
	MaxAttachedPolicies = 10 // managed policies of a user or a role; AWS can raise it
)

// Sizes of policies, in characters as sizeOf counts them (IAM User Guide, IAM and STS quotas).
// The quota of inline policies is for all policies of an owner together; that of a managed
// policy is for each version.
const (
	MaxUserInlineSize = 2048
	MaxRoleInlineSize = 10240
	maxPolicySize     = 6144
	maxTrustSize      = 2048 // AWS can raise it to 4,096
)

// sizeOf returns how many characters of a policy count towards a quota: all except white space
// (IAM and STS quotas).
func sizeOf(text string) int {
	size := utf8.RuneCountInString(text)
	for _, c := range []byte(text) {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			size--
		}
	}
	return size
}
