// Package logsapi is Amazon CloudWatch Logs' API as data, as far as results of
// import jobs are read by it: types, constraints and the table of operations,
// generated as package api says.
package logsapi
