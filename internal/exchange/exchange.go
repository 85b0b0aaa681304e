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

// Exchange is a call that is being answered: a request, or one from inside of
// the process, which has neither a body nor headers.
type Exchange struct {
	ID      string // of the call, and in the header of an answer
	Begun   time.Time
	writer  http.ResponseWriter
	request *http.Request
	log     *slog.Logger
	detail  string   // of the error, "" for none
	hint    string   // for who runs the server, "" for none
	held    []func() // give back what the exchange holds
	claimed *claim   // nil where no signature was refused
}

// Begin gives a request an id.
func Begin(w http.ResponseWriter, r *http.Request, log *slog.Logger) *Exchange {
	x := Inside(log)
	x.writer, x.request = w, r
	w.Header().Set("x-amzn-RequestId", x.ID)
	return x
}

// Inside gives a call from inside of the process an id.
func Inside(log *slog.Logger) *Exchange {
	return &Exchange{ID: uuid.NewString(), Begun: time.Now(), log: log}
}

// Hold has [Exchange.Release] give something back.
func (x *Exchange) Hold(release func()) { x.held = append(x.held, release) }

// HoldAnswer waits until the answer of the exchange may be held until [Exchange.Release]. known
// says whether it is known who asks.
func (x *Exchange) HoldAnswer(ctx context.Context, a *Answers, size int, known bool) error {
	release, err := a.Hold(ctx, x.writer, size, known)
	x.Hold(release)
	return err
}

// Release gives back what the exchange holds of budgets.
func (x *Exchange) Release() {
	for _, release := range x.held {
		release()
	}
	x.held = nil
}

// retryAfter is when a client that was told 503 may try again, in seconds.
const retryAfter = "1"

// Write sends an answer whose body is whole. net/http adds the date.
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
	_, _ = x.writer.Write(body) // the client may have gone; nobody is left to tell
}

// Send has an answer that was written leave the server now. Otherwise a small one waits for the end of
// the request.
func (x *Exchange) Send() {
	_ = http.NewResponseController(x.writer).Flush() // the client may have gone
}

// Unexpected logs an error that nobody has a word for, once, with the id that
// the client gets to see. A client that has gone is no fault of the server's.
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
