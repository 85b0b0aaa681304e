package console

import (
	"fmt"
	"slices"
	"testing"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/apicore"
)

// TestHistory: each state has its steps, with time and principal.
func TestHistory(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	at := func(seconds int) apicore.Time {
		return apicore.Time{Time: begin.Add(time.Duration(seconds) * time.Second)}
	}
	const user = "arn:aws:iam::000000000000:user/"
	for name, c := range map[string]struct {
		state cognitoapi.UserImportJobStatusType
		began int // seconds after the creation, 0 if it did not begin
		stop  int
		ended int
		want  []string
	}{
		"created":                 {"Created", 0, 0, 0, []string{"Created 0 ada", "Start -"}},
		"pending":                 {"Pending", 1, 0, 0, []string{"Created 0 ada", "Started 1 bob", "Starting 1"}},
		"in progress":             {"InProgress", 2, 0, 0, []string{"Created 0 ada", "Started 1 bob", "In progress 2"}},
		"stopping":                {"Stopping", 2, 3, 0, []string{"Created 0 ada", "Started 1 bob", "In progress 2", "Stop asked for 3 cyd", "Stopping 3"}},
		"stopped":                 {"Stopped", 2, 3, 4, []string{"Created 0 ada", "Started 1 bob", "In progress 2", "Stop asked for 3 cyd", "Stopped 4"}},
		"stopped before it began": {"Stopped", 1, 3, 3, []string{"Created 0 ada", "Started 1 bob", "Stop asked for 3 cyd", "Stopped 3"}},
		"succeeded":               {"Succeeded", 2, 0, 9, []string{"Created 0 ada", "Started 1 bob", "In progress 2", "Succeeded 9"}},
		"expired":                 {"Expired", 0, 0, 9, []string{"Created 0 ada", "Expired 9"}},
	} {
		job := &cognitoapi.UserImportJobType{Status: c.state, CreationDate: at(0)}
		p := &poolhouseapi.GetUserImportJobProgressResponse{Creator: user + "ada"}
		if c.began > 0 {
			job.StartDate, p.RequestDate, p.StartedBy = at(c.began), at(1), user+"bob"
		}
		if c.stop > 0 {
			p.StopRequestDate, p.StoppedBy = at(c.stop), user+"cyd"
		}
		if c.ended > 0 {
			job.CompletionDate = at(c.ended)
		}
		var got []string
		for _, s := range (&jobData{jobNow: &jobNow{UserImportJobType: job, Progress: p}}).History() {
			text := s.State.Text + " -"
			if !s.At.IsZero() {
				text = fmt.Sprint(s.State.Text, " ", s.At.Sub(begin).Seconds())
			}
			if s.By != "" {
				text += " " + s.By
			}
			got = append(got, text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
	if got := principalIn("arn:aws:sts::000000000000:assumed-role/import/ci"); got != "assumed-role/import/ci" {
		t.Errorf("a session of a role is %q", got)
	}
}
