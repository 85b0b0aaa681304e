package logsservice

import (
	"context"
	"crypto/hmac"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	logsapi "poolhouse/internal/api/logs"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// eventsLimit is the most events of a page.
const eventsLimit = 10_000

// getLogEvents reads a stream. Its tokens are places, in the real service's form: one to read
// forward from, one to read backward from. At either end of the stream, the page is empty and
// returns the given token.
func (s *Service) getLogEvents(ctx context.Context, call *dispatch.Call, in *logsapi.GetLogEventsRequest) (*logsapi.GetLogEventsResponse, error) {
	g, j, err := s.streamNamed(ctx, call, in.LogGroupName, in.LogGroupIdentifier, in.LogStreamName)
	if err != nil {
		return nil, err
	}
	list := pagetoken.List{logsapi.GetLogEvents.Name, j.PoolID, j.ID}
	forward, place := service.ValueOr(in.StartFromHead, false), int64(0)
	if !forward {
		place = resultlog.End
	}
	if in.NextToken != "" {
		if forward, place, err = parsePlaceToken(s.Pages, list, in.NextToken); err != nil {
			return nil, err
		}
	}
	span := resultlog.Span{Limit: int(service.ValueOr(in.Limit, eventsLimit)), MaxExamined: lookAtMost, Want: g.within(in.StartTime, in.EndTime)}
	first, next := place, place
	var events []resultlog.Event
	if forward {
		events, next, _, err = resultlog.Forward(ctx, s.Jobs, j, place, span)
	} else if events, first, err = resultlog.Backward(ctx, s.Jobs, j, place, span); len(events) > 0 && next == resultlog.End {
		next = events[len(events)-1].Place + 1
	}
	if err != nil {
		return nil, err
	}
	out := &logsapi.GetLogEventsResponse{Events: []logsapi.OutputLogEvent{}, NextForwardToken: placeToken(s.Pages, list, "f", next), NextBackwardToken: placeToken(s.Pages, list, "b", first)}
	for _, e := range events {
		out.Events = append(out.Events, logsapi.OutputLogEvent{Timestamp: epochMillis(e.At), Message: e.Text, IngestionTime: epochMillis(e.At)})
	}
	return out, nil
}

// placeDigits is how many digits of a token are its place; the other 37 are a tag.
const placeDigits = 19

// placeToken returns the token of a place, in the real service's form: f or b, 56 digits and s.
// It is always the same for the same place, because clients compare tokens to detect the end.
func placeToken(pages *pagetoken.Key, list pagetoken.List, direction string, place int64) string {
	digits := fmt.Sprintf("%0*d", placeDigits, place)
	tag := new(big.Int).SetBytes(pages.Tag(list, direction+digits))
	return fmt.Sprintf("%s/%s%037d/s", direction, digits, tag)
}

// parsePlaceToken reads a token of placeToken for the same list.
func parsePlaceToken(pages *pagetoken.Key, list pagetoken.List, token string) (forward bool, place int64, err error) {
	direction, rest, _ := strings.Cut(token, "/")
	if len(rest) < placeDigits {
		return false, 0, badLogToken()
	}
	place, err = strconv.ParseInt(rest[:placeDigits], 10, 64)
	if err != nil || !hmac.Equal([]byte(placeToken(pages, list, direction, place)), []byte(token)) {
		return false, 0, badLogToken()
	}
	return direction == "f", place, nil
}

// within returns a condition on events: from "from" on, before "to", and not expired.
func (g logGroup) within(from, to *int64) func(resultlog.Event) bool {
	begin, end := service.ValueOr(from, math.MinInt64), service.ValueOr(to, math.MaxInt64)
	if since := g.Since(time.Now()); !since.IsZero() {
		begin = max(begin, since.UnixMilli())
	}
	return func(e resultlog.Event) bool { at := e.At.UnixMilli(); return at >= begin && at < end }
}

// lookAtMost bounds how many events one call of FilterLogEvents or GetLogEvents reads. A page
// can be empty and still have a token.
const lookAtMost = 100_000

// filterLogEvents searches the streams of a group one after the other. That is the order of
// their events, because a pool's jobs follow each other.
func (s *Service) filterLogEvents(ctx context.Context, call *dispatch.Call, in *logsapi.FilterLogEventsRequest) (*logsapi.FilterLogEventsResponse, error) {
	if len(in.LogStreamNames) > 0 && in.LogStreamNamePrefix != "" {
		return nil, userpool.Errorf(userpool.InvalidParameter, "Give logStreamNames or logStreamNamePrefix, not both.")
	}
	pattern, err := resultlog.ParsePattern(in.FilterPattern)
	if err != nil {
		return nil, userpool.Errorf(userpool.InvalidParameter, "%s", err)
	}
	g, err := s.groupNamed(ctx, call, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	list := append(pagetoken.List{logsapi.FilterLogEvents.Name, g.pool.ID, in.FilterPattern, in.LogStreamNamePrefix}, in.LogStreamNames...)
	after, err := openLogPage(s.Pages, list, in.NextToken)
	if err != nil {
		return nil, err
	}
	jobs, place, err := searched(g, in, after)
	if err != nil {
		return nil, err
	}
	inTime := g.within(in.StartTime, in.EndTime)
	span := resultlog.Span{Limit: int(service.ValueOr(in.Limit, eventsLimit)), MaxExamined: lookAtMost, Want: func(e resultlog.Event) bool {
		return inTime(e) && pattern.Match(e.Text)
	}}
	out := &logsapi.FilterLogEventsResponse{Events: []logsapi.FilteredLogEvent{}, SearchedLogStreams: []logsapi.SearchedLogStream{}}
	for _, j := range jobs {
		if span.MaxExamined <= 0 {
			out.NextToken = s.Pages.Seal(list, searchPlace(j, 0))
			return out, nil
		}
		events, next, done, err := resultlog.Forward(ctx, s.Jobs, j, place, span)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			out.Events = append(out.Events, filteredEvent(j, e))
		}
		if !done {
			out.NextToken = s.Pages.Seal(list, searchPlace(j, next))
			return out, nil
		}
		span.Limit -= len(events) // it stays positive, or the loop would have ended
		span.MaxExamined -= int(next - place)
		place = 0
	}
	return out, nil
}

// searchPlace returns the place where a search continues.
func searchPlace(j *importjob.Job, place int64) string { return fmt.Sprintf("%s/%d", j.ID, place) }

// searched returns the jobs whose streams to search, and the place to begin in the first one.
// after is the end of the previous page.
func searched(g logGroup, in *logsapi.FilterLogEventsRequest, after string) (jobs []*importjob.Job, place int64, err error) {
	for _, name := range in.LogStreamNames {
		if !slices.ContainsFunc(g.jobs, func(j *importjob.Job) bool { return resultlog.Stream(j) == name }) {
			return nil, 0, noLogStream()
		}
	}
	jobs = slices.DeleteFunc(g.jobs, func(j *importjob.Job) bool {
		name := resultlog.Stream(j)
		return !strings.HasPrefix(name, in.LogStreamNamePrefix) || len(in.LogStreamNames) > 0 && !slices.Contains(in.LogStreamNames, name)
	})
	if after == "" {
		return jobs, 0, nil
	}
	id, at, _ := strings.Cut(after, "/")
	i := slices.IndexFunc(jobs, func(j *importjob.Job) bool { return j.ID == id })
	if place, err = strconv.ParseInt(at, 10, 64); err != nil || i < 0 || place < 0 || place > resultlog.End {
		return nil, 0, badLogToken()
	}
	return jobs[i:], place, nil
}

func filteredEvent(j *importjob.Job, e resultlog.Event) logsapi.FilteredLogEvent {
	return logsapi.FilteredLogEvent{
		LogStreamName: resultlog.Stream(j), Timestamp: epochMillis(e.At), IngestionTime: epochMillis(e.At), Message: e.Text,
		EventId: fmt.Sprintf("%016d%040d", j.Requested.UnixMilli(), e.Place), // a pool's jobs start one after the other
	}
}
