package exchange

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"

	"poolhouse/internal/apicore"
)

// Read returns the whole body, which may have limit bytes, or an
// *[apicore.Refusal] that says why it could not be read: too large is status
// 413, too slow 408, broken off 400. When the body does not come to its end, the
// connection is of no more use, and net/http closes it.
func (x *Exchange) Read(limit int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(x.writer, x.request.Body, limit))
	if err == nil {
		return body, nil
	}
	x.writer.Header().Set("Connection", "close")
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &apicore.Refusal{Reason: apicore.TooLarge, Status: http.StatusRequestEntityTooLarge,
			Message: "The request's body is larger than " + strconv.FormatInt(limit, 10) + " bytes."}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, &apicore.Refusal{Reason: apicore.TooSlow, Status: http.StatusRequestTimeout, Message: "The request's body did not arrive in time."}
	}
	return nil, &apicore.Refusal{Reason: apicore.BrokenOff, Status: http.StatusBadRequest, Message: "The request's body could not be read to its end."}
}
