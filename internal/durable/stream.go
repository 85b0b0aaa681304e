package durable

import (
	"errors"
	"os"
	"path/filepath"
)

// File is a file that is being written, readable to its owner only. It has a temporary name until
// Commit.
type File struct {
	steps steps
	file  *os.File
	path  string
	err   error // of the first failed Write
}

// Create starts a file that will replace path. Until [File.Commit] it has a temporary name in the
// same directory, which begins with a dot. The caller must call Commit or [File.Discard].
func Create(path string) (*File, error) { return create(system{}, path) }

func create(s steps, path string) (*File, error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".poolhouse-*") // mode 0600
	if err != nil {
		return nil, err
	}
	return &File{steps: s, file: file, path: path}, nil
}

// Write appends to the file.
func (f *File) Write(text []byte) (int, error) {
	n, err := f.file.Write(text)
	f.err = errors.Join(f.err, err)
	return n, err
}

// Commit moves the file to its path. After success, the file is on disk under its name. After an
// error or a crash, path is either unchanged or the complete new file. If a Write failed, Commit
// discards the file.
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

// Discard removes the temporary file. The file at path stays.
func (f *File) Discard() error {
	return errors.Join(f.file.Close(), f.steps.remove(f.file.Name()))
}
