// Package outbox makes the messages to users: what they say, where they go, and where they can be
// read. This server does not send messages itself yet: a message waits in the outbox of its user
// pool until it expires.
//
// The package owns the texts (a pool's templates and the defaults), the choice of a code's address,
// the masks of addresses, and the form of a message. Package signin knows what a code is for and
// whether it is valid.
package outbox
