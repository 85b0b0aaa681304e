package servicetest

import (
	"context"
	"io"
	"sync"

	"poolhouse/internal/importjob"
	"poolhouse/internal/upload"
)

// Files is where the operations find files. A test can do something when one is opened.
type Files struct {
	*upload.Issuer
	*upload.Disk

	mu    sync.Mutex
	once  func()
	every func()
}

// OnOpen has something done once, right before a file is opened.
func (f *Files) OnOpen(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.once = do
}

// OnEveryOpen has something done right before each time that a file is opened, from now
// on. nil is nothing.
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
