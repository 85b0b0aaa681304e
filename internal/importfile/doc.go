// Package importfile owns uploads: import files that belong to no import job yet. A file is
// uploaded and surveyed. Then a job is made of it, or the upload is deleted.
//
// The package owns the upload, its states, and the work of surveying files. Servers that
// share a store divide this work by leases, as they do with jobs, so it survives the end of a
// server. Package usercsv does the survey, the file store has the bytes, and the job belongs
// to package importjob.
//
// An upload has the ID that its job will have. So its URL, the name of its file and the
// removal of the file are the same before and after the job is made.
//
// upload.go has the upload and its states, store.go the interface to a store. reader.go
// surveys the files of uploads with look.go, sweep.go deletes old uploads, and arrivals.go
// attaches files that were uploaded.
package importfile
