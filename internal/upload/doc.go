// Package upload is how an import file gets in: pre-signed URLs, the PUT that
// they allow, and the files, on disk or in an S3 bucket.
//
// It owns the URL's form and life, the answers in S3's words, the streaming
// to disk and from the bucket, and the names of files and objects. Signatures
// are package sigv4's; that a file belongs to a job, and may still be
// replaced, is decided by the job itself (importjob.Job.Attach) inside the
// store's transaction.
//
// On disk, a file becomes the job's only after all of its bytes are there,
// under a name that no other upload has. So a job never sees half a file, and
// a file that a job reads is never written to.
//
// One file of a job is received at a time: a second upload meanwhile is answered
// 503 SlowDown, and of uploads one after the other the last one counts. So is an
// upload for which there is no room ([Room]).
//
// A browser that cannot send a PUT hands its file to the server in a form. What then
// has the file puts it where a PUT would have: [Handler.Put] on disk, and [Relay.Put]
// in a bucket.
//
// The file of a job that tries rows of another one again comes from no client: the
// server writes it ([Disk.Write], [S3.Write]). Such a job has no URL.
//
// In a bucket, clients upload to the bucket itself and nobody tells us: what
// has been uploaded is found when it is asked for. S3 shows an object only
// once it is whole, so a job never sees half a file there either. But the URL
// may still be used after the job was started, and then the file is another
// one: each read names the ETag that was found, so such a job ends with
// importjob.FileChanged and never mixes two files. Unlike a disk's, a
// bucket's URL takes a file of any size: the limit is held when the job is
// started and where the file is read, and no more is read than was said then.
package upload
