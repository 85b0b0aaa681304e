// Program fuzz runs every fuzz target below internal for a while, one after the other. It
// prints a table of their executions and of the inputs that reached new code. make fuzz runs
// it. It fails if a target fails.
//
// It owns what a target is (a function FuzzX of a test file) and how the output of go test is
// read. go test itself writes failing inputs to testdata/fuzz of the package, where they
// become tests.
package main
