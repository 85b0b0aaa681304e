// Package logsservice has the served part of Amazon CloudWatch Logs: the results of import
// jobs, read as the real service writes them. A log group belongs to a user pool, a log stream
// to an import job. Package resultlog words the lines.
//
// service.go has the operations and what they need, groups.go and streams.go find and describe
// groups and streams, events.go reads lines, and keep.go has retention and deletion.
package logsservice
