// Package upload is how an import file gets in: pre-signed URLs, the PUT that
// they allow, and the files on disk.
//
// It owns the URL's form and life, the answers in S3's words, the streaming
// to disk and the names of files. Signatures are package sigv4's; that a file
// belongs to a job, and may still be replaced, is decided by the job itself
// (importjob.Job.Attach) inside the store's transaction.
//
// A file becomes the job's only after all of its bytes are on disk, under a
// name that no other upload has. So a job never sees half a file, and a file
// that a job reads is never written to.
package upload
