package exchange

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/google/uuid"

	"poolhouse/internal/apicore"
	"poolhouse/internal/guard"
)

// CallHandler runs a handler and turns its panic into an error, which [Exchange.Unexpected] logs
// in full. [http.ErrAbortHandler] is passed on, because a handler uses it to make net/http
// abort the answer.
func CallHandler[Out any](handler func() (Out, error)) (Out, error) {
	out, err := guard.Call(handler)
	if p, ok := errors.AsType[*guard.Panic](err); ok && p.Value == http.ErrAbortHandler {
		panic(http.ErrAbortHandler)
	}
	return out, err
}

// The headers with a request's ID, in the protocols of AWS and in that of S3.
var idHeaders = [...]string{"x-amzn-RequestId", "x-amz-request-id"}

// Recover returns a handler to put before all others. It logs a panic with the request's ID and
// the stack. If no part of the answer was written yet, answer writes one: status 500, in the
// request's protocol. If the answer was begun, the client sees that it is incomplete.
func Recover(next http.Handler, log *slog.Logger, answer http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := &begunWriter{ResponseWriter: w}
		_, err := CallHandler(func() (struct{}, error) { next.ServeHTTP(begun, r); return struct{}{}, nil })
		p, ok := errors.AsType[*guard.Panic](err)
		if !ok {
			return
		}
		log.ErrorContext(r.Context(), "internal error", "requestId", keepID(w.Header(), begun.begun), "method", r.Method, "path", apicore.Clip(r.URL.Path, maxPath),
			"panic", p.What(), "stack", p.Stack)
		switch {
		case !begun.begun:
			answer(w, r)
		case w.Header().Get("Content-Length") == "": // otherwise net/http checks whether all of it was written
			panic(http.ErrAbortHandler)
		}
	})
}

// maxPath bounds a path in the log, in bytes.
const maxPath = 256

// keepID returns the ID in the headers of an answer. If the answer was not begun, it removes
// all other headers and adds an ID if there is none.
func keepID(header http.Header, begun bool) (id string) {
	name := idHeaders[0]
	for _, n := range idHeaders {
		if has := header.Get(n); has != "" {
			name, id = n, has
		}
	}
	if !begun {
		clear(header)
		if id == "" {
			id = uuid.NewString()
		}
		header.Set(name, id)
	}
	return id
}

// begunWriter records whether an answer was begun.
type begunWriter struct {
	http.ResponseWriter
	begun bool
}

func (w *begunWriter) WriteHeader(status int) {
	w.begun = w.begun || status >= http.StatusOK // an informational response is not the answer
	w.ResponseWriter.WriteHeader(status)
}

func (w *begunWriter) Write(p []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(p)
}

// Unwrap is used by [http.ResponseController].
func (w *begunWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
