// Package password is what passwords are checked against: hashes that an
// import brings along, recognised and bounded, and the pool's own SRP
// verifier, made of passwords that this server sees.
//
// It owns the formats and the ceilings of imported hashes (Developer Guide,
// importing users with password hashes) and the arithmetic of the verifier. How
// high the ceilings are, the server's settings say (package config).
// The password policy is the pool's (package userpool); where a credential is
// kept and when it is asked for is not known here.
package password
