package logsservice

import (
	"context"
	"slices"
	"strings"

	logsapi "poolhouse/internal/api/logs"
	"poolhouse/internal/awsarn"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// A log group belongs to a user pool, a log stream to an import job. The stream exists from the
// start of the job until its deletion, the group from the first start of a job of the pool.

// logGroup is a pool's log group.
type logGroup struct {
	resultlog.Settings
	pool *userpool.UserPool
	jobs []*importjob.Job // those with a stream, in the order of their starts
}

func (g logGroup) name() string { return resultlog.Group(g.pool) }

func noLogStream() error {
	return userpool.Errorf(userpool.ResourceNotFound, "The specified log stream does not exist.")
}

// groupARN returns the ARN of a log group in the call's region and account, without the
// asterisk for its streams.
func groupARN(call *dispatch.Call, name string) string {
	return awsarn.LogGroup(call.From.Region, call.From.Account, name)
}

// groupNamed finds the log group that a request names.
func (s *Service) groupNamed(ctx context.Context, call *dispatch.Call, name, identifier string) (logGroup, error) {
	pool, err := s.poolOfGroup(ctx, call, name, identifier)
	if err != nil {
		return logGroup{}, err
	}
	g, err := s.groupOf(ctx, pool)
	if err == nil && len(g.jobs) == 0 {
		err = service.NoLogGroup()
	}
	return g, err
}

// poolOfGroup finds the user pool of the log group that a request names, in one of two ways.
// The group need not exist yet.
func (s *Service) poolOfGroup(ctx context.Context, call *dispatch.Call, name, identifier string) (*userpool.UserPool, error) {
	switch {
	case name != "" && identifier != "":
		return nil, userpool.Errorf(userpool.InvalidParameter, "Give logGroupName or logGroupIdentifier, not both.")
	case name == "" && identifier == "":
		return nil, userpool.Errorf(userpool.InvalidParameter, "Give logGroupName or logGroupIdentifier.")
	case name == "":
		name = strings.TrimSuffix(strings.TrimPrefix(identifier, groupARN(call, "")), ":*")
	}
	poolID := resultlog.PoolOf(name)
	if poolID == "" {
		return nil, service.NoLogGroup()
	}
	pool, err := s.Pools.Pool(ctx, poolID)
	if userpool.KindOf(err) == userpool.ResourceNotFound || err == nil && resultlog.Group(pool) != name {
		return nil, service.NoLogGroup()
	}
	return pool, err
}

// groupOf returns the pool's log group, without jobs if it does not exist yet.
func (s *Service) groupOf(ctx context.Context, pool *userpool.UserPool) (logGroup, error) {
	settings, err := s.Groups.LogGroup(ctx, pool.ID)
	if err != nil {
		return logGroup{}, err
	}
	jobs, err := s.Jobs.ListJobs(ctx, pool.ID, importjob.After{}, importjob.MaxJobs)
	if err != nil {
		return logGroup{}, err
	}
	g := logGroup{Settings: settings, pool: pool}
	g.jobs = slices.DeleteFunc(jobs, func(j *importjob.Job) bool { return !g.has(j) })
	slices.SortFunc(g.jobs, func(a, b *importjob.Job) int {
		if n := a.Requested.Compare(b.Requested); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	return g, nil
}

// has reports whether a job has a stream in the group.
func (g logGroup) has(j *importjob.Job) bool {
	return !j.Requested.IsZero() && !slices.Contains(g.Deleted, j.ID)
}

// streamNamed finds a log group and one of its streams. A stream's name begins with the job's
// id. The group is returned without its other jobs.
func (s *Service) streamNamed(ctx context.Context, call *dispatch.Call, name, identifier, stream string) (g logGroup, j *importjob.Job, err error) {
	if g.pool, err = s.poolOfGroup(ctx, call, name, identifier); err != nil {
		return g, nil, err
	}
	if g.Settings, err = s.Groups.LogGroup(ctx, g.pool.ID); err != nil {
		return g, nil, err
	}
	id, _, _ := strings.Cut(stream, "/")
	j, err = s.Jobs.Job(ctx, importjob.Key{PoolID: g.pool.ID, JobID: id})
	switch {
	case err == nil && g.has(j) && resultlog.Stream(j) == stream:
		return g, j, nil
	case err != nil && userpool.KindOf(err) != userpool.ResourceNotFound:
		return g, nil, err
	}
	if _, err := s.groupNamed(ctx, call, name, identifier); err != nil { // the group itself may be missing
		return g, nil, err
	}
	return g, nil, noLogStream()
}

const describeLimit = 50

// describeLogGroups checks pool after pool for a log group.
func (s *Service) describeLogGroups(ctx context.Context, call *dispatch.Call, in *logsapi.DescribeLogGroupsRequest) (*logsapi.DescribeLogGroupsResponse, error) {
	if in.LogGroupNamePrefix != "" && in.LogGroupNamePattern != "" {
		return nil, userpool.Errorf(userpool.InvalidParameter, "Give logGroupNamePrefix or logGroupNamePattern, not both.")
	}
	limit := int(service.ValueOr(in.Limit, describeLimit))
	out := &logsapi.DescribeLogGroupsResponse{LogGroups: []logsapi.LogGroup{}}
	if in.LogGroupClass != "" && in.LogGroupClass != logsapi.LogGroupClassStandard { // only this class exists
		return out, nil
	}
	list := append(pagetoken.List{logsapi.DescribeLogGroups.Name, call.From.Region, in.LogGroupNamePrefix, in.LogGroupNamePattern}, in.LogGroupIdentifiers...)
	after, err := openLogPage(s.Pages, list, in.NextToken)
	if err != nil {
		return nil, err
	}
	for {
		pools, err := s.Pools.ListPools(ctx, call.From.Region, after, describeLimit)
		if err != nil || len(pools) == 0 {
			return out, err
		}
		for _, pool := range pools {
			name := resultlog.Group(pool)
			if !strings.HasPrefix(name, in.LogGroupNamePrefix) || !strings.Contains(name, in.LogGroupNamePattern) {
				continue
			}
			g, err := s.groupOf(ctx, pool)
			if err != nil {
				return nil, err
			}
			if len(g.jobs) == 0 || !identified(call, name, in.LogGroupIdentifiers) {
				continue
			}
			if len(out.LogGroups) == limit {
				out.NextToken = s.Pages.Seal(list, after)
				return out, nil
			}
			after = pool.ID
			out.LogGroups = append(out.LogGroups, describeGroup(call, g))
		}
		after = pools[len(pools)-1].ID
	}
}

// identified reports whether a log group is one of the requested ones.
func identified(call *dispatch.Call, name string, identifiers []string) bool {
	return len(identifiers) == 0 || slices.Contains(identifiers, name) || slices.Contains(identifiers, groupARN(call, name))
}

func describeGroup(call *dispatch.Call, g logGroup) logsapi.LogGroup {
	name := g.name()
	described := logsapi.LogGroup{
		LogGroupName: name, CreationTime: epochMillis(g.jobs[0].Requested), MetricFilterCount: new(int32),
		Arn: groupARN(call, name) + ":*", LogGroupArn: groupARN(call, name), LogGroupClass: logsapi.LogGroupClassStandard,
	}
	if days := int32(g.RetentionDays); days > 0 {
		described.RetentionInDays = &days
	}
	return described
}
