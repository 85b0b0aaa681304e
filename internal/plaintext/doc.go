// Package plaintext makes text from outside safe to show on a terminal and in a log line.
// Names, cells of files, headers and answers of servers may contain control characters
// and escape sequences. They may also contain invisible characters and characters that
// change the direction of text. This package replaces all of these with escapes.
//
// It is the one place that knows which characters these are. The command line writes
// through a [Writer] and prints with [Printf]; [NewLogger] makes the log; the console
// asks [IsControl]. A test in package internal keeps a list of all other ways out of the
// process.
package plaintext
