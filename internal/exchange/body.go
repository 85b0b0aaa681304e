package exchange

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"poolhouse/internal/apicore"
	"poolhouse/internal/bounds"
)

// The time limits of a body: bodyTime plus a second for each bodyRate bytes that have
// arrived, and never more than maxBodyTime.
const (
	bodyTime    = 10 * time.Second
	bodyRate    = 4 << 10
	maxBodyTime = 30 * time.Second
)

// freeBody is how many bytes of a body are not taken from a budget.
const freeBody = 16 << 10

// Read returns the whole body, which may have limit bytes. An *[apicore.Refusal] says why it
// could not be read: status 413 is too large, 408 too slow, 400 broken off. If the body was
// not read to its end, the connection cannot be used any more, and net/http closes it. The
// bytes of a body beyond 16 KiB are taken from the budget as they arrive, until
// [Exchange.Release]. If the budget is used up, the refusal has status 503.
func (x *Exchange) Read(limit int64, budget *bounds.Budget) ([]byte, error) {
	body, err := x.readAll(limit, budget)
	if err == nil {
		return body, nil
	}
	x.writer.Header().Set("Connection", "close")
	if refusal, ok := errors.AsType[*apicore.Refusal](err); ok {
		return nil, refusal
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &apicore.Refusal{Reason: apicore.TooLarge, Status: http.StatusRequestEntityTooLarge,
			Message: "The request's body is larger than " + strconv.FormatInt(limit, 10) + " bytes."}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, &apicore.Refusal{Reason: apicore.TooSlow, Status: http.StatusRequestTimeout, Message: "The request's body did not arrive in time."}
	}
	return nil, &apicore.Refusal{Reason: apicore.BrokenOff, Status: http.StatusBadRequest, Message: "The request's body could not be read to its end."}
}

// Busy returns the refusal of a call for which the server has no room now.
func Busy() *apicore.Refusal {
	return &apicore.Refusal{Reason: apicore.Busy, Status: http.StatusServiceUnavailable, Message: "The server has no room for the request now. Please try again."}
}

func (x *Exchange) readAll(limit int64, budget *bounds.Budget) (body []byte, err error) {
	if x.request.Body == nil || x.request.Body == http.NoBody {
		return nil, nil
	}
	src := http.MaxBytesReader(x.writer, x.request.Body, limit)
	most := limit // bytes that can still arrive
	if known := x.request.ContentLength; known >= 0 {
		most = min(most, known)
	}
	begun := time.Now()
	for {
		if len(body) == cap(body) {
			if body, err = x.grow(body, most, budget); err != nil {
				return nil, err
			}
		}
		x.readBy(begun.Add(min(bodyTime+time.Duration(len(body))*time.Second/bodyRate, maxBodyTime)))
		n, err := src.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// grow returns the body with room for more. It needs room for one byte more than can arrive,
// to see the end of the body.
func (x *Exchange) grow(body []byte, most int64, budget *bounds.Budget) ([]byte, error) {
	size := min(max(512, 2*int64(cap(body))), most+1)
	if cap(body) == 0 && x.request.ContentLength >= 0 {
		size = min(most+1, freeBody)
	}
	size = max(size, int64(cap(body))+1) // the body may be longer than its Content-Length
	if size > freeBody {
		release, ok := budget.Take(size - max(int64(cap(body)), freeBody))
		if !ok {
			return nil, Busy()
		}
		x.held = append(x.held, release)
	}
	return append(make([]byte, 0, size), body...), nil
}

// readBy sets the deadline for the next piece of the body.
func (x *Exchange) readBy(at time.Time) {
	_ = http.NewResponseController(x.writer).SetReadDeadline(at) // without a connection there is no waiting
}
