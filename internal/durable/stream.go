package durable

import (
	"errors"
	"os"
	"path/filepath"
)

// File is a file that is being written, for its owner only. It is under a name of its own
// until it is whole.
type File struct {
	steps steps
	file  *os.File
	path  string
	err   error // of a Write
}

// Create begins a file that is to be at path, in place of one that is there. Until
// [File.Commit] it has another name in the same directory, which begins with a dot. The
// caller ends it with Commit or with [File.Discard].
func Create(path string) (*File, error) { return create(system{}, path) }

func create(s steps, path string) (*File, error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".poolhouse-*") // mode 0600
	if err != nil {
		return nil, err
	}
	return &File{steps: s, file: file, path: path}, nil
}

// Write adds to the file.
func (f *File) Write(text []byte) (int, error) {
	n, err := f.file.Write(text)
	f.err = errors.Join(f.err, err)
	return n, err
}

// Commit puts the file at its path. When it returns without error, the file is on the disk
// under its name. When it fails, or the machine does at any moment, the path is what it
// was before or the whole new file. A file of which a Write failed is discarded.
func (f *File) Commit() error {
	temporary := f.file.Name()
	err := errors.Join(f.err, f.file.Close())
	if err == nil {
		err = f.steps.sync(temporary)
	}
	if err == nil {
		err = f.steps.rename(temporary, f.path)
	}
	if err != nil {
		return errors.Join(err, f.steps.remove(temporary))
	}
	return f.steps.sync(filepath.Dir(f.path))
}

// Discard gives the file up. What is at its path stays.
func (f *File) Discard() error {
	return errors.Join(f.file.Close(), f.steps.remove(f.file.Name()))
}
