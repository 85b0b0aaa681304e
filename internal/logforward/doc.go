// Package logforward sends the results of import jobs to another log, such as Amazon
// CloudWatch Logs, as the events that package resultlog renders.
//
// It owns who sends a job's events, from which place on, and what happens when the
// destination is unavailable or refuses them. The destination itself is another package: see
// [Destination].
//
// The backlog is the outcomes, which jobs keep in the database anyway, and the place up to
// which each job was sent. Nothing waits in memory, no import waits for the destination, and
// a server that is killed loses nothing. The place is stored after the destination has
// answered. So after a failure some events may be sent again: every event is sent at least
// once.
//
// forwarder.go claims jobs, run.go forwards the events of one, trouble.go spaces retries and
// their log lines, and store.go is the interface to a store.
package logforward
