package main

import (
	"archive/tar"
	"archive/zip"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// entry is one file of an archive.
type entry struct {
	name       string // with slashes
	from       string // path on this machine
	executable bool
}

// mode returns the mode of the file in the archive.
func (e entry) mode() int64 {
	if e.executable {
		return 0o755
	}
	return 0o644
}

// container is an archive that is being written.
type container interface {
	// add begins a file and returns the writer of its content.
	add(e entry, size int64, at time.Time) (io.Writer, error)
	Close() error
}

// writeArchive makes an archive at a path and returns its size in bytes. The
// path ends in .zip or .tar.gz. The entries are sorted by name, and all have the
// same time.
func writeArchive(path string, at time.Time, entries []entry) (size int64, err error) {
	entries = slices.SortedFunc(slices.Values(entries), func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err = errors.Join(err, file.Close()); err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	var c container = newTar(file)
	if strings.HasSuffix(path, ".zip") {
		c = zipped{zip.NewWriter(file)}
	}
	for i, e := range entries {
		if i > 0 && entries[i-1].name == e.name {
			return 0, fmt.Errorf("two files of the archive are named %s", e.name)
		}
		if err := addFile(c, e, at); err != nil {
			return 0, err
		}
	}
	if err := c.Close(); err != nil {
		return 0, err
	}
	return file.Seek(0, io.SeekEnd)
}

// addFile copies one file into an archive.
func addFile(c container, e entry, at time.Time) error {
	file, err := os.Open(e.from)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	w, err := c.add(e, info.Size(), at)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, file)
	return err
}

// tarred is a tar.gz.
type tarred struct {
	packed *gzip.Writer // its header has no time
	tar    *tar.Writer
}

func newTar(w io.Writer) tarred {
	packed, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // the error is for unknown levels
	return tarred{packed, tar.NewWriter(packed)}
}

func (t tarred) add(e entry, size int64, at time.Time) (io.Writer, error) {
	return t.tar, t.tar.WriteHeader(&tar.Header{Name: e.name, Mode: e.mode(), Size: size, ModTime: at, Uname: "root", Gname: "root", Format: tar.FormatPAX})
}

func (t tarred) Close() error { return errors.Join(t.tar.Close(), t.packed.Close()) }

// zipped is a zip.
type zipped struct{ *zip.Writer }

func (z zipped) add(e entry, _ int64, at time.Time) (io.Writer, error) {
	header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: at.UTC()}
	header.SetMode(os.FileMode(e.mode()))
	return z.CreateHeader(header)
}
