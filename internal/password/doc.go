// Package password is what passwords are checked against: the hashes of an import, recognized and
// bounded, and the pool's own SRP verifier for passwords that this server sees.
//
// It owns the formats and ceilings of imported hashes (Developer Guide, importing users with
// password hashes) and the arithmetic of the verifier. The server's settings define the ceilings
// (package config). The pool defines the password policy (package userpool). The package does not
// know where a credential is stored and when it is requested.
package password
