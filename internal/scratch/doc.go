// Package scratch starts servers that live as long as a test or a benchmark.
//
// It owns how such a server is built, started, found to be ready and ended,
// and nothing else: what is then done with it is its user's business. Each
// server can be reached from this machine only and keeps its data in a
// directory of its own. Besides, it finds the Python and installs the packages
// of npm that some tests drive a server with.
package scratch
