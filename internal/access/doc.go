// Package access says who a call is from, and whether it may.
//
// An [Authenticator] verifies the signature of a call and finds the
// [Identity] whose access key made it; an [Authorizer] asks that identity's
// policies about the action and the resource that the call is about. Both fit
// the hooks of package dispatch. What policies mean is decided
// by package policy, what signatures are by package sigv4; users and roles are
// package iam's.
//
// An access key that is deleted or made inactive, and a policy that is changed,
// count from the next call on, at every server: what is remembered of an
// access key is good for one version of the account, and each call asks the
// store for the version as it is.
package access
