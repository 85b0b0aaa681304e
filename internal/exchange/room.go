package exchange

import (
	"context"
	"net/http"
	"time"

	"poolhouse/internal/bounds"
)

// roomTime is how long a request waits for room.
const roomTime = 10 * time.Second

// Reserve takes bytes from a budget, and waits for them if necessary. Its error is that of
// [Busy].
func Reserve(ctx context.Context, b *bounds.Budget, n int64) (release func(), err error) {
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

// The size of an answer that is not counted, and of a small one, in bytes. The sum of such
// answers per connection is small. A larger answer must be received within answerTime plus a
// second for each answerRate bytes.
const (
	FreeAnswer  = 4 << 10
	SmallAnswer = 64 << 10
	answerTime  = 10 * time.Second
	answerRate  = 16 << 10
)

// Answers bounds the sum of the answers that are being sent, in bytes. A nil budget is
// unlimited. Small answers have budgets of their own, so that they do not wait for large
// ones.
type Answers struct {
	Large     *bounds.Budget // for answers of more than 64 KiB
	Small     *bounds.Budget // for answers of more than 4 KiB
	Strangers *bounds.Budget // for answers of more than 4 KiB to unknown callers
}

// Hold waits until there is room for an answer, and sets the deadline for the client to
// receive it. release returns the room after the answer was sent. known says whether the
// caller is known. Its error is that of [Busy].
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
	release, err = Reserve(ctx, budget, int64(size))
	takeInTime(w, size)
	return release, err
}

// takeInTime sets the deadline for receiving an answer.
func takeInTime(w http.ResponseWriter, size int) {
	by := time.Now().Add(answerTime + time.Duration(size)*time.Second/answerRate)
	_ = http.NewResponseController(w).SetWriteDeadline(by) // without a connection there is no waiting
}
