// Package poolhouseservice has our own operations, which Amazon has in other services or not at
// all.
//
// Of import jobs it has the lines (importlog.go), the progress (importprogress.go), the list of
// a pool's jobs (importjobs.go) and error budgets (importbudget.go). importuploads.go has files
// without a job, importcheck.go the check of a file. importasked.go reads what a request says
// about reading a file, importformat.go describes a file's format, and importmap.go has the
// last map of columns.
//
// importrows.go has the rows that were not imported, with their corrections; kept.go says which
// jobs have such rows. importresults.go has the result files, importreceipt.go the receipt and
// importusers.go a job's users. importagain.go makes jobs of another job's rows, importsent.go
// reads a corrected file for them, and importlineage.go names parents and children. audit.go
// lists the audit record, statistics.go counts a pool's users.
package poolhouseservice
