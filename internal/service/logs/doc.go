// Package logsservice is what is served of Amazon CloudWatch Logs: the results
// of import jobs, read as the real service writes them. A log group is that of a
// user pool, a log stream that of an import job. How lines are worded is in
// package resultlog.
//
// service.go has what is needed and served, groups.go and streams.go find and
// describe them, events.go reads lines, keep.go is retention and deletion.
package logsservice
