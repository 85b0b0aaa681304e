// Package outbox is the messages that users are sent: what they say, where they go, and
// where a person or a test reads them. This server sends none itself yet: a message waits in
// the outbox of its user pool until it expires.
//
// It owns the texts (a pool's templates and the defaults), the choice of the address that a
// code goes to, the masks under which an address is told, and the form of a message. What a
// code is for, and whether one is good, package signin knows.
package outbox
