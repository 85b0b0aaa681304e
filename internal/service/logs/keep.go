package logsservice

import (
	"context"
	"errors"

	logsapi "poolhouse/internal/api/logs"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// putRetentionPolicy hides older events at once; the server deletes them later.
func (s *Service) putRetentionPolicy(ctx context.Context, call *dispatch.Call, in *logsapi.PutRetentionPolicyRequest) (*apicore.Empty, error) {
	if !resultlog.ValidRetention(int(in.RetentionInDays)) {
		return nil, userpool.Errorf(userpool.InvalidParameter,
			"A log group cannot keep its events for %d days. The API Reference of PutRetentionPolicy lists the numbers of days that it can.", in.RetentionInDays)
	}
	return s.retain(ctx, call, in.LogGroupName, int(in.RetentionInDays))
}

func (s *Service) deleteRetentionPolicy(ctx context.Context, call *dispatch.Call, in *logsapi.DeleteRetentionPolicyRequest) (*apicore.Empty, error) {
	return s.retain(ctx, call, in.LogGroupName, 0)
}

func (s *Service) retain(ctx context.Context, call *dispatch.Call, group string, days int) (*apicore.Empty, error) {
	g, err := s.groupNamed(ctx, call, group, "")
	if err != nil {
		return nil, err
	}
	return nil, groupError(s.Groups.SetRetention(ctx, g.pool.ID, days))
}

// deleteLogGroup deletes the results of all jobs of the pool. The start of the next job creates
// the group again, under the same name.
func (s *Service) deleteLogGroup(ctx context.Context, call *dispatch.Call, in *logsapi.DeleteLogGroupRequest) (*apicore.Empty, error) {
	g, err := s.groupNamed(ctx, call, in.LogGroupName, "")
	if err != nil {
		return nil, err
	}
	return nil, groupError(s.Groups.DeleteGroup(ctx, g.pool.ID))
}

func (s *Service) deleteLogStream(ctx context.Context, call *dispatch.Call, in *logsapi.DeleteLogStreamRequest) (*apicore.Empty, error) {
	g, j, err := s.streamNamed(ctx, call, in.LogGroupName, "", in.LogStreamName)
	if err != nil {
		return nil, err
	}
	return nil, groupError(s.Groups.DeleteStreams(ctx, g.pool.ID, []string{j.ID}))
}

// groupError words the refusal of a change to a log group.
func groupError(err error) error {
	switch {
	case errors.Is(err, resultlog.ErrNoGroup):
		return service.NoLogGroup()
	case userpool.KindOf(err) == userpool.ImportInProgress:
		return &apicore.Error{Name: "OperationAbortedException", Message: err.Error()}
	}
	return err
}
