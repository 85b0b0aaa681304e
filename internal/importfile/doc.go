// Package importfile is files of users that no import job owns yet: they are
// uploaded and looked at, and then a job is made of one, or it is deleted.
//
// It owns what such an upload is, its states, and the work of looking at files,
// which the servers that share a store divide by leases as they do with jobs: it
// survives a server. What a look sees is package usercsv's, where the bytes are is
// the file store's, and the job is package importjob's.
//
// An upload has the id that its job will have. So its URL, the name of its file and
// what removes the file are those of the job, before it is there and after.
package importfile
