package durable

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// WriteFile replaces the file at path, with the permissions of mode. After success, the file is on
// disk under its name. After an error or a crash, path is either unchanged or the complete new
// file.
//
// The text is first written to path.new. The caller must not write the same path twice at a time.
func WriteFile(path string, text []byte, mode fs.FileMode) error {
	return writeFile(system{}, path, text, mode)
}

// Rename renames a file within a directory, and replaces a file with the new name. After success,
// the rename is on disk. After an error or a crash, either both names are unchanged or the rename
// is complete.
func Rename(from, to string) error { return rename(system{}, from, to) }

func rename(s steps, from, to string) error {
	if err := s.rename(from, to); err != nil {
		return err
	}
	return s.sync(filepath.Dir(to))
}

// MakeDirectory creates a directory and its missing parents, and syncs their names to disk. It
// leaves an existing directory unchanged.
func MakeDirectory(path string, mode fs.FileMode) error {
	return makeDirectory(system{}, filepath.Clean(path), mode)
}

// steps are the operations that write a file.
type steps interface {
	// create creates a new file with a text.
	create(path string, text []byte, mode fs.FileMode) error
	remove(path string) error // no error if the file does not exist
	rename(from, to string) error
	mkdir(path string, mode fs.FileMode) (made bool, err error)
	sync(path string) error // syncs a file, or the names in a directory, to disk
}

func writeFile(s steps, path string, text []byte, mode fs.FileMode) error {
	temporary := path + ".new"
	// A leftover of an earlier attempt may have other permissions.
	if err := s.remove(temporary); err != nil {
		return err
	}
	err := s.create(temporary, text, mode)
	if err == nil {
		err = s.sync(temporary)
	}
	if err == nil {
		err = s.rename(temporary, path)
	}
	if err != nil {
		return errors.Join(err, s.remove(temporary))
	}
	return s.sync(filepath.Dir(path))
}

func makeDirectory(s steps, path string, mode fs.FileMode) error {
	made, err := s.mkdir(path, mode)
	if above := filepath.Dir(path); errors.Is(err, fs.ErrNotExist) && above != path {
		if err := makeDirectory(s, above, mode); err != nil {
			return err
		}
		made, err = s.mkdir(path, mode)
	}
	if err != nil || !made {
		return err
	}
	return s.sync(filepath.Dir(path))
}
