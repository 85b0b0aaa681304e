// Package importrows is the rows of a job that were not imported, as people read and
// correct them.
//
// It owns how a kept row is told by the header of its file (a [View]), what is wrong with
// it by the user pool as it is now, and what a person may write in its place (an [Edit]).
// What is wrong is found by package usercsv, and who is there already by the stores
// ([importjob.Checker]); the rows and corrections are kept by [importjob.Rows].
//
// Rows of a file that is not in Cognito's form are kept in that form (own.go), so that all
// this is the same for them. One that cannot be split is shown as its file has it.
//
// No password hash is told: [usercsv.Hidden] stands for it, and where that comes back, the
// hash stays as it is.
package importrows
