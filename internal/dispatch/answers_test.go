package dispatch_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/access"
	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/bounds"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/exchange"
)

// slowWriter is a client that takes a minute to receive the body of an answer.
type slowWriter struct {
	*httptest.ResponseRecorder
	taking func(n int)
}

func (w slowWriter) Write(p []byte) (int, error) {
	w.taking(+len(p))
	time.Sleep(time.Minute) // in a bubble
	w.taking(-len(p))
	return w.ResponseRecorder.Write(p)
}

// TestManySlowReaders: a thousand readers of answers of 60 KB hold no more than the budget.
// The others are told to retry.
func TestManySlowReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const budget = 2 << 20
		in := dispatch.Service{Protocol: awsjson.New(cognitoapi.Operations()...), ErrorOf: func(error) *apicore.Error { return nil }}
		d := dispatch.New(dispatch.Options{
			Authenticate: func(*http.Request, []byte, string) (access.Request, error) {
				return access.Request{Identity: access.Root(account), Region: region}, nil
			},
			Authorize: func(context.Context, access.Request, apicore.OperationInfo, any) (access.About, error) {
				return access.About{}, nil
			},
			Budgets: dispatch.Budgets{Answers: exchange.Answers{Small: bounds.NewBudget(budget)}},
		}, in)
		dispatch.Handle(d, cognitoapi.ListUserImportJobs, func(context.Context, *cognitoapi.ListUserImportJobsRequest) (*cognitoapi.ListUserImportJobsResponse, error) {
			return &cognitoapi.ListUserImportJobsResponse{PaginationToken: strings.Repeat("x", 60_000)}, nil
		})
		h := d.Handler(in)
		var mu sync.Mutex
		held, most, codes := 0, 0, map[int]int{}
		var all sync.WaitGroup
		for range 1000 {
			all.Go(func() {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(`{"UserPoolId":"`+pool+`","MaxResults":1}`))
				r.Header.Set("Content-Type", awsjson.ContentType)
				r.Header.Set("X-Amz-Target", listTarget)
				w := slowWriter{httptest.NewRecorder(), func(n int) {
					mu.Lock()
					defer mu.Unlock()
					if n > 1000 || n < -1000 { // refused answers hold nothing
						held += n
						most = max(most, held)
					}
				}}
				h.ServeHTTP(w, r)
				mu.Lock()
				defer mu.Unlock()
				codes[w.Code]++
			})
		}
		all.Wait()
		if most > budget || most < budget/2 || codes[http.StatusOK] < budget/61_000 || codes[http.StatusServiceUnavailable] != 1000-codes[http.StatusOK] {
			t.Errorf("%d bytes were held at a time, the answers are %v", most, codes)
		}
	})
}
