// Package bounds limits what all clients together hold of a server: connections, in total and
// for each address; requests of each caller behind a proxy; and the bytes of bodies and
// answers. So file descriptors are left for the database and files. The package also finds
// the memory that the process may use.
//
// It knows nothing of the content of requests. The limits of a single request are where
// requests are read.
//
// listener.go and conn.go limit connections, underway.go the requests of callers, rate.go
// their rate, and budget.go bytes. descriptors.go and memory.go read the limits of the
// process.
package bounds
