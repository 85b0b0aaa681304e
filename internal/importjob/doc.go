// Package importjob is user import jobs: what a job is, the table of what may
// become of it, and the engine that carries it out.
//
// It owns the states, the verdicts on rows, the counts and the checkpoint. It
// knows no HTTP, no SQL and no AWS: the file's rows come from package
// usercsv, the users' rules from package userpool, and what must be kept goes
// through [Store] and [Files]. How results are worded and paged for a reader
// is package resultlog's business.
//
// # The states
//
//	          StartUserImportJob       a node begins               the file is done
//	Created ─────────────────────▶ Pending ───────────▶ InProgress ─────────────────▶ Succeeded
//	   │                             │ │                   │  │
//	   │ 24 hours                    │ │ may not begin     │  │ too many rows failed, or the file
//	   ▼                             │ └────────▶ Failed ◀─┘  │ or the record is not what it was
//	Expired                          │                        │ StopUserImportJob
//	                                 │ StopUserImportJob      ▼
//	                                 └──────▶ Stopped ◀── Stopping
//	                                            the node lets go
//
// Pending, InProgress and Stopping are active: a pool has at most one job in
// them, and refuses changes of its rules meanwhile. The states of the bottom and
// of the right are ends: nothing changes any more, save that the file goes. A
// node works in Pending, InProgress and Stopping, under the job's lease; Created
// and the ends have none. What comes from outside (a start, a stop, an expiry)
// goes by [Store].UpdateJob or [Jobs] and needs no lease; what a node does goes
// by the lease. Both read and write the state in one transaction, so that a job
// takes one arrow at a time.
//
// # The way of a batch
//
//	claim ─▶ permission, survey of the file, InProgress
//	  │
//	  ▼
//	checkpoint ─▶ source: the rows from there on ─▶ Commit ─▶ checkpoint further on
//	  ▲                                               │
//	  └───────────────────────────────────────────────┤ any error, or a stop that is none
//	                                                  ▼
//	                              CatchUp ─▶ Succeeded or Failed ─▶ the file is removed
//
// # Why no row is lost or done twice
//
// A job's progress is its checkpoint: the position in the file after the last
// row that has a verdict. It is the only memory of progress there is. Three
// properties make it enough.
//
// One: a verdict and everything that follows from it are one transaction.
// [Store.Commit] takes the first rows of a batch, inserts their users, appends the
// outcomes, adds to the counts and to the tally of causes, and moves the checkpoint
// together. A crash before
// the commit leaves none of it, a crash after it leaves all of it. There is no
// moment at which a user exists whose row has no outcome, or the other way round.
// A store may settle rows in several transactions, side by side even, if it commits
// them in the order of the file: each is a commit of its own.
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
// before the checkpoint, each of them has exactly one outcome, and the node that
// claims the job next goes on at the row after it. A row that is read twice,
// because no commit took it, gets its verdict once.
//
// That the checkpoint is a place in the file, and the counts those of the
// rows before it, is looked at whenever a job goes on, and that all rows have
// their verdict when it ends: a record that something else has changed ends
// the job Failed, and says so.
//
// # How much a commit takes
//
// The engine does not say how many rows a commit settles. A [Batch] is what the
// file has from the checkpoint on, in portions that fit into memory. The engine
// promises that the first portion is there, and that a further one is if the rows
// were read ahead: no commit waits for the file longer than some milliseconds,
// since other writers may wait for the commit. The store promises to take rows in
// their order, at least one. A large transaction is cheaper for a row, a small one
// lets other writers in sooner; only the store knows who waits, so it draws
// portions for as long as it likes, and may leave the end of the last one.
//
// The job that Commit returns says how far it came. Rows after its checkpoint
// are in the next batch, whether the store saw them or not: the engine keeps the
// portion that was drawn last, and reads the file again from the checkpoint where
// it needs more than that. So a commit may fail, or be given up for a stop, at any
// moment, also after it took effect: the next batch begins where the job says.
//
// Whether a user is there already is the store's to find out, within the
// transaction: it may look before it inserts, or insert and resolve the conflicts.
// The verdicts are those of inserting the rows one by one, in the order of the file.
//
// # Who waits for whom
//
// A stop does not wait for a batch: the node that is asked gives up the commit that
// is going on, and the job says what of it took effect. Where no node is asked, the
// next commit's answer tells.
//
// An index that is cheaper built for many users at once may be deferred by Commit.
// Users are found meanwhile, only not as quickly. A job does not succeed or fail
// before [Store.CatchUp] has brought the index up to date; a stop does not wait for
// that, and the sweep does it then.
//
// # What is outside the transaction
//
// The file's removal comes after the job's end is written down, and is repeated by
// the sweep until it succeeded. A sweep goes through all that is left over, page
// after page, and leaves to the next one what it cannot tidy.
//
// A pool that was deleted is cleared by the engine ([Deletions]): the files of its
// jobs first, then its rows. Both are idempotent, and as long as a file is left, so
// are the rows by which it is found: so a crash at any moment leaves nothing for good.
//
// A panic ends the work on one job, or one part of a sweep, and nothing else
// (package guard): the job's lease runs out, and the job is claimed again.
package importjob
