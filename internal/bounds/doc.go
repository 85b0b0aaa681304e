// Package bounds limits what clients hold of a server in sum: connections, in all
// and of one address, requests of a caller behind a proxy, so that descriptors are left for the database and files; the
// bytes of bodies and answers; and the memory that the process aims to stay within.
//
// It knows nothing of what requests say. What one request may hold is said where
// requests are read.
package bounds
