// Package logforward sends the results of import jobs to another log, such as
// Amazon CloudWatch Logs, as the events that package resultlog makes of them.
//
// It owns who sends a job's events, from where on, and what happens when the
// destination is out of reach or refuses them. The destination itself is
// somebody else's: see [Destination].
//
// The backlog is the outcomes that jobs keep in the database anyway, and the
// place up to which each was sent: nothing waits in memory, no import waits
// for the destination, and a server that is killed loses nothing. The place is
// noted after the destination has answered, so what was sent in between is
// sent once more: every event goes at least once.
package logforward
