package poolhouseservice

import (
	"context"
	"maps"
	"slices"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/userpool"
)

// describeUserPoolStatistics is one of our own operations. It counts a pool's users by status
// and by the day of their creation.
func (s *Service) describeUserPoolStatistics(ctx context.Context, in *poolhouseapi.DescribeUserPoolStatisticsRequest) (*poolhouseapi.DescribeUserPoolStatisticsResponse, error) {
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	counts, err := s.Users.CountUsers(ctx, pool)
	if err != nil {
		return nil, err
	}
	return &poolhouseapi.DescribeUserPoolStatisticsResponse{UserPoolStatistics: statisticsOf(pool.ID, counts)}, nil
}

// statisticsOf adds up counts, which are ordered by day.
func statisticsOf(poolID string, counts []userpool.UserCount) *poolhouseapi.UserPoolStatisticsType {
	var users, disabled int64
	byStatus := map[userpool.UserStatus]int64{}
	out := &poolhouseapi.UserPoolStatisticsType{
		UserPoolId: poolID, Users: &users, DisabledUsers: &disabled,
		Statuses: []poolhouseapi.UserStatusStatisticsType{}, Days: []poolhouseapi.UserDayStatisticsType{},
	}
	for _, c := range counts {
		users += c.Users
		if !c.Enabled {
			disabled += c.Users
		}
		byStatus[c.Status] += c.Users
		day := c.Day.Format(time.DateOnly)
		if n := len(out.Days); n > 0 && out.Days[n-1].Day == day {
			*out.Days[n-1].Users += c.Users
			continue
		}
		out.Days = append(out.Days, poolhouseapi.UserDayStatisticsType{Day: day, Users: new(c.Users)})
	}
	for _, status := range slices.Sorted(maps.Keys(byStatus)) {
		out.Statuses = append(out.Statuses, poolhouseapi.UserStatusStatisticsType{UserStatus: string(status), Users: new(byStatus[status])})
	}
	return out
}
