// Package plaintext makes text of others safe to show: on a terminal, and in a
// line of the log. Names, cells of files, headers and what a server answers may have
// control characters, escape sequences, characters that change the direction of text,
// and characters that are not seen at all. Here they become escapes.
//
// It is the one place that knows which characters these are. The command line writes
// through a [Writer] and prints with [Printf]; the log is made by [NewLogger]; the
// console asks [Acts]. A test in package internal holds other ways out of the process
// to a list.
package plaintext
