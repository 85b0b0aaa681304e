// Package importrows owns the kept rows of import jobs as people read and correct them.
//
// A [View] shows a kept row by the header of its file, and what is wrong with it in the user
// pool as it is now. An [Edit] is what a person may change in it. Package usercsv finds what
// is wrong, [importjob.Checker] finds which users exist, and [importjob.Rows] stores rows and
// corrections.
//
// Rows of a file in another format are kept in Cognito's format (own.go), so all of this is
// the same for them. A row that cannot be split is shown as it stands in its file.
//
// No password hash is shown. [usercsv.Hidden] takes its place, and writing that back keeps
// the hash.
//
// sheet.go reads the rows of a job, find.go looks for them and view.go shows them. correct.go
// checks edits, and edit.go stores them.
package importrows
