// Package exchange is a call and its answer as HTTP and the log have them, in
// whatever protocol they are: its id, its body's limit, the panic of its handler
// or of what stands before that, and its line in the log.
//
// It knows nothing of how requests and answers are written, and nothing of who
// calls. The names of errors are the protocols'.
package exchange
