// Package access says who a call is from, and whether it may.
//
// An [Authenticator] verifies the signature of a call and finds the
// [Identity] whose access key made it; an [Authorizer] asks that identity's
// policies about the action and the resource that the call is about. Both fit
// the hooks of the routers awsjson and awsquery. What policies mean is decided
// by package iam, what signatures are by package sigv4.
//
// Nothing is cached: an access key that is deleted or made inactive, and a
// policy that is changed, count from the next call on.
package access
