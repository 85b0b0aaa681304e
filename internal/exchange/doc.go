// Package exchange is one request and its answer on the way through a server,
// whatever protocol they are in: its id, its body's limit, the panic of its
// handler or of what stands before that, its line in the log, and who is told of its end.
//
// It knows nothing of how requests and answers are written. The names of
// errors are the protocols' too.
package exchange
