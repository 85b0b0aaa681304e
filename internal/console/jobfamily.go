package console

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// The relations of a job to the job whose rows it imports, in the API's spelling.
const (
	retryRelation  = "Retry"
	resumeRelation = "Resume"
)

// relatedJob is a job that has rows of the same file.
type relatedJob struct {
	Path, JobName string
	Relation      string // what it does, in words
	State         jobStatus
	Created       time.Time
	Rows          int64 // rows of its file, 0 if not known
	Imported      int64
	IsParent      bool
}

// relations describe what a child job does with the rows of its parent.
var relations = map[string]string{retryRelation: "imports failed rows again", resumeRelation: "imports the rows that were not reached"}

// children returns the child jobs of one relation, or all of them.
func (n *jobNow) children(relation string) (all []relatedJob) {
	if n.Progress == nil {
		return nil
	}
	for _, c := range n.Progress.Children {
		if relation == "" || c.Relation == relation {
			all = append(all, relatedOf(n.UserPoolId, &c))
		}
	}
	return all
}

func relatedOf(pool string, c *poolhouseapi.ImportRelatedJobType) relatedJob {
	return relatedJob{
		Path: jobPath(pool, c.JobId), JobName: c.JobName, Relation: relations[c.Relation], Created: c.CreationDate.Time, Rows: value(c.TotalRows), Imported: value(c.ImportedUsers),
		State: statusOf(&cognitoapi.UserImportJobType{Status: cognitoapi.UserImportJobStatusType(c.Status)}),
	}
}

// Children returns the child jobs.
func (n *jobNow) Children() []relatedJob { return n.children("") }

// Parent returns the path of the parent job, "" if there is none.
func (n *jobNow) Parent() string {
	if n.Progress == nil || n.Progress.ParentJobId == "" {
		return ""
	}
	return jobPath(n.UserPoolId, n.Progress.ParentJobId)
}

// Relation describes what the job does with the rows of its parent.
func (n *jobNow) Relation() string {
	if n.Progress == nil {
		return ""
	}
	return relations[n.Progress.ParentRelation]
}

// KeptUntil returns the time at which the kept rows are deleted; zero if none are kept.
func (n *jobNow) KeptUntil() time.Time {
	if n.Progress == nil {
		return time.Time{}
	}
	return n.Progress.RowsKeptUntil.Time
}

// HasRows reports whether the job has kept rows.
func (n *jobNow) HasRows() bool {
	return n.HasEnded() && n.KeptUntil().After(n.At) && n.Failed()+n.Skipped()+n.Left() > 0
}

// Corrected counts the rows that have a correction.
func (n *jobNow) Corrected() int64 {
	if n.Progress == nil {
		return 0
	}
	return value(n.Progress.CorrectedRows)
}

// isResumed reports whether another job imports, or has imported, the rows that were not
// reached.
func (n *jobNow) isResumed() bool {
	return n.Progress != nil && slices.ContainsFunc(n.Progress.Children, func(c poolhouseapi.ImportRelatedJobType) bool {
		return c.Relation == resumeRelation && c.Status != string(cognitoapi.UserImportJobStatusTypeExpired) && c.Status != string(cognitoapi.UserImportJobStatusTypeFailed)
	})
}

// Budget describes the job's error budget.
func (n *jobNow) Budget() string {
	if n.Progress == nil {
		return ""
	}
	return budgetWords(n.Progress.ErrorBudget)
}

// budgetWords describes an error budget, "" for none.
func budgetWords(b *poolhouseapi.ImportErrorBudgetType) string {
	if b == nil {
		return ""
	}
	var ends []string
	if b.FailedRows != nil {
		ends = append(ends, "more than "+count(int(*b.FailedRows), "row fails", "rows fail"))
	}
	if b.FailedPercent != nil {
		ends = append(ends, "more than "+strconv.Itoa(int(*b.FailedPercent))+" % of its rows fail")
	}
	var words []string
	if len(ends) > 0 {
		words = append(words, "Stops when "+strings.Join(ends, ", or ")+".")
	}
	if isTrue(b.NeverFail) {
		words = append(words, "Never fails because of the number of rows that were not imported.")
	}
	return strings.Join(words, " ")
}

// startChild starts a child job and redirects to its page.
func (v *visit) startChild(ctx context.Context, j *poolhouseapi.UserImportJobType) (*page, error) {
	to := jobPath(j.UserPoolId, j.JobId)
	if _, err := do(ctx, v, cognitoapi.StartUserImportJob, &cognitoapi.StartUserImportJobRequest{UserPoolId: j.UserPoolId, JobId: j.JobId}); err != nil {
		return v.notDone(err, j.UserPoolId, j.JobId)
	}
	return done(to, "{} was created and started.", j.JobName), nil
}

func jobResumeAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/resume", of: "/pools/{pool}/import-jobs/{job}", act: resumeJob}
}

// resumeJob creates a job of the rows that a stopped job did not reach, and starts it.
func resumeJob(ctx context.Context, v *visit) (*page, error) {
	pool, job := v.r.PathValue("pool"), v.r.PathValue("job")
	out, err := do(ctx, v, poolhouseapi.ResumeUserImportJob, &poolhouseapi.ResumeUserImportJobRequest{UserPoolId: pool, JobId: job})
	if err != nil {
		return v.notDone(err, pool, job)
	}
	return v.startChild(ctx, out.UserImportJob)
}
