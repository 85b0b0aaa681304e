// Package propertytest proves the engine of import jobs by trying: [Check] is
// the test of a property, with everything that it takes.
//
// The property: whatever happens to the nodes, their store and their files,
// and whenever a stop is asked for, each job comes to the end that the
// documentation promises, with one verdict for each row that it reached. Of each row
// what the documentation promises is kept, once: its text with the verdict, the user that
// it became, or its text where the job did not reach it. A stopped job and the one that
// goes on with those rows are together the import of the whole file.
//
// A case is a plan, drawn by rapid, that is carried out by real engines in a
// bubble of its own, on a store in memory (package memstore). Each of a node's
// calls goes through a link, which takes its time and does to it what the plan
// says, and then through the audit, which holds what the call changed against
// the rules and a model of the job. The model is worked out from the file, row
// after row, without batches, leases or a second try. In the end all faults
// cease, and a while later all jobs must have come to the end of the model, or
// to a beginning of it if they were stopped. rules.go lists the rules.
//
// What the proof is worth is tested here, too: stores, engines and file stores
// that break one promise each are found out, and the plans bring about
// everything that the property is about.
//
//	RAPID_CHECKS=20000 go test -run TestProperty -timeout 2h ./internal/importjob
//
// tries more cases.
package propertytest
