package awsquery

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"

	"poolhouse/internal/awsjson"
)

// read returns the whole body. When it does not come to its end, the
// connection is of no more use, and net/http closes it.
func (c *call) read() ([]byte, *awsjson.Error) {
	limit := c.router.options.MaxBody
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.req.Body, limit))
	if err == nil {
		return body, nil
	}
	c.w.Header().Set("Connection", "close")
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &awsjson.Error{Name: "RequestEntityTooLarge", Status: http.StatusRequestEntityTooLarge,
			Message: "The request's body is larger than " + strconv.FormatInt(limit, 10) + " bytes."}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, &awsjson.Error{Name: "RequestTimeout", Status: http.StatusRequestTimeout,
			Message: "The request's body did not arrive in time."}
	}
	return nil, malformed("The request's body could not be read to its end.")
}

// writeBody sends an answer whose body is whole. net/http adds the date.
func writeBody(w http.ResponseWriter, status int, body []byte) {
	header := w.Header()
	header.Set("Content-Type", "text/xml")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone; nobody is left to tell
}
