// Package poolhouseservice is the operations of our own, which Amazon has in other
// services: the lines of an import job (importlog.go), how far it is
// (importprogress.go), which jobs a pool has (importjobs.go), files that no import job owns yet (importuploads.go), the
// record of who changed what (audit.go), and how many users a pool has
// (statistics.go).
package poolhouseservice
