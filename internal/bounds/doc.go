// Package bounds limits what clients hold of a server in sum: connections, in all
// and of one address, so that descriptors are left for the database and files; and
// the memory that the process aims to stay within.
//
// It knows nothing of requests. What one request may hold is said where requests
// are read.
package bounds
