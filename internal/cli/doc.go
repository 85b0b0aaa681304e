// Package cli is the command line of Poolhouse.
//
// It owns the commands, their flags, their output and their exit codes. The server's
// commands leave all wiring to package server. The client's commands use the public API
// only, so they work with AWS too, where AWS has the operation.
//
// Output is plain and short: results on standard output, progress and errors on standard
// error. An error reads "poolhouse: what is wrong and what to do". Both streams pass
// through a writer that escapes everything that a terminal would interpret. Exit codes: 0
// done, 1 done in part or failed, 2 refused, 130 interrupted.
//
// cli.go has the list of commands and the exit codes, and usage.go answers mistakes on the command
// line. Most commands have a file of their name. import.go is the longest: job.go has its steps,
// with job_upload.go, job_own.go (the server reads the file first), job_watch.go and job_fate.go
// (what became of a job after an error). reading.go, fileformat.go and mapfile.go have the flags
// about formats and maps, findings.go and rows_list.go print rows. target.go selects the server,
// awsclient.go and http.go call it, waiter.go waits for it, and plain.go and output.go print.
//
// A call has a time limit and follows no redirect. Errors leave out its URL, which may be
// signed.
//
//go:generate sh -c "go run ./sample > sample.csv"
package cli
