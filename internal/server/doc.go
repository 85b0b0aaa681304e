// Package server puts the parts together: it opens what a server needs in
// the right order, listens, and closes everything again.
//
// It is the only package that knows all others. It owns the HTTP surface, the
// time limits of connections, what is answered where a handler panics, when
// expired things are deleted, and the order of a shutdown; it decides nothing
// about requests. It owns what a careless operator is refused or warned of, and what
// is done with a data directory or database while no server runs ([SetAccount],
// [ReplaceKey]).
package server
