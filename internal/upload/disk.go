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
	"poolhouse/internal/platform"
)

// Disk stores uploaded files in a directory, as POOL/JOB/NAME. Unfinished files are in a directory
// of their own.
type Disk struct {
	root     *os.Root
	maxBytes int64
	sync     func(*os.File) error // syncs a file or a directory to disk
	stuck    error                // errors of removing leftovers when the directory was opened
	room     room                 // for files that are being received
}

// incoming is the directory of unfinished files. No pool can have this id: a pool's id has an
// underscore.
const incoming = "incoming"

// ErrTooLarge means that an upload has more bytes than allowed.
var ErrTooLarge = errors.New("upload: the file is too large")

// OpenDisk opens the directory and creates it if needed. It refuses files of more than maxBytes
// bytes. It removes the unfinished files of a crash as far as possible ([Disk.RemoveErrors]); so only one
// process at a time may use the directory.
func OpenDisk(dir string, maxBytes int64) (*Disk, error) {
	if err := os.MkdirAll(filepath.Join(dir, incoming), 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d := &Disk{root: root, maxBytes: maxBytes, sync: platform.Sync, room: room{space: spaceOf(dir)}}
	left, err := fs.ReadDir(root.FS(), incoming)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	for _, file := range left {
		d.stuck = errors.Join(d.stuck, root.Remove(filepath.Join(incoming, file.Name())))
	}
	return d, nil
}

// RemoveErrors returns the errors of unfinished files that could not be removed, joined; nil if there are
// none. These files take up space but block nothing: each upload has a new name.
func (d *Disk) RemoveErrors() error { return d.stuck }

// Close closes the directory.
func (d *Disk) Close() error { return d.root.Close() }

// Receive stores the content of src as a new file for the job. After success, the file is durable.
// It returns ErrTooLarge, src's own error, or an error of the file system; then no file is left.
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

// publish moves a finished file to its place and syncs the directories. After an error, the file is
// in neither place.
func (d *Disk) publish(temporary, name string) error {
	dir := filepath.Dir(name)
	err := d.rename(temporary, name)
	for tries := 1; errors.Is(err, fs.ErrNotExist) && tries < 3; tries++ { // Remove deleted the pool's directory
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

// rename moves a file into a directory that may be missing.
func (d *Disk) rename(temporary, name string) error {
	if err := d.root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return d.root.Rename(temporary, name)
}

// syncDirs syncs directories to disk.
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

// Find returns the zero Upload: a file on disk was attached to its job when it was received.
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

// Remove deletes all uploaded files of the job.
func (d *Disk) Remove(_ context.Context, key importjob.Key) error {
	if err := d.removeAll(key.PoolID, key.JobID); err != nil {
		return err
	}
	_ = d.root.Remove(key.PoolID) // the pool's directory, if it is empty
	return nil
}

func (d *Disk) removeAll(parts ...string) error {
	for _, p := range parts {
		if p == "" || strings.ContainsAny(p, `/\`) || strings.HasPrefix(p, ".") || p == incoming {
			return fmt.Errorf("upload: %q is not a directory of uploads", p)
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
