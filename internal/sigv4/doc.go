// Package sigv4 is AWS Signature Version 4: it verifies signed requests, signs
// them, and makes pre-signed URLs.
//
// It owns the canonical form of a request, the derivation of keys and the
// comparison of signatures, which takes constant time. It knows no users and no
// permissions: [Keys] finds the secret of an access key, and package access
// decides what the signer may do.
//
// A signature must cover the host and the headers that change what a call does.
// A signature for S3 must cover all of S3's headers. A client may sign more.
// The packages that answer calls ignore headers that are not signed. What trusted
// proxies say of a connection is not part of a call (package proxies).
//
// A proxy that changes the header Host breaks the signature, and the call is refused.
// The refusal then has a hint, which only a client with the secret can get
// ([Verifier].Hosts).
//
// parse.go reads a signature from a header or a query, covered.go says which headers it must
// cover, canonical.go writes the canonical form, and signature.go calculates the signature.
// verify.go verifies and sign.go signs. keys.go caches derived keys, claimed.go finds the key
// that a refused call names, and error.go has the refusals.
//
// The rules are those of "AWS Signature Version 4 for API requests" in the IAM
// User Guide.
package sigv4
