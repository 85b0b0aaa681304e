package upload

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"syscall"
)

// Room is how much uploaded files may take.
type Room struct {
	// Bytes is for all files together, also those that are being received; 0 is no
	// limit.
	Bytes int64
	// Free is how many bytes of the file system stay free for others, such as the
	// database; at most a twentieth of the file system does.
	Free int64
}

// ErrNoRoom says that an upload must wait until there is room for it.
var ErrNoRoom = errors.New("upload: there is no room for the file")

// room is what a disk has reserved for files that are being received.
type room struct {
	Room
	dir      string
	mu       sync.Mutex
	reserved int64
}

// Limit says how much files may take. It is for the time before the first upload.
func (d *Disk) Limit(r Room) { d.room.Room = r }

// reserve takes room for a file that is about to be received, or returns
// [ErrNoRoom]. size is what its request says, negative if it says nothing. give
// gives the room back once the file is there, and counts by itself.
func (d *Disk) reserve(size int64) (give func(), err error) {
	if size < 0 {
		size = d.maxBytes
	}
	r := &d.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := d.fits(r.reserved + size); err != nil {
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
func (d *Disk) fits(more int64) error {
	if d.room.Bytes > 0 {
		there, err := d.taken()
		if err != nil {
			return err
		}
		if there+more > d.room.Bytes {
			return fmt.Errorf("%w: uploads take %d bytes, and may take %d; start or delete import jobs", ErrNoRoom, there, d.room.Bytes)
		}
	}
	if d.room.Free <= 0 {
		return nil
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(d.room.dir, &s); err != nil {
		return fmt.Errorf("the free space of %s is not known: %w", d.room.dir, err)
	}
	block := int64(s.Bsize)
	free, floor := int64(s.Bavail)*block, min(d.room.Free, int64(s.Blocks)*block/20)
	if free-more < floor {
		return fmt.Errorf("%w: %s has %d bytes free, of which %d are kept for others", ErrNoRoom, d.room.dir, free, floor)
	}
	return nil
}

// taken returns how many bytes finished files have.
func (d *Disk) taken() (total int64, err error) {
	err = fs.WalkDir(d.root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // removed meanwhile
			return nil
		}
		switch {
		case err != nil:
			return err
		case path == incoming:
			return fs.SkipDir
		}
		if entry.IsDir() {
			return nil
		}
		info, err := entry.Info()
		if err == nil {
			total += info.Size()
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	return total, err
}
