package logsservice_test

import (
	"errors"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/service/servicetest"
)

// TestLogGroupsWhenWritten: a log group is deleted during PutRetentionPolicy; the retention
// must not apply to the next group. A job is added during DeleteLogGroup; the group is deleted
// with that job's stream, or not at all.
func TestLogGroupsWhenWritten(t *testing.T) {
	const running, gone = "OperationAbortedException", "ResourceNotFoundException"
	stop := func(m *servicetest.Meddling) {
		m.Update(m.Jobs[1], func(j *importjob.Job) error { return j.Stop("", time.Now()) })
	}
	remove := func(m *servicetest.Meddling) {
		if err := m.Store.DeleteGroup(m.T.Context(), m.PoolID); err != nil {
			m.T.Error(err)
		}
	}
	for _, tt := range []struct {
		operation, exception string
		in                   object
		meddle               func(*servicetest.Meddling)
		left                 int // the number of streams
	}{
		{"PutRetentionPolicy", gone, object{"retentionInDays": 3}, remove, 0},
		{"DeleteRetentionPolicy", gone, object{}, remove, 0},
		{"DeleteLogGroup", gone, object{}, remove, 0},
		{"DeleteLogGroup", running, object{}, (*servicetest.Meddling).StartOther, 2},
		{"DeleteLogGroup", "", object{}, func(m *servicetest.Meddling) { m.StartOther(); stop(m) }, 0},
	} {
		m := servicetest.NewMeddling(t)
		m.Update(m.Jobs[0], func(j *importjob.Job) error { return errors.Join(j.Start("", time.Now()), j.Stop("", time.Now())) })
		group := "/aws/cognito/userpools/" + m.PoolID + "/people"
		tt.in["logGroupName"] = group
		m.Meddled.Before = func() { tt.meddle(m) }
		if _, exception, message := m.Try(tt.operation, tt.in); exception != tt.exception || m.Meddled.Before != nil {
			t.Errorf("%s: %s %s", tt.operation, exception, message)
		}
		left := 0
		if tt.left > 0 {
			left = len(m.Do("DescribeLogStreams", object{"logGroupName": group})["logStreams"].([]any))
		} else {
			m.Refused("DescribeLogStreams", object{"logGroupName": group}, gone, "log group")
		}
		if g, err := m.Store.LogGroup(t.Context(), m.PoolID); err != nil || g.RetentionDays != 0 || left != tt.left {
			t.Errorf("%s: %d streams are left, %+v, %v", tt.operation, left, g, err)
		}
	}
}
