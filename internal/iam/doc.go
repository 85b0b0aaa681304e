// Package iam is the users of an account, with their access keys, its roles, and
// the policies that both have.
//
// It owns what each of them may be: names, ids, ARNs, tags and quotas, the
// sessions of roles, the sealing of secrets ([Sealer]), what is refused and in
// which words ([Refusal]), and what a [Store] of them must keep. How a policy is
// read and what it allows is package policy's; a policy is kept here as the text
// that was given. It keeps nothing itself and speaks no protocol.
//
// The rules are those of the IAM User Guide and of the IAM and STS API
// References, which comments name at each place.
package iam
