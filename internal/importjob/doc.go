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
// More failed rows than the job's error budget lead from InProgress to Stopped at once.
//
// Pending, InProgress and Stopping are active: a pool has at most one job in
// them, and refuses changes of its rules meanwhile. The states of the bottom and
// of the right are ends: nothing changes any more, save that rows that were not
// reached are kept, the file goes, and what is kept goes when its time is over. A
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
//	                              IndexUsers ─▶ Succeeded or Failed ─▶ the rest is kept ─▶ the file is removed
//
// # Why no row is lost or done twice
//
// A job's progress is its checkpoint: the position in the file after the last
// row that has a verdict. It is the only memory of progress there is. Three
// properties make it enough.
//
// One: a verdict and everything that follows from it are one transaction.
// [Store.Commit] takes the first rows of a batch, inserts their users, appends the
// outcomes, keeps the text of the rows that were not imported and the numbers of the
// users that the others became, adds to the counts and to the tally of causes, and
// moves the checkpoint together. A crash before
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
// That holds for files in every form. How a file is written is found out once, by the
// survey, kept with the job ([Job].Format) and never found out again: each later reading
// goes by it. Positions are places in the file's text, in UTF-8 and unpacked, which is the
// same whenever the file is opened. Where the text is not the file itself, opening it at a
// place reads what is before; that is done when a node begins with a job, and not for each
// commit. What cannot be unpacked any more has changed since the survey.
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
// # Why no row is lost that was not reached
//
// A job that ends Stopped, or Failed once it has begun, leaves rows behind that have no
// verdict: its rest, from the checkpoint to the end of the file. The end is written down
// first, so a stop does not wait for them. Then they are kept, piece after piece, and
// only then is the file removed.
//
// The argument is the one from above, with [Job].Rest in place of the checkpoint. The
// checkpoint does not move any more: Commit demands a job that is active. Rest is where
// the last piece ended, and [Store.KeepRest] keeps a piece and moves Rest in one
// transaction, if the piece begins at Rest. So of two nodes that are at the same piece
// one gets [ErrLeaseLost], with nothing written, and a node that died anywhere is
// followed by another at the same place: there is no lease, and none is needed. The last
// piece says that the rest is whole ([Job].RestKept). A file is removed after that alone;
// whatever is left to do is found by the sweep, as long as the job has its file. From this
// it follows that then each row of the file was imported, rejected or not reached, once:
// the counts and [Job.NotReached] are the number of rows.
//
// Where the file can no longer be read, or the record of the progress does not fit it,
// what is left cannot be kept: then RestKept stays false, the log tells how many rows were
// kept, and the file is removed all the same. The last row of a file that has become
// shorter is not kept: it may be a part of what it was.
//
// Of a job that a stop ended before a node began it, the rest is the whole file. It is
// looked over first, as when the job begins: of a file that would have been refused
// nothing is kept. So it is of jobs that were refused before they began, and of those that
// expired: no row of theirs was ever to be imported.
//
// What is kept of a job's rows goes when [Config].KeepRows have passed since its end, and
// with its pool.
//
// # Going on with the rest
//
// A job that has ended never goes on. [WriteChild] writes a file of its rows for another
// job, its child: each row as it was, with the line that it had before it. Rows of a file in
// another form were kept in Cognito's ([usercsv.Keeper]), and what is known of their values
// goes with them ([Job.FromRowsOf]). What a row is
// and how it is judged depends on nothing before it, and [usercsv.Limits] do not count the
// line. It depends on the rows after it where a quotation mark is not closed: a row that
// others would close in the child, and did not in the parent, gets an end of its own. So a
// row gets the verdict in the child that it would have got in the parent at that moment,
// and a stopped job and its child are together one import of the file.
//
// # Budgets
//
// After each commit the job's [Budget] is held against its counts. When more rows have
// failed than may, the job ends Stopped at the end of that commit, and its rest is kept
// like that of any stop. A node that finds such a job, since another died before it wrote
// the end down, ends it before it commits anything. The commits of such a job are small, a
// thousand rows at most, so that a small budget is passed by no more. Rows that were
// skipped do not count: their users are there. Whether the budget is passed does not
// depend on where commits end, only how far the job comes.
//
// # What a job was judged by
//
// When a job begins it notes the settings of the pool and of the server that its rows are
// judged by ([Job].Settings): they may be others when a person reads why rows failed.
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
// next commit's answer tells. Nor does it wait for the rest: the node has let go of the
// job before it keeps the rows.
//
// An index that is cheaper built for many users at once may be deferred by Commit.
// Users are found meanwhile, only not as quickly. A job does not succeed or fail
// before [Store.IndexUsers] has brought the index up to date; a stop does not wait for
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
