// Package propertytest tests a property of the engine of import jobs, with everything that
// this takes: [Check] is the test.
//
// The property: nodes, their store and their files may fail in any way, and a stop may come
// at any time. Still each job comes to the end that the documentation promises, with one
// verdict for each row that it reached. What is to be kept of each row is kept exactly once:
// its text with the verdict, the user that it became, or its text if the job did not reach
// it. A stopped job and its children are together the import of the whole file.
//
// A case is a plan drawn by rapid. Real engines carry it out in a synctest bubble, on a store
// in memory (package memstore). Each call of a node goes through a link, which takes time and
// applies the faults of the plan. Then it goes through the audit, which checks what the call
// changed against the rules and a model of the job. The model follows from the file, row by
// row, without batches, leases or retries. At the end all faults cease. A while later every
// job must have come to the end of the model, or to an earlier row if it was stopped. rules.go
// has the rules.
//
// The tests of this package check the proof itself. Stores, engines and file stores with one
// planted defect each are found out, and the plans cover everything that the property is
// about.
//
//	RAPID_CHECKS=20000 go test -run TestProperty -timeout 2h ./internal/importjob
//
// tries more cases.
package propertytest
