package servicetest

import (
	"context"
	"io"
	"sync"

	"poolhouse/internal/importjob"
	"poolhouse/internal/upload"
)

// Files opens files for the operations. A test can act when a file is opened.
type Files struct {
	*upload.Issuer
	*upload.Disk

	mu    sync.Mutex
	once  func()
	every func()
}

// OnOpen sets what is done once, right before the next file is opened.
func (f *Files) OnOpen(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.once = do
}

// OnEveryOpen sets what is done right before each opening of a file from now on. nil does
// nothing.
func (f *Files) OnEveryOpen(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.every = do
}

// Open opens a file on disk.
func (f *Files) Open(ctx context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	f.mu.Lock()
	once, every := f.once, f.every
	f.once = nil
	f.mu.Unlock()
	for _, do := range []func(){once, every} {
		if do != nil {
			do()
		}
	}
	return f.Disk.Open(ctx, u, offset)
}
