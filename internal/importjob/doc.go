// Package importjob is user import jobs: what a job is, the table of what may
// become of it, and the engine that carries it out.
//
// It owns the states, the verdicts on rows, the counts and the checkpoint. It
// knows no HTTP, no SQL and no AWS: the file's rows come from package
// usercsv, the users' rules from package userpool, and what must be kept goes
// through [Store] and [Files]. How results are worded and paged for a reader
// is package resultlog's business.
//
// # Why no row is lost or done twice
//
// A job's progress is its checkpoint: the position in the file after the last
// row that has a verdict. It is the only memory of progress there is. Three
// properties make it enough.
//
// One: a verdict and everything that follows from it are one transaction.
// [Store.Commit] inserts the users of a batch, appends the outcomes, adds to
// the counts and moves the checkpoint together. A crash before the commit
// leaves none of it, a crash after it leaves all of it. There is no moment at
// which a user exists whose row has no outcome, or the other way round. A
// store may settle a batch in parts, side by side even, if it commits them in
// the order of the file: each is a batch of its own.
//
// Two: a checkpoint continues exactly. A [usercsv.Reader] that begins at the
// end of a row yields the rows that an undisturbed read would have yielded
// from there, whatever the rows before it were. The file cannot change in
// between: an upload is refused once the job is started, every upload has a
// name of its own, and a file of another size is refused when it is opened.
// Neither can the rules: a pool with an active job refuses changes of its
// schema and settings. What may change is the [Permission], which is asked
// before a job begins and never when it goes on. So the rows after a
// checkpoint, and what they contain, do not depend on how often the job was
// interrupted.
//
// Three: only one node's work counts. A node works under a [Lease] whose
// epoch was raised by its claim, in one statement. Commit and every other
// write of a run compare the epoch, and Commit the checkpoint as well, inside
// their transaction. A node that was suspended, cut off or merely slow finds
// another epoch and gets [ErrLeaseLost], with nothing written; renewal only
// saves the others from claiming a job that is in good hands. The argument
// needs no clock: if clocks are wrong, a job may change hands needlessly, but
// each batch still begins where the last one ended.
//
// From these it follows that at any moment the counts are the number of rows
// before the checkpoint, each of them has exactly one outcome, and whoever
// claims the job next goes on at the row after it. A row that is read twice,
// because its batch was not committed, gets its verdict once.
//
// That the checkpoint is a place in the file, and the counts those of the
// rows before it, is looked at whenever a job goes on, and that all rows have
// their verdict when it ends: a record that something else has changed ends
// the job Failed, and says so.
//
// What is outside the transaction is the file's removal. It comes after the
// job's end is written down and is repeated by the sweep until it succeeded. A
// sweep goes through all that is left over, page after page, and leaves to the
// next one what it cannot tidy.
//
// A panic ends the work on one job, or one part of a sweep, and nothing else
// (package guard): the job's lease runs out, and the job is claimed again.
package importjob
