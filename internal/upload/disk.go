package upload

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"

	"poolhouse/internal/importjob"
)

// Disk keeps uploaded files in a directory: POOL/JOB/NAME, and files that
// are still being received in a directory of their own.
type Disk struct {
	root     *os.Root
	maxBytes int64
	sync     func(*os.File) error // makes a file or a directory durable
	stuck    error                // what could not be removed when the directory was opened
	room     room                 // for files that come
}

// incoming is the directory of unfinished files. No pool has this name: a
// pool's id has an underscore.
const incoming = "incoming"

// ErrTooLarge says that an upload has more bytes than are allowed.
var ErrTooLarge = errors.New("upload: the file is too large")

// OpenDisk opens the directory, which is made if it is not there. Files of
// more than maxBytes bytes are refused. What a crash left unfinished is
// removed, as far as that can be ([Disk.Stuck]), so one process at a time may have the directory.
func OpenDisk(dir string, maxBytes int64) (*Disk, error) {
	if err := os.MkdirAll(filepath.Join(dir, incoming), 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d := &Disk{root: root, maxBytes: maxBytes, sync: (*os.File).Sync, room: room{space: spaceOf(dir)}}
	left, err := fs.ReadDir(root.FS(), incoming)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	for _, file := range left {
		d.stuck = errors.Join(d.stuck, root.Remove(filepath.Join(incoming, file.Name())))
	}
	return d, nil
}

// Stuck returns an error for each thing that a crash left unfinished and that
// could not be removed, all of them joined; nil when nothing is left. They take
// up space, and are in the way of nothing: each upload has a new name.
func (d *Disk) Stuck() error { return d.stuck }

// Close lets go of the directory.
func (d *Disk) Close() error { return d.root.Close() }

// Receive stores what src holds as a new file for the job. When it returns
// without error, the file is durable. It returns ErrTooLarge, src's own
// error, or an error of the file system; then no file is left behind.
func (d *Disk) Receive(key importjob.Key, src io.Reader) (importjob.Upload, error) {
	return d.store(key, d.maxBytes, func(w io.Writer) error {
		_, err := io.Copy(w, io.LimitReader(src, d.maxBytes+1))
		return err
	})
}

// store stores what write writes, as [Disk.Receive] does.
func (d *Disk) store(key importjob.Key, most int64, write func(io.Writer) error) (u importjob.Upload, err error) {
	name := uuid.NewString()
	temporary := filepath.Join(incoming, name)
	file, err := d.root.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return u, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(d.root.Remove(temporary)))
		}
	}()
	sum := md5.New() // S3's ETag, not a protection
	counted := newCounted(io.MultiWriter(file, sum), most)
	if err = write(counted); err == nil {
		err = d.sync(file)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return u, err
	}
	u = importjob.Upload{Name: filepath.ToSlash(filepath.Join(key.PoolID, key.JobID, name)), Size: counted.size, ETag: hex.EncodeToString(sum.Sum(nil)), SHA256: counted.digest()}
	return u, d.publish(temporary, u.Name)
}

// publish moves a finished file to its place and makes that durable. Where it
// cannot, the file is in neither place.
func (d *Disk) publish(temporary, name string) error {
	dir := filepath.Dir(name)
	err := d.rename(temporary, name)
	for tries := 1; errors.Is(err, fs.ErrNotExist) && tries < 3; tries++ { // Remove took the pool's directory away
		err = d.rename(temporary, name)
	}
	if err != nil {
		return err
	}
	if err := d.syncDirs(dir, filepath.Dir(dir), "."); err != nil {
		return errors.Join(err, ignoreMissing(d.root.Remove(name)))
	}
	return nil
}

// rename moves a file to a place whose directory may not be there.
func (d *Disk) rename(temporary, name string) error {
	if err := d.root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return d.root.Rename(temporary, name)
}

// syncDirs makes what directories list durable.
func (d *Disk) syncDirs(paths ...string) error {
	for _, path := range paths {
		handle, err := d.root.Open(path)
		if err != nil {
			return err
		}
		if err := errors.Join(d.sync(handle), handle.Close()); err != nil {
			return err
		}
	}
	return nil
}

// Find returns the zero Upload: a file on disk became its job's when it was
// received.
func (d *Disk) Find(context.Context, importjob.Key) (importjob.Upload, error) {
	return importjob.Upload{}, nil
}

// Discard removes one uploaded file that no job uses.
func (d *Disk) Discard(u importjob.Upload) error {
	if u.Name == "" {
		return nil
	}
	return ignoreMissing(d.root.Remove(filepath.FromSlash(u.Name)))
}

// Open returns the bytes of an upload from offset on.
func (d *Disk) Open(_ context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	file, err := d.root.Open(filepath.FromSlash(u.Name))
	if errors.Is(err, fs.ErrNotExist) || u.Name == "" {
		return nil, importjob.FileMissing
	}
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.Size() < u.Size:
		err = importjob.FileTruncated
	case info.Size() > u.Size:
		err = importjob.FileChanged
	}
	if err == nil {
		_, err = file.Seek(offset, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// Remove deletes everything that was uploaded for the job.
func (d *Disk) Remove(_ context.Context, key importjob.Key) error {
	if err := d.removeAll(key.PoolID, key.JobID); err != nil {
		return err
	}
	_ = d.root.Remove(key.PoolID) // the pool's directory, if nothing else is in it
	return nil
}

func (d *Disk) removeAll(parts ...string) error {
	for _, p := range parts {
		if p == "" || strings.ContainsAny(p, `/\`) || strings.HasPrefix(p, ".") || p == incoming {
			return fmt.Errorf("upload: %q names no directory of uploads", p)
		}
	}
	return d.root.RemoveAll(filepath.Join(parts...))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
