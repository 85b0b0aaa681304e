package logsservice_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"poolhouse/internal/access"
	logsapi "poolhouse/internal/api/logs"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/service"
	logsservice "poolhouse/internal/service/logs"
	"poolhouse/internal/service/servicetest"
	"poolhouse/internal/sqlstore"
)

// longRun is a store whose jobs have that many imported rows. It counts the rows that are read.
type longRun struct {
	*sqlstore.Store
	read int64
}

const rowsOfRun = 350_000

func (r *longRun) run(first, last int64) []importjob.Segment {
	if first, last = max(first, 2), min(last, rowsOfRun+1); first > last {
		return nil
	}
	r.read += last - first + 1
	return []importjob.Segment{{At: time.Unix(1_800_000_000, 0), Outcomes: []importjob.Outcome{{Line: first, To: last, Verdict: importjob.RowSucceeded}}}}
}

func (r *longRun) Outcomes(_ context.Context, _ importjob.Key, after int64, limit int) ([]importjob.Segment, error) {
	return r.run(after+1, after+int64(limit)), nil
}

func (r *longRun) OutcomesBefore(_ context.Context, _ importjob.Key, before int64, limit int) ([]importjob.Segment, error) {
	last := min(before, rowsOfRun+2) - 1
	return r.run(last-int64(limit)+1, last), nil
}

// TestOneCallLooksAtSoMany: one call of either operation reads little more than 100,000 events,
// in either direction, even if none matches. Its token continues from there.
func TestOneCallLooksAtSoMany(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"PoolName": "people"})
	store := &longRun{Store: f.Store}
	j := &importjob.Job{PoolID: pool, ID: "import-0123456789", Name: "j", State: importjob.Succeeded, Created: time.Unix(1_800_000_000, 0), Requested: time.Unix(1_800_000_000, 0), Started: time.Unix(1_800_000_000, 0), TotalRows: rowsOfRun}
	if err := f.Store.CreateJob(t.Context(), j, 10); err != nil {
		t.Fatal(err)
	}
	in := dispatch.Service{Protocol: awsjson.New(servicetest.Operations()...), ErrorOf: service.ErrorOf}
	from := access.Request{Identity: access.Root("000000000000"), Region: "us-east-1"}
	d := dispatch.New(servicetest.Allowing(t, func() (access.Request, access.About) { return from, access.About{} }, slog.New(slog.DiscardHandler)), in)
	logsservice.New(logsservice.Config{Pools: f.Store, Jobs: store, Groups: f.Store, Pages: servicetest.PageKey(t)}).Register(d)
	kept, err := f.Store.Pool(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	group, stream := resultlog.Group(kept), resultlog.Stream(j)
	never := new(int64(1)) // before all events
	const most, piece = 100_000, 10_000
	pages := map[string]func(token string) (next string, events int, err error){
		"GetLogEvents, forward": func(token string) (string, int, error) {
			out, err := dispatch.Do(t.Context(), d, logsapi.GetLogEvents, from, &logsapi.GetLogEventsRequest{LogGroupName: group, LogStreamName: stream, StartFromHead: new(true), EndTime: never, NextToken: token})
			if err != nil {
				return "", 0, err
			}
			return out.NextForwardToken, len(out.Events), nil
		},
		"GetLogEvents, backward": func(token string) (string, int, error) {
			out, err := dispatch.Do(t.Context(), d, logsapi.GetLogEvents, from, &logsapi.GetLogEventsRequest{LogGroupName: group, LogStreamName: stream, EndTime: never, NextToken: token})
			if err != nil {
				return "", 0, err
			}
			return out.NextBackwardToken, len(out.Events), nil
		},
		"FilterLogEvents": func(token string) (string, int, error) {
			out, err := dispatch.Do(t.Context(), d, logsapi.FilterLogEvents, from, &logsapi.FilterLogEventsRequest{LogGroupName: group, EndTime: never, NextToken: token})
			if err != nil {
				return "", 0, err
			}
			return out.NextToken, len(out.Events), nil
		},
	}
	for name, page := range pages {
		token, calls, all := "", 0, int64(0)
		for {
			store.read = 0
			next, events, err := page(token)
			if err != nil || events != 0 {
				t.Fatalf("%s: %d events, %v", name, events, err)
			}
			if store.read > most+piece {
				t.Errorf("%s: one call reads %d events", name, store.read)
			}
			calls++
			all += store.read
			if next == token || next == "" || calls > 10 {
				break
			}
			token = next
		}
		if calls < rowsOfRun/most || calls > 10 || all < rowsOfRun {
			t.Errorf("%s: %d calls read %d events of %d", name, calls, all, rowsOfRun)
		}
	}
}
