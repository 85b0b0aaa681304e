package dispatch

import (
	"context"
	"net/http"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/exchange"
)

// Handler returns the handler of requests in the protocol of a service. It answers each request
// and writes one log line.
func (d *Dispatcher) Handler(s Service) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		x := exchange.Begin(rw, r, d.options.Log)
		defer x.Release()
		m := s.Protocol.Open(rw, r)
		if m == nil {
			return
		}
		w := d.newWay(r.Context(), x, s, access.From(r, d.options.Proxies))
		body, fail := guarded(r.Context(), w, func() ([]byte, error) { return w.answer(r, m) })
		if fail != nil {
			w.Detail(fail.Detail)
			body = m.Fail(rw.Header(), fail, x.ID)
		}
		w.Write(s.Protocol.ContentType(), statusOf(fail), body)
		if !w.Operation.Signed {
			w.Send() // recording the call must not delay the answer measurably
		}
		w.end(r.Context(), fail)
	})
}

func (d *Dispatcher) newWay(ctx context.Context, x *exchange.Exchange, s Service, from access.Request) *way {
	w := &way{Exchange: x, d: d, service: s}
	w.Call.ID, w.Call.Begun, w.From, w.About.Resource = x.ID, x.Begun, from, access.Everything
	w.Deadline, _ = ctx.Deadline()
	return w
}

// guarded returns the result of do and the API error for its error. A panic at any place is
// an internal error.
func guarded[Out any](ctx context.Context, w *way, do func() (Out, error)) (out Out, fail *apicore.Error) {
	_, err := exchange.CallHandler(func() (struct{}, error) {
		var err error
		if out, err = do(); err != nil {
			fail = w.errorOf(ctx, err)
		}
		return struct{}{}, nil
	})
	if err != nil {
		return out, w.unexpected(ctx, err)
	}
	return out, fail
}

// statusOf returns the HTTP status of the answer. fail is nil on success.
func statusOf(fail *apicore.Error) int {
	if fail == nil {
		return http.StatusOK
	}
	return fail.Status
}

// end writes the log line of the call and calls the hook.
func (w *way) end(ctx context.Context, fail *apicore.Error) {
	e := End{Status: statusOf(fail)}
	if fail != nil {
		e.Error = fail.Name
	}
	e.Took = w.Exchange.End(ctx, exchange.End{Service: w.Service(), Operation: w.Operation.Name, Error: e.Error, Status: e.Status})
	if w.d.options.Ended != nil {
		w.d.options.Ended(ctx, &w.Call, e)
	}
}
