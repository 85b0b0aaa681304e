package logsservice

import (
	"context"

	logsapi "poolhouse/internal/api/logs"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/userpool"
)

// Config is what a Service needs. Every field must be set.
type Config struct {
	Pools  Pools
	Jobs   importjob.Jobs
	Groups resultlog.Groups
	Pages  *pagetoken.Key // for the tokens of lists
}

// Pools is the part of [userpool.Store] that finds and lists user pools.
type Pools interface {
	Pool(ctx context.Context, id string) (*userpool.UserPool, error)
	ListPools(ctx context.Context, region, after string, limit int) ([]*userpool.UserPool, error)
}

// Service has the served operations of CloudWatch Logs' API.
type Service struct {
	Config
}

// New returns the operations with what cfg names.
func New(cfg Config) *Service { return &Service{Config: cfg} }

// Register registers the served part of Amazon CloudWatch Logs: the results of import jobs.
func (s *Service) Register(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, logsapi.DescribeLogGroups, s.describeLogGroups)
	dispatch.HandleCall(d, logsapi.DescribeLogStreams, s.describeLogStreams)
	dispatch.HandleCall(d, logsapi.GetLogEvents, s.getLogEvents)
	dispatch.HandleCall(d, logsapi.FilterLogEvents, s.filterLogEvents)
	dispatch.HandleCall(d, logsapi.PutRetentionPolicy, s.putRetentionPolicy)
	dispatch.HandleCall(d, logsapi.DeleteRetentionPolicy, s.deleteRetentionPolicy)
	dispatch.HandleCall(d, logsapi.DeleteLogGroup, s.deleteLogGroup)
	dispatch.HandleCall(d, logsapi.DeleteLogStream, s.deleteLogStream)
}
