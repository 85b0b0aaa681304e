// Package session is who is signed in to the console, and for how long.
//
// It owns the sessions of browsers: their tokens, of which only hashes are kept,
// how long they last unused and at most ([Keeper]), and what a [Store] of them
// must do. It also owns how attempts to sign in are slowed ([Attempts]). It does
// not know how an access key is checked: a [Session] keeps what package access
// needs to find its owner again, and no secret.
//
// Sessions are in session.go, the interface of their store in store.go, attempts
// in attempts.go.
package session
