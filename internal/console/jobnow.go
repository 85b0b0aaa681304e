package console

import (
	"context"
	"fmt"
	"strings"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// jobNow is a snapshot of an import job. Its counts and its status come from one call, so
// that they add up.
type jobNow struct {
	*cognitoapi.UserImportJobType
	Progress *poolhouseapi.GetUserImportJobProgressResponse // nil if the caller may not see it
	At       time.Time
	Rate     float64 // rows a second over the last seconds, 0 if not known
	samples  []sample
	// MaySeeLog reports whether causes link to their rows in the log.
	MaySeeLog bool
	// CorrectAt is the path where rows are corrected, "" if that is not offered.
	CorrectAt string
}

// jobNow returns the job in the path.
func (v *visit) jobNow(ctx context.Context) (*jobNow, error) {
	out, err := do(ctx, v, cognitoapi.DescribeUserImportJob, &cognitoapi.DescribeUserImportJobRequest{UserPoolId: v.r.PathValue("pool"), JobId: v.r.PathValue("job")})
	if err != nil {
		return nil, err
	}
	now, err := v.progressOf(ctx, out.UserImportJob)
	if err == nil && !now.StartDate.IsZero() {
		if lasted := now.At.Sub(now.StartDate.Time).Seconds(); lasted >= leastForRate.Seconds() {
			now.Rate = float64(now.Read()) / lasted
		}
	}
	return now, err
}

// leastForRate is the shortest time over which a rate is shown.
const leastForRate = 2 * time.Second

// progressOf adds the job's progress if the caller may see it.
func (v *visit) progressOf(ctx context.Context, j *cognitoapi.UserImportJobType) (*jobNow, error) {
	now := &jobNow{UserImportJobType: j, At: v.Now()}
	in := &poolhouseapi.GetUserImportJobProgressRequest{UserPoolId: j.UserPoolId, JobId: j.JobId}
	if !may(ctx, v, poolhouseapi.GetUserImportJobProgress, in) {
		return now, nil
	}
	p, err := do(ctx, v, poolhouseapi.GetUserImportJobProgress, in)
	if err != nil {
		return nil, err
	}
	now.Progress = p
	if isActive(j.Status) { // the job may have changed between the two calls
		j.ImportedUsers, j.SkippedUsers, j.FailedUsers = p.ImportedUsers, p.SkippedUsers, p.FailedUsers
	}
	return now, nil
}

// isActive reports whether a job occupies its pool: a pool runs one job at a time.
func isActive(s cognitoapi.UserImportJobStatusType) bool {
	return s == cognitoapi.UserImportJobStatusTypePending || s == cognitoapi.UserImportJobStatusTypeInProgress || s == cognitoapi.UserImportJobStatusTypeStopping
}

// IsActive reports whether the job occupies its pool.
func (n *jobNow) IsActive() bool { return isActive(n.Status) }

// IsCreated reports whether the job was not started yet.
func (n *jobNow) IsCreated() bool { return n.Status == cognitoapi.UserImportJobStatusTypeCreated }

// HasEnded reports whether the job's state is final.
func (n *jobNow) HasEnded() bool { return !n.IsActive() && !n.IsCreated() }

// MayBeStopped reports whether a stop would have an effect.
func (n *jobNow) MayBeStopped() bool {
	return n.Status == cognitoapi.UserImportJobStatusTypePending || n.Status == cognitoapi.UserImportJobStatusTypeInProgress
}

// HasBegun reports whether the job has counts.
func (n *jobNow) HasBegun() bool { return !n.IsCreated() && string(n.Status) != "Expired" }

func value(p *int64) int64 {
	if p == nil {
		return 0
	}
	return *p
}

// Imported, Skipped and Failed are counts of rows.
func (n *jobNow) Imported() int64 { return value(n.ImportedUsers) }

// Skipped counts the rows whose user existed already.
func (n *jobNow) Skipped() int64 { return value(n.SkippedUsers) }

// Failed counts the rows that failed.
func (n *jobNow) Failed() int64 { return value(n.FailedUsers) }

// Read counts the rows with a verdict.
func (n *jobNow) Read() int64 { return n.Imported() + n.Skipped() + n.Failed() }

// Total returns the number of rows in the file, 0 if it is not known.
func (n *jobNow) Total() int64 {
	switch {
	case n.Progress != nil && n.Progress.TotalRows != nil:
		return *n.Progress.TotalRows
	case string(n.Status) == "Succeeded":
		return n.Read()
	}
	return 0
}

// Left counts the rows without a verdict.
func (n *jobNow) Left() int64 { return max(0, n.Total()-n.Read()) }

// IsPart reports whether some rows have no verdict.
func (n *jobNow) IsPart() bool { return n.Left() > 0 }

// Percent returns the progress of a job in progress, "" for other jobs.
func (n *jobNow) Percent() string {
	if !n.IsActive() || n.Total() == 0 {
		return ""
	}
	return fmt.Sprint(n.Read()*100/n.Total()) + "%"
}

// State returns the status in words and with an icon.
func (n *jobNow) State() jobStatus {
	s := statusOf(n.UserImportJobType)
	switch {
	case n.IsCreated() && n.HasFile():
		s.Text = "Created, ready to start"
	case s.Text == "Failed" && n.Read() == 0:
		s.Text = "Failed before it began"
	case s.Text == "Failed":
		s.Text = "Failed, too many rows"
	}
	return s
}

// HasFile reports whether the job has an uploaded file.
func (n *jobNow) HasFile() bool { return n.Progress != nil && n.Progress.FileSize != nil }

// Size returns the size of the file in decimal megabytes, "" if it is not known.
func (n *jobNow) Size() string {
	if !n.HasFile() {
		return ""
	}
	return size(*n.Progress.FileSize)
}

// Digest returns the SHA-256 in hexadecimal, "" if it is not known. After the start it
// belongs to the file that the start named.
func (n *jobNow) Digest() string {
	if n.Progress == nil {
		return ""
	}
	return n.Progress.FileSha256
}

// size formats a number of bytes.
func size(n int64) string {
	switch {
	case n >= 100_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1000:
		return fmt.Sprintf("%.1f KB", float64(n)/1e3)
	}
	return count(int(n), "byte", "bytes")
}

// Explanation returns the full text about the job's end.
func (n *jobNow) Explanation() string {
	if n.Progress != nil && n.Progress.Explanation != "" {
		return n.Progress.Explanation
	}
	return n.CompletionMessage
}

// Requested returns the time at which the start was requested.
func (n *jobNow) Requested() time.Time {
	if n.Progress != nil && !n.Progress.RequestDate.IsZero() {
		return n.Progress.RequestDate.Time
	}
	return n.StartDate.Time
}

// CreatedBy returns the short name of the principal who created the job, "" if it is not
// known.
func (n *jobNow) CreatedBy() string {
	if n.Progress == nil {
		return ""
	}
	return principalIn(n.Progress.Creator)
}

func (n *jobNow) startedBy() string {
	if n.Progress == nil {
		return ""
	}
	return principalIn(n.Progress.StartedBy)
}

func (n *jobNow) stoppedBy() string {
	if n.Progress == nil {
		return ""
	}
	return principalIn(n.Progress.StoppedBy)
}

// StopAsked returns the time at which a stop was requested.
func (n *jobNow) StopAsked() time.Time {
	if n.Progress == nil {
		return time.Time{}
	}
	return n.Progress.StopRequestDate.Time
}

// principalIn returns the part of an ARN after the account: a user's name, or
// assumed-role/role/session.
func principalIn(arn string) string { return strings.TrimPrefix(shortARN(arn), "user/") }

// Lasted returns the duration of the job, "" if the job has none to show.
func (n *jobNow) Lasted() string {
	if n.StartDate.IsZero() || n.CompletionDate.IsZero() || n.Read() == 0 {
		return ""
	}
	return lasting(n.CompletionDate.Sub(n.StartDate.Time))
}

// lasting formats a duration: 5.1 seconds, 2 minutes 10 seconds.
func lasting(d time.Duration) string {
	switch {
	case d >= time.Hour:
		return "about " + count(int((d+30*time.Minute)/time.Hour), "hour", "hours")
	case d >= time.Minute:
		return count(int(d/time.Minute), "minute", "minutes") + " " + count(int(d%time.Minute/time.Second), "second", "seconds")
	}
	return fmt.Sprintf("%.1f seconds", d.Seconds())
}

// Pace returns a text with the rate and the remaining time.
func (n *jobNow) Pace() string {
	switch {
	case n.Total() == 0:
		return "Reading the file…"
	case n.Rate <= 0:
		return "Estimating…"
	}
	text := number(int64(n.Rate)) + " rows a second"
	if string(n.Status) == "InProgress" && n.IsPart() {
		text += " · about " + span(max(time.Second, time.Duration(float64(n.Left())/n.Rate*float64(time.Second)).Round(time.Second))) + " left"
	}
	return text
}

// Said is the progress for screen readers: it changes at each quarter only.
func (n *jobNow) Said() string {
	if n.Total() == 0 {
		return ""
	}
	part := map[int64]string{1: "A quarter", 2: "Half", 3: "Three quarters"}[n.Read()*4/n.Total()]
	if part == "" || !n.IsActive() {
		return ""
	}
	return part + " of the rows are read."
}

// bar is a part of the bar of a job's rows.
type bar struct{ Class, At, Width string }

// Bars returns the parts of the bar: imported, skipped, failed and the rest.
func (n *jobNow) Bars() (bars []bar) {
	all := max(n.Total(), n.Read(), 1)
	at := int64(0)
	for i, part := range []int64{n.Imported(), n.Skipped(), n.Failed(), all - n.Read()} {
		bars = append(bars, bar{"abcd"[i : i+1], percent(at, all), percent(part, all)})
		at += part
	}
	return bars
}

func percent(part, all int64) string {
	return fmt.Sprintf("%.2f%%", float64(part)*100/float64(all))
}

// InWords is the bar's text for screen readers.
func (n *jobNow) InWords() string {
	text := number(n.Imported()) + " imported, " + number(n.Skipped()) + " skipped, " + number(n.Failed()) + " failed"
	if n.Total() > 0 {
		text += ", of " + number(n.Total()) + " rows"
	}
	return text
}
