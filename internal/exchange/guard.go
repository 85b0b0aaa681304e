package exchange

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/google/uuid"

	"poolhouse/internal/apicore"
	"poolhouse/internal/guard"
)

// Guarded runs a handler. Its panic becomes an error, and
// [Exchange.Unexpected] tells all that is known of it. With [http.ErrAbortHandler] a
// handler asks net/http to break the answer off, and so it does.
func Guarded[Out any](handler func() (Out, error)) (Out, error) {
	out, err := guard.Call(handler)
	if p, ok := errors.AsType[*guard.Panic](err); ok && p.Value == http.ErrAbortHandler {
		panic(http.ErrAbortHandler)
	}
	return out, err
}

// The headers of an answer that have a request's id, in the protocols of AWS
// and in that of S3.
var idHeaders = [...]string{"x-amzn-RequestId", "x-amz-request-id"}

// Catch returns a handler that stands before all others. A panic that comes
// through to it leaves an error in the log, with the request's id and the
// stack. When nothing of an answer was written yet, answer writes it: status
// 500, in the form of the request's protocol. Of an answer that was begun, the
// client sees that it is not whole.
func Catch(next http.Handler, log *slog.Logger, answer http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := &begunWriter{ResponseWriter: w}
		_, err := Guarded(func() (struct{}, error) { next.ServeHTTP(begun, r); return struct{}{}, nil })
		p, ok := errors.AsType[*guard.Panic](err)
		if !ok {
			return
		}
		log.ErrorContext(r.Context(), "internal error", "requestId", keepID(w.Header(), begun.begun), "method", r.Method, "path", apicore.Clip(r.URL.Path, maxPath),
			"panic", p.What(), "stack", p.Stack)
		switch {
		case !begun.begun:
			answer(w, r)
		case w.Header().Get("Content-Length") == "": // else net/http sees whether all of it came
			panic(http.ErrAbortHandler)
		}
	})
}

// maxPath bounds how much of a path the log gets, in bytes.
const maxPath = 256

// keepID returns the id that an answer has. Of an answer that was not begun it
// takes all other headers away, and it gives it an id if it has none.
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

// begunWriter knows whether an answer was begun.
type begunWriter struct {
	http.ResponseWriter
	begun bool
}

func (w *begunWriter) WriteHeader(status int) {
	w.begun = w.begun || status >= http.StatusOK // what comes before is not the answer
	w.ResponseWriter.WriteHeader(status)
}

func (w *begunWriter) Write(p []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(p)
}

// Unwrap is for [http.ResponseController].
func (w *begunWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
