// Package poolhouseservice is the operations of our own, which Amazon has in other
// services: the lines of an import job (importlog.go), how far it is
// (importprogress.go), which jobs a pool has (importjobs.go), files that no import job owns yet (importuploads.go), what
// would become of a file (importcheck.go), the rows of a job that were not imported and
// their corrections (importrows.go; kept.go says of which jobs there are rows), the
// record of who changed what (audit.go), and how many users a pool has
// (statistics.go).
package poolhouseservice
