// Package stsapi is the API of AWS Security Token Service as data, as far as
// roles are assumed by it: types, constraints, errors and the table of
// operations, generated as package api says.
package stsapi
