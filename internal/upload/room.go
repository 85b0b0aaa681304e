package upload

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
)

// Room is how much uploaded files may take.
type Room struct {
	// Bytes is for all files together whose import jobs were not started, also those that
	// are being received; 0 is no limit. A file whose job was started is not counted: it
	// goes when the job ends.
	Bytes int64
	// Waiting returns how many bytes those have that were received. It is needed where
	// Bytes is set.
	Waiting func(ctx context.Context) (int64, error)
	// Free is how many bytes of the file system stay free for others, such as the
	// database; at most a twentieth of the file system does.
	Free int64
}

// ErrNoRoom says that an upload must wait until there is room for it.
var ErrNoRoom = errors.New("upload: there is no room for the file")

// room is what a disk has reserved for files that are being received.
type room struct {
	Room
	space    func() (free, size int64, err error) // of the file system, in bytes
	mu       sync.Mutex
	reserved int64
}

// spaceOf returns what tells the free bytes, and all bytes, of a directory's file system.
func spaceOf(dir string) func() (free, size int64, err error) {
	return func() (free, size int64, err error) {
		var s syscall.Statfs_t
		if err := syscall.Statfs(dir, &s); err != nil {
			return 0, 0, fmt.Errorf("the free space of %s is not known: %w", dir, err)
		}
		block := int64(s.Bsize)
		return int64(s.Bavail) * block, int64(s.Blocks) * block, nil
	}
}

// Limit says how much files may take. It is for the time before the first upload.
func (d *Disk) Limit(r Room) { d.room.Room = r }

// reserve takes room for a file that is about to be received, or returns
// [ErrNoRoom]. size is what its request says, negative if it says nothing. give
// gives the room back once the file is there, and counts by itself.
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

// fits returns why so many bytes more do not fit.
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
		return fmt.Errorf("%w: the file system of the uploads has %d bytes free, of which %d are kept for others", ErrNoRoom, free, floor)
	}
	return nil
}
