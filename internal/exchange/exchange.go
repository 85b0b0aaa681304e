package exchange

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"poolhouse/internal/guard"
)

// Exchange is a request that is being answered.
type Exchange struct {
	ID      string // of the request, in its context and in the header of its answer
	Writer  http.ResponseWriter
	Request *http.Request // a router replaces it by one whose context knows more
	log     *slog.Logger
	begun   time.Time
	detail  string // of the error, "" for none
}

// requestID is the key of the request's id in a context.
type requestID struct{}

// RequestID returns the id of the request that ctx belongs to, the one that
// its answer has in x-amzn-RequestId; "" outside of a request.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestID{}).(string)
	return id
}

// Begin gives a request an id.
func Begin(w http.ResponseWriter, r *http.Request, log *slog.Logger) *Exchange {
	id := uuid.NewString()
	w.Header().Set("x-amzn-RequestId", id)
	r = r.WithContext(context.WithValue(r.Context(), requestID{}, id))
	return &Exchange{ID: id, Writer: w, Request: r, log: log, begun: time.Now()}
}

// Write sends an answer whose body is whole. net/http adds the date.
func (x *Exchange) Write(contentType string, status int, body []byte) {
	header := x.Writer.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	x.Writer.WriteHeader(status)
	_, _ = x.Writer.Write(body) // the client may have gone; nobody is left to tell
}

// Unexpected logs an error that nobody has a word for, once, with the id that
// the client gets to see. A client that has gone is no fault of the server's.
func (x *Exchange) Unexpected(operation string, err error) {
	ctx := x.Request.Context()
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

// Address returns the IP address of the other end of a request's connection. Of
// headers that proxies add, nobody knows who wrote them.
func Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
