// Package stsapi is the part of the API of AWS Security Token Service that assumes roles, as
// data: types, constraints, errors and the table of operations. Package api describes how it is
// generated.
package stsapi
