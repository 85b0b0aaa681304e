// Package poolhouseapi is the API of our own operations as data: types, constraints and the
// table of operations. Package api describes how it is generated. The operations have the
// prefix Poolhouse, and clients call them like Cognito's.
package poolhouseapi
