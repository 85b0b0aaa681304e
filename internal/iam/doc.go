// Package iam defines the users of an account with their access keys, its roles, and the
// policies of both.
//
// It owns their names, ids, ARNs, tags and quotas, the sessions of roles, the sealing of
// secrets ([Sealer], [DataKey]), the words of refusals ([Refusal]), and the rules for a
// [Store]. Package policy reads and evaluates policies; here a policy is the text that the
// caller gave. The package stores nothing and speaks no protocol.
//
// Users are in user.go, access keys in accesskey.go and roles in role.go; what users and roles
// share as owners of policies is in owner.go. Policies are in policy.go, their versions in
// version.go, sessions in session.go. Shared parts are names and paths (name.go), ids and ARNs
// (id.go), tags (tags.go), quotas (quota.go), pages of lists (page.go), refusals (refusal.go)
// and sealed secrets (sealer.go). The seals of the database's other secrets are in datakey.go.
// account.go finds out whether a policy names an account. The interfaces of the store are in
// store.go.
//
// The rules follow the IAM User Guide and the IAM and STS API References. Comments name the
// source at each rule.
package iam
