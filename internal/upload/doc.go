// Package upload receives import files: pre-signed URLs, the PUT that they allow, and the files, on
// disk or in an S3 bucket.
//
// It owns the form and lifetime of URLs, the answers in S3's form, the streaming to disk and from
// the bucket, and the names of files and objects. Package sigv4 owns signatures. The job itself
// decides whether a file belongs to it and may still be replaced (importjob.Job.Attach), inside the
// store's transaction.
//
// On disk, a file is attached to its job after all of its bytes are there, under a unique name. So
// a job never sees half a file, and a file that a job reads is never written to.
//
// One file of a job is received at a time. A second upload meanwhile is answered 503 SlowDown; of
// uploads one after the other, the last one counts. An upload without room for it ([Room]) is
// answered 503 SlowDown, too.
//
// A browser that cannot send a PUT sends its file to the server in a form. The server stores it
// where a PUT would have: [Handler.Put] on disk, and [Relay.Put] in a bucket.
//
// The file of a job that retries rows of another one comes from no client: the server writes it
// ([Disk.Write], [S3.Write]). Such a job has no URL.
//
// In a bucket, clients upload to the bucket itself, without a notice to the server. The server
// looks for a job's file when it needs it. S3 shows an object only when it is complete, so a job
// never sees half a file there either. But the URL can still be used after the job was started, and
// replace the file. Each read therefore names the ETag that was found. The job then ends with
// importjob.FileChanged and never mixes two files. Unlike the server, a bucket accepts a file of
// any size. The limit is checked when the job is started and when the file is read, and no more
// bytes are read than were found.
package upload
