// Package audit is the record of who changed what: an event for every call of
// an operation that changes something, also for one that was refused.
//
// An event is a line of the log at once, and a row of a table a moment later:
// rows are written in groups, beside the requests, so that the record costs a
// call next to nothing. A server that is killed may lose the rows of its last
// moment; their lines are in the log. What cannot be stored is said in the log
// too, as an error with the event's id.
//
// Equal refusals by policies are folded into one event with a count ([Refusals]).
//
// The events of a server are a chain of hashes (chain.go), by which one that was removed or
// changed shows.
//
// The package owns what an event says, which operations change something, and
// how events get into the table. No event has secrets or users' attributes: of
// a call it knows the ARN of the resource, and the ids of what it made or was about: of a user
// the sub, never the name. Who called
// and what about is found out by others.
package audit
