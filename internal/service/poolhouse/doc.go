// Package poolhouseservice is the operations of our own, which Amazon has in other
// services: the lines of an import job (importlog.go), how far it is (importprogress.go), files that no import job owns yet
// (importuploads.go) and the record of who
// changed what (audit.go).
package poolhouseservice
