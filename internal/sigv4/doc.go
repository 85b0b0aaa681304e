// Package sigv4 is AWS Signature Version 4: it verifies signed requests, signs
// them, and makes pre-signed URLs.
//
// It owns the canonical form of a request, the derivation of keys and the
// comparison of signatures, which takes constant time. It knows no users and
// no permissions: whose key it is says the [Keys] that the caller brings, and
// what the signer may do is decided elsewhere.
//
// A signature must cover the host and the headers that say what a call means;
// S3's cover all of S3's headers. What else a client signs is its choice.
// Headers that are not signed mean nothing: the packages that answer calls hold
// themselves to this. What trusted proxies say of a connection is no part of a call
// (package proxies).
//
// A signature that a proxy made wrong by another host is refused as each wrong one is. A hint
// says so, to who has the secret ([Verifier].Hosts).
//
// The rules are those of "AWS Signature Version 4 for API requests" in the IAM
// User Guide.
package sigv4
