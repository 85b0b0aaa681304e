// Package audit records who changed what: one event for every call of an operation that changes
// something, even if it was refused.
//
// An event is written to the log at once, and to a table a moment later. The table is written
// in groups, separately from the requests, so the record costs a call almost nothing. A killed
// server may lose the table rows of its last moment, but their lines are in the log. If events
// cannot be stored, the log has an error with their ids.
//
// Equal refusals by policies are folded into one event with a count ([Refusals]).
//
// The events of a server form a chain of hashes (chain.go), which reveals removed and changed
// events.
//
// The package owns the content of events, the list of operations that change something, and the
// way into the table. No event has secrets or users' attributes. An event has the ARN of the
// call's resource, and the ids of what the call made or was about; for a user that is the sub,
// never the name. Other packages find out who called and which resource the call was about.
package audit
