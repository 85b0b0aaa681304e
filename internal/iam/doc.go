// Package iam is the users of an account, with their access keys, its roles, and
// the policies that both have.
//
// It owns what each of them may be: names, ids, ARNs, tags and quotas, the
// sessions of roles, the sealing of secrets ([Sealer], [DataKey]), what is refused and in
// which words ([Refusal]), and what a [Store] of them must keep. How a policy is
// read and what it allows is package policy's; a policy is kept here as the text
// that was given. It keeps nothing itself and speaks no protocol.
//
// A user is in user.go, its access keys in accesskey.go, and a role in role.go;
// what both have in common as owners of policies is in owner.go. Policies are in
// policy.go, their versions in version.go, sessions in session.go. What several
// of them have: names and paths (name.go), ids and ARNs (id.go), tags (tags.go),
// quotas (quota.go), pages of lists (page.go), refusals (refusal.go) and secrets
// (sealer.go). What seals the other secrets of a database is in datakey.go, and whether a policy names an account in
// account.go. The interfaces of the store are in store.go.
//
// The rules are those of the IAM User Guide and of the IAM and STS API
// References, which comments name at each place.
package iam
