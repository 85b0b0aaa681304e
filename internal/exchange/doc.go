// Package exchange owns what HTTP and the log need of a call and its answer in any protocol:
// its ID, the limit of its body, panics of its handler or outside of it, and its log line.
//
// It knows nothing of the format of requests and answers, and nothing of callers. The names
// of errors belong to the protocols.
//
// exchange.go has a call and its answer, body.go reads bodies, room.go bounds what calls
// hold, guard.go catches panics, and end.go writes the log line.
package exchange
