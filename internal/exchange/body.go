package exchange

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
)

// BodyError says why a request's body could not be read.
type BodyError struct {
	Status  int // of HTTP: too large is 413, too slow 408, broken off 400
	Message string
}

// Error returns the message, which may be told to the client.
func (e *BodyError) Error() string { return e.Message }

// Read returns the whole body, which may have limit bytes. When it does not
// come to its end, the connection is of no more use, and net/http closes it.
func (x *Exchange) Read(limit int64) ([]byte, *BodyError) {
	body, err := io.ReadAll(http.MaxBytesReader(x.Writer, x.Request.Body, limit))
	if err == nil {
		return body, nil
	}
	x.Writer.Header().Set("Connection", "close")
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &BodyError{http.StatusRequestEntityTooLarge, "The request's body is larger than " + strconv.FormatInt(limit, 10) + " bytes."}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, &BodyError{http.StatusRequestTimeout, "The request's body did not arrive in time."}
	}
	return nil, &BodyError{http.StatusBadRequest, "The request's body could not be read to its end."}
}
