// Package scratch starts servers for the time of a test or a benchmark.
//
// It owns how such a server is built, started, checked and stopped; the caller decides how to use
// it. Each server is reachable from this machine only, and stores its data in a directory of its
// own. The package also finds the Python and installs the npm packages that some tests use to call
// a server, and skips tests that need what a machine lacks.
package scratch
