// Package access authenticates and authorizes calls.
//
// An [Authenticator] verifies a call's signature and finds the [Identity] that owns the access
// key. An [Authorizer] evaluates that identity's policies for the action and the resource of
// the call. Package dispatch calls both. Package policy defines what policies mean, package
// sigv4 what signatures are. Users and roles belong to package iam.
//
// A deleted or disabled access key and a changed policy count from the next call on, at every
// server. An access key is cached for one version of the account, and each call asks the store
// for the current version.
package access
