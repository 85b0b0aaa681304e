// Package poolhouseservice is the operations of our own, which Amazon has in other
// services: the lines of an import job (importlog.go), how far it is
// (importprogress.go), which jobs a pool has (importjobs.go), files that no import job owns yet (importuploads.go), what
// would become would become of a file (importcheck.go), how a file is to be read and is written (importasked.go,
// importformat.go) and which columns were mapped last (importmap.go), the rows of a job that were not imported and
// their corrections (importrows.go; kept.go says of which jobs there are rows), the
// files of what became of a job and its receipt (importresults.go, importreceipt.go), its
// users (importusers.go), jobs that are made of rows of another one (importagain.go, and
// importsent.go of a file that comes back corrected; importlineage.go says whose job is
// whose), error budgets (importbudget.go), the record of who changed what (audit.go), and how many users a pool has
// (statistics.go).
package poolhouseservice
