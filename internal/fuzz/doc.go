// Program fuzz runs every fuzz target below internal for a while, one after the other,
// and prints a table of them: executions, and inputs that reached something new. It
// is run by make fuzz, and fails when a target does.
//
// It owns what a target is (a function FuzzX of a test file) and what is read of the
// output of go test. Inputs that fail are written to testdata/fuzz of the package by
// go test itself, where they are tests from then on.
package main
