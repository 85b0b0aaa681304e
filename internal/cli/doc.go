// Package cli is the command line of Poolhouse.
//
// It owns the commands, their flags, what they print and the codes they exit
// with. The server's commands wire nothing themselves (package server does);
// the client's commands speak the public API only, so that they work against
// AWS as well, where AWS has the operation.
//
// What commands say is plain and short: results on standard output, progress
// and errors on standard error, errors as "poolhouse: what is wrong and what
// to do". Both go through one writer that leaves nothing for a terminal to act
// on. Exit codes: 0 done, 1 done in part or failed, 2 refused, 130 interrupted.
//
// A call has a time limit, follows no redirect, and is told of without its URL,
// which may be signed.
//
//go:generate sh -c "go run ./sample > sample.csv"
package cli
