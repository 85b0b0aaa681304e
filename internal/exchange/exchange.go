package exchange

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"poolhouse/internal/guard"
)

// Exchange is a call that is being answered: a request, or a call from inside the process,
// which has neither a body nor headers.
type Exchange struct {
	ID      string // the ID of the call, also in a header of the answer
	Begun   time.Time
	writer  http.ResponseWriter
	request *http.Request
	log     *slog.Logger
	detail  string   // of the error, "" for none
	hint    string   // for the operator, "" for none
	held    []func() // return what the exchange holds
	claimed *claim   // nil unless the signature was refused
}

// Begin gives a request an ID.
func Begin(w http.ResponseWriter, r *http.Request, log *slog.Logger) *Exchange {
	x := BeginInternal(log)
	x.writer, x.request = w, r
	w.Header().Set("x-amzn-RequestId", x.ID)
	return x
}

// BeginInternal gives a call from inside the process an ID.
func BeginInternal(log *slog.Logger) *Exchange {
	return &Exchange{ID: uuid.NewString(), Begun: time.Now(), log: log}
}

// Hold makes [Exchange.Release] call release.
func (x *Exchange) Hold(release func()) { x.held = append(x.held, release) }

// HoldAnswer waits until there is room for the answer, which is held until
// [Exchange.Release]. known says whether the caller is known.
func (x *Exchange) HoldAnswer(ctx context.Context, a *Answers, size int, known bool) error {
	release, err := a.Hold(ctx, x.writer, size, known)
	x.Hold(release)
	return err
}

// Release returns what the exchange holds of budgets.
func (x *Exchange) Release() {
	for _, release := range x.held {
		release()
	}
	x.held = nil
}

// retryAfter is when a client may retry after status 503, in seconds.
const retryAfter = "1"

// Write sends a complete answer. net/http adds the date.
func (x *Exchange) Write(contentType string, status int, body []byte) {
	header := x.writer.Header()
	if status == http.StatusServiceUnavailable {
		header.Set("Retry-After", retryAfter)
	}
	if len(body) > FreeAnswer {
		takeInTime(x.writer, len(body))
	}
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	x.writer.WriteHeader(status)
	_, _ = x.writer.Write(body) // if the client has disconnected, there is nothing left to do
}

// Send sends a written answer at once. Otherwise a small answer waits for the end of the
// request.
func (x *Exchange) Send() {
	_ = http.NewResponseController(x.writer).Flush() // the client may have disconnected
}

// Unexpected logs an error that has no name in the API, once, with the ID that the client
// gets. If the client has disconnected, that is no error of the server.
func (x *Exchange) Unexpected(ctx context.Context, operation string, err error) {
	attrs := []any{"requestId", x.ID, "operation", operation, "error", err}
	if p, ok := errors.AsType[*guard.Panic](err); ok {
		attrs = []any{"requestId", x.ID, "operation", operation, "panic", p.What(), "stack", p.Stack}
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		x.log.InfoContext(ctx, "the client went away", attrs...)
	} else {
		x.log.ErrorContext(ctx, "internal error", attrs...)
	}
}
