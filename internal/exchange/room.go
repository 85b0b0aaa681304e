package exchange

import (
	"context"
	"net/http"
	"time"

	"poolhouse/internal/bounds"
)

// roomTime is how long a request waits for room.
const roomTime = 10 * time.Second

// Room takes bytes of a budget. It waits for them if it must; the error is that of
// [Busy].
func Room(ctx context.Context, b *bounds.Budget, n int64) (release func(), err error) {
	if release, ok := b.Take(n); ok {
		return release, nil
	}
	ctx, cancel := context.WithTimeout(ctx, roomTime)
	defer cancel()
	if release, err = b.Wait(ctx, n); err != nil {
		return release, Busy()
	}
	return release, nil
}

// How large an answer may be that is not counted, and one that is not large, in bytes: what
// a connection has of them is little in sum. A larger one must be taken within answerTime
// and a second for each answerRate bytes.
const (
	FreeAnswer  = 4 << 10
	SmallAnswer = 64 << 10
	answerTime  = 10 * time.Second
	answerRate  = 16 << 10
)

// Answers bounds what the answers that are being sent hold in sum, in bytes. A nil budget
// has no end. Small answers have budgets of their own, so that they do not wait for large
// ones.
type Answers struct {
	Large     *bounds.Budget // of more than 64 KiB
	Small     *bounds.Budget // of more than 4 KiB
	Strangers *bounds.Budget // of more than 4 KiB, to those of whom it is not known who they are
}

// Hold waits until an answer may be held until it is sent, which release tells, and then
// has the client take it in time. known says whether it is known who asks. The error is that
// of [Busy].
func (a *Answers) Hold(ctx context.Context, w http.ResponseWriter, size int, known bool) (release func(), err error) {
	if size <= FreeAnswer {
		return func() {}, nil
	}
	budget := a.Large
	switch {
	case !known:
		budget = a.Strangers
	case size <= SmallAnswer:
		budget = a.Small
	}
	release, err = Room(ctx, budget, int64(size))
	takeInTime(w, size)
	return release, err
}

// takeInTime says by when an answer must be taken.
func takeInTime(w http.ResponseWriter, size int) {
	by := time.Now().Add(answerTime + time.Duration(size)*time.Second/answerRate)
	_ = http.NewResponseController(w).SetWriteDeadline(by) // where there is no connection, there is no waiting
}
