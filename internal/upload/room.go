package upload

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"poolhouse/internal/platform"
)

// Room is the limit for the space of uploaded files.
type Room struct {
	// Bytes limits the total size of files whose import jobs were not started, including those
	// being received; 0 means no limit. A file whose job was started does not count: it is removed
	// when the job ends.
	Bytes int64
	// Waiting returns the total size of the received files. It is required if Bytes is set.
	Waiting func(ctx context.Context) (int64, error)
	// Free is how many bytes of the file system stay free for other uses, such as the database. At
	// most a twentieth of the file system is kept free.
	Free int64
}

// ErrNoRoom means that an upload must wait until there is room for it.
var ErrNoRoom = errors.New("upload: there is no room for the file")

// room is the space that a disk has reserved for files that are being received.
type room struct {
	Room
	space    func() (free, size int64, err error) // of the file system, in bytes
	mu       sync.Mutex
	reserved int64
}

// spaceOf returns a function that returns the free and the total bytes of a directory's file
// system.
func spaceOf(dir string) func() (free, size int64, err error) {
	return func() (free, size int64, err error) { return platform.DiskSpace(dir) }
}

// Limit sets the limit. It must be called before the first upload.
func (d *Disk) Limit(r Room) { d.room.Room = r }

// reserve reserves room for a file that is about to be received, or returns [ErrNoRoom]. size is
// the size in the request, negative if unknown. give returns the room when the file is stored and
// counts itself.
func (d *Disk) reserve(ctx context.Context, size int64) (give func(), err error) {
	if size < 0 {
		size = d.maxBytes
	}
	r := &d.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.fits(ctx, r.reserved+size); err != nil {
		return nil, err
	}
	r.reserved += size
	return sync.OnceFunc(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.reserved -= size
	}), nil
}

// fits returns an error if that many more bytes do not fit.
func (r *room) fits(ctx context.Context, more int64) error {
	if r.Bytes > 0 {
		waiting, err := r.Waiting(ctx)
		if err != nil {
			return err
		}
		if waiting+more > r.Bytes {
			return fmt.Errorf("%w: files of import jobs that were not started take %d bytes, and may take %d; start the jobs, or delete their user pools", ErrNoRoom, waiting, r.Bytes)
		}
	}
	if r.Free <= 0 {
		return nil
	}
	free, size, err := r.space()
	if err != nil {
		return err
	}
	if floor := min(r.Free, size/20); free-more < floor {
		return fmt.Errorf("%w: the file system of the uploads has %d bytes free, and must keep %d free for other uses", ErrNoRoom, free, floor)
	}
	return nil
}
