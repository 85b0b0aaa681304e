package iam

import "unicode/utf8"

// How large policies may be, in characters as [Size] counts them (IAM User
// Guide, IAM and STS quotas). The quota of inline policies is for all of an
// entity's together, that of a managed policy for each version.
const (
	MaxUserInline  = 2048
	MaxGroupInline = 5120
	MaxRoleInline  = 10240
	MaxManaged     = 6144
	MaxTrust       = 2048 // can be raised to 4,096 in AWS
)

// Size returns how many characters of a policy count towards a quota: all but
// white space (IAM and STS quotas).
func Size(text []byte) int {
	size := utf8.RuneCount(text)
	for _, c := range text {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			size--
		}
	}
	return size
}
