// Package logsapi is the part of Amazon CloudWatch Logs' API that reads import jobs' results,
// as data: types, constraints and the table of operations. Package api describes how it is
// generated.
package logsapi
