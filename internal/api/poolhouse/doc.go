// Package poolhouseapi is the API of our own operations as data: types, constraints
// and the table of operations, generated as package api says. Their names begin with
// the prefix Poolhouse, and clients call them as they call Cognito's.
package poolhouseapi
