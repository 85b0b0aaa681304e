package logsservice

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	logsapi "poolhouse/internal/api/logs"
	"poolhouse/internal/awsarn"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

func (s *Service) describeLogStreams(ctx context.Context, call *dispatch.Call, in *logsapi.DescribeLogStreamsRequest) (*logsapi.DescribeLogStreamsResponse, error) {
	byTime := in.OrderBy == logsapi.OrderByLastEventTime
	if byTime && in.LogStreamNamePrefix != "" {
		return nil, userpool.Errorf(userpool.InvalidParameter, "Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	g, err := s.groupNamed(ctx, call, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	jobs := slices.DeleteFunc(g.jobs, func(j *importjob.Job) bool { return !strings.HasPrefix(resultlog.Stream(j), in.LogStreamNamePrefix) })
	if !byTime { // a pool's jobs follow each other, and so do their events
		slices.SortFunc(jobs, func(a, b *importjob.Job) int { return strings.Compare(resultlog.Stream(a), resultlog.Stream(b)) })
	}
	if service.ValueOr(in.Descending, false) {
		slices.Reverse(jobs)
	}
	list := pagetoken.List{logsapi.DescribeLogStreams.Name, g.pool.ID, in.LogStreamNamePrefix, string(in.OrderBy), strconv.FormatBool(service.Value(in.Descending))}
	first, err := openLogPage(s.Pages, list, in.NextToken)
	if err != nil {
		return nil, err
	}
	if first != "" {
		at := slices.IndexFunc(jobs, func(j *importjob.Job) bool { return j.ID == first })
		if at < 0 {
			return nil, badLogToken()
		}
		jobs = jobs[at:]
	}
	out := &logsapi.DescribeLogStreamsResponse{LogStreams: []logsapi.LogStream{}}
	if limit := int(service.ValueOr(in.Limit, describeLimit)); len(jobs) > limit {
		jobs, out.NextToken = jobs[:limit], s.Pages.Seal(list, jobs[limit].ID)
	}
	for _, j := range jobs {
		stream, err := s.describeStream(ctx, call, g, j)
		if err != nil {
			return nil, err
		}
		out.LogStreams = append(out.LogStreams, stream)
	}
	return out, nil
}

func (s *Service) describeStream(ctx context.Context, call *dispatch.Call, g logGroup, j *importjob.Job) (logsapi.LogStream, error) {
	out := logsapi.LogStream{
		LogStreamName: resultlog.Stream(j), CreationTime: epochMillis(j.Requested), StoredBytes: new(int64),
		Arn: awsarn.LogStream(groupARN(call, g.name()), resultlog.Stream(j)),
	}
	span := resultlog.Span{Limit: 1, Want: g.within(nil, nil)}
	first, _, _, err := resultlog.Forward(ctx, s.Jobs, j, 0, span)
	if err != nil || len(first) == 0 {
		return out, err
	}
	last, _, err := resultlog.Backward(ctx, s.Jobs, j, resultlog.End, span)
	if err != nil || len(last) == 0 {
		return out, err
	}
	out.FirstEventTimestamp, out.LastEventTimestamp = epochMillis(first[0].At), epochMillis(last[0].At)
	out.LastIngestionTime = out.LastEventTimestamp
	return out, nil
}

// openLogPage is [openPage] with CloudWatch Logs' error.
func openLogPage(pages *pagetoken.Key, list pagetoken.List, token string) (place string, err error) {
	if place, err = service.OpenPage(pages, list, token); err != nil {
		return "", badLogToken()
	}
	return place, nil
}

func badLogToken() error {
	return userpool.Errorf(userpool.InvalidParameter, "The specified nextToken is invalid.")
}

func epochMillis(t time.Time) *int64 {
	ms := t.UnixMilli()
	return &ms
}
