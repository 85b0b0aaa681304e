// Package importjob owns user import jobs: the job, its states, and the engine that
// carries jobs out.
//
// It owns the states, the verdicts of rows, the counts and the checkpoint. It knows no
// HTTP, no SQL and no AWS. Rows come from package usercsv, and the rules for users from
// package userpool. Everything that must last goes through [Store] and [Files]. Package
// resultlog renders results for readers. docs/glossary.md defines row, settle, batch,
// portion, checkpoint, lease and epoch.
//
// # The states
//
//	          StartUserImportJob       a node begins               end of the file
//	Created ─────────────────────▶ Pending ───────────▶ InProgress ─────────────────▶ Succeeded
//	   │                             │ │                   │  │
//	   │ 24 hours                    │ │ refused           │  │ too many rows failed, or the file
//	   ▼                             │ └────────▶ Failed ◀─┘  │ or the record of progress changed
//	Expired                          │                        │ StopUserImportJob
//	                                 │ StopUserImportJob      ▼
//	                                 └──────▶ Stopped ◀── Stopping
//	                                      the node lets go of the job
//
// A job whose failed rows exceed its error budget goes from InProgress to Stopped at once.
//
// Pending, InProgress and Stopping are the active states. A pool has at most one active
// job. While it has one, it refuses changes of its schema and settings. Stopped, Succeeded,
// Failed and Expired are final. After a final state only cleanup follows: the engine keeps
// the rows that the job did not reach, removes the file, and deletes kept rows when they
// expire.
//
// A node works on an active job under the job's lease. A job in Created or in a final state
// has no lease. A request from outside (a start, a stop, an expiry) needs no lease and goes
// through [Store].UpdateJob or [Jobs]. What a node changes, it changes under the lease. Both
// read and write the state in one transaction, so a job takes one arrow at a time.
//
// # The way of a batch
//
//	claim ─▶ ask for permission ─▶ survey the file ─▶ InProgress
//	                                                     │
//	    ┌────────────────────────────────────────────────┘
//	    ▼
//	checkpoint ─▶ read the rows after the checkpoint ─▶ Commit
//	    ▲                                                 │
//	    ├── rows are left: the checkpoint has moved ──────┤
//	    └── an error: the job is claimed again ───────────┤
//	                                                      ▼ the end of the file
//	               IndexUsers ─▶ Succeeded or Failed ─▶ keep unreached rows ─▶ remove the file
//
// # Why no row is lost or imported twice
//
// A job's progress is its checkpoint: the position in the file after the last settled row.
// There is no other record of progress. Three properties make it sufficient.
//
// Property 1: a verdict and all its effects are one transaction. [Store.Commit] takes the
// first rows of a batch and does all of this together:
//
//   - it inserts the users of these rows;
//   - it appends the outcomes;
//   - it keeps the text of the rows that were not imported, and the numbers of the users
//     that the others became;
//   - it adds to the counts and to the tally of causes;
//   - it moves the checkpoint.
//
// A crash before the commit leaves none of this. A crash after it leaves all of it. At no
// moment does a user exist without the outcome of its row, or the other way round. A store
// may settle rows in several transactions, even concurrent ones, if it commits them in the
// order of the file. Each of them is then a commit of its own.
//
// Property 2: reading continues exactly at a checkpoint. A [usercsv.Reader] that begins at
// the end of a row yields the same rows as an uninterrupted reader, whichever rows come
// before. Neither the file nor the rules change in between:
//
//   - An upload is refused once the job is started. Every upload has its own name. A file
//     of another size is refused when it is opened.
//   - A pool with an active job refuses changes of its schema and settings.
//   - The [Permission] may change, but it is asked before a job begins and never when a job
//     goes on.
//
// So the rows after a checkpoint, and what they contain, do not depend on how often the job
// was interrupted.
//
// This holds for files in every format. The survey detects the format once. It is stored
// with the job ([Job].Format), and every later reading uses it. Positions are offsets in the
// file's text, which is unpacked and in UTF-8. The text is the same each time the file is
// opened. If the text is not the file itself, opening it at a position decodes all that is
// before. That happens when a node begins to work on a job, not at each commit. A file that
// can no longer be unpacked has changed since the survey.
//
// Property 3: only one node's work counts. A claim raises the epoch of the job's [Lease], in
// one statement. Commit and every other write of a run compare the epoch inside their
// transaction. Commit compares the checkpoint, too. A node that was suspended, cut off or
// merely slow finds another epoch and gets [ErrLeaseLost], and nothing is written. Renewing
// the lease only keeps other nodes from claiming a job that is being worked on. The argument
// needs no clock. If clocks are wrong, a job may change nodes needlessly, but each batch
// still begins where the last commit ended.
//
// Together they give an invariant. At any moment:
//
//   - the counts are the number of rows before the checkpoint;
//   - each of these rows has exactly one outcome;
//   - the next node that claims the job goes on with the row after the checkpoint.
//
// A row may be read twice, because no commit took it the first time. It is settled once.
//
// The engine checks the invariant as well. Whenever a job goes on, the checkpoint must be a
// place in the file, and the counts must be those of the rows before it. When a job comes to
// the end of its file, every row must have a verdict. If something else has changed the
// record, the job ends Failed with [MessageDamaged].
//
// # Why no unreached row is lost
//
// A job can end Stopped, or Failed after it began, before the end of its file. The rows from
// the checkpoint to the end of the file then have no verdict. The code calls them the rest
// of the job. The end of the job is stored first, so a stop does not wait for the rest. Then
// the rest is kept, piece by piece. Only then is the file removed.
//
// The argument is the one above, with [Job].Rest in place of the checkpoint:
//
//   - The checkpoint does not move any more, because Commit requires an active job.
//   - Rest is where the last piece ended. [Store.KeepRest] keeps a piece and moves Rest in
//     one transaction, and only if the piece begins at Rest.
//   - If two nodes keep the same piece, one of them gets [ErrLeaseLost] and writes nothing.
//     If a node dies at any point, another one goes on at the same place. So this needs no
//     lease.
//   - The last piece sets [Job].RestKept. The file is removed only after that. As long as
//     the job has its file, the sweep finds what is left to do.
//
// It follows that each row of the file was imported, rejected or not reached, exactly once.
// The counts and [Job.NotReached] add up to the number of rows.
//
// The rest cannot be kept if the file can no longer be read or if the record of progress
// does not fit the file. Then RestKept stays false, the log tells how many rows were kept,
// and the file is removed all the same. If a file has become shorter, its last row is not
// kept, because the row may be cut off.
//
// If a stop ended a job before a node began it, the rest is the whole file. The file is
// surveyed first, as at the beginning of a job. If the survey refuses the file, nothing is
// kept. Nothing is kept either of a job that was refused before it began, or that expired:
// none of its rows was ever to be imported.
//
// Kept rows are deleted when [Config].KeepRows have passed since the end of their job, and
// with their pool.
//
// # Child jobs
//
// A job that has ended never goes on. [WriteChild] writes a file of its rows for another
// job, the child. Each row is written as it was, after the line that it had in the first
// file. Rows of a file in another format were kept in Cognito's format ([usercsv.Keeper]).
// The child takes over what is known of their values ([Job.SetParent]).
//
// How a row is read and judged does not depend on the rows before it, and [usercsv.Limits]
// do not count the line. It depends on the rows after it only if a quotation mark is not
// closed. If the child's rows would close it and the parent's did not, WriteChild ends the
// row itself. So a row gets the verdict in the child that it would have got in the parent at
// that moment. A stopped job and its child are together one import of the file.
//
// # Budgets
//
// After each commit the engine compares the job's counts with its [Budget]. If too many rows
// have failed, the job ends Stopped after that commit, and its rest is kept as after any
// stop. If the node dies before it stores that end, the next node ends the job before it
// commits anything. A commit of a job with a budget settles a thousand rows at most, so that
// a small budget is exceeded by no more than that. Skipped rows do not count, because their
// users exist. Where commits end decides how far the job comes, but not whether the budget
// is exceeded.
//
// # Recorded settings
//
// When a job begins, it records the settings of the pool and of the server that its rows are
// judged by ([Job].Settings). They may have changed when a person reads why rows failed.
//
// # How much a commit takes
//
// The store decides how many rows a commit settles. A large transaction costs less per row.
// A small one lets other writers in sooner. Only the store knows which writers wait.
//
// A [Batch] is the rows of the file from the checkpoint on, in portions that fit into
// memory. The engine promises that the first portion is in memory. A further portion is
// yielded if its rows were read ahead: a commit never waits for the file longer than some
// milliseconds, because other writers may wait for the commit. The store promises to take
// rows in their order, and at least one. It draws portions for as long as it likes, and may
// leave the end of the last one.
//
// The job that Commit returns says how far it came. Rows after its checkpoint are in the
// next batch, whether the store saw them or not. The engine keeps the portion that was drawn
// last, and reads the file again from the checkpoint if it needs more. So a commit may fail,
// or be cancelled for a stop, at any moment, even after it took effect. The next batch begins
// at the job's checkpoint.
//
// The store finds out within the transaction whether a user exists. It may look before it
// inserts, or insert and resolve the conflicts. The verdicts must be the same as if the rows
// were inserted one by one, in the order of the file.
//
// # Who does not wait
//
// A stop does not wait for a batch. If the node that works on the job receives the request,
// it cancels the commit in progress, and the job says what took effect. If the job is not
// Stopping after all, the work goes on. If another node receives the request, the working
// node sees the stop in the job that its next commit returns. A stop does not wait for the
// rest either: the node lets go of the job before it keeps these rows.
//
// Commit may defer an index that is cheaper to build for many users at once. Until its
// entries are added, users are found, only more slowly. A job ends Succeeded or Failed only
// after [Store.IndexUsers] has added them. A stop does not wait for that; the sweep adds them
// later.
//
// # What is outside the transaction
//
// The file is removed after the end of the job is stored. The sweep repeats that until it
// succeeds. A sweep visits everything that is left over, page by page. What it cannot clean
// up it leaves to the next sweep.
//
// The engine also clears deleted pools ([Deletions]): first the files of their jobs, then
// their table rows. Both steps are idempotent. As long as a file is left, so are the table
// rows that name it. So a crash at any moment leaves nothing behind for good.
//
// A panic ends the work on one job, or one part of a sweep, and nothing else (package
// guard). The job's lease expires, and the job is claimed again.
//
// # Files
//
// job.go, state.go, budget.go and settings.go have the job. store.go has the interfaces to
// what stores jobs and files. engine.go claims jobs; run.go works on a claimed one, with
// permission.go, lease.go and stop.go. text.go opens a job's file, reading.go decodes its
// rows, and source.go hands them to commits. outcome.go, cause.go and kept.go have what a
// commit records of its rows. rest.go keeps unreached rows, child.go writes the files of
// child jobs, and check.go and taken.go predict verdicts without an import. sweep.go and
// deletion.go clean up. observer.go and backlog.go have what metrics tell.
package importjob
