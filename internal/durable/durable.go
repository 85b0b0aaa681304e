package durable

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// WriteFile makes the file at path, in place of one that is there, with the
// permissions of mode. When it returns without error, the file is on the disk
// under its name. When it fails, or the machine does at any moment, path is
// what it was before or the whole new file.
//
// The text is first in path.new. The caller sees to it that path is written by
// one caller at a time.
func WriteFile(path string, text []byte, mode fs.FileMode) error {
	return writeFile(system{}, path, text, mode)
}

// Rename gives the file at from the name to, in place of a file of that name in the same
// directory. When it returns without error, that is on the disk. When it fails, or the machine
// does at any moment, both are as before or the file has its new name.
func Rename(from, to string) error { return rename(system{}, from, to) }

func rename(s steps, from, to string) error {
	if err := s.rename(from, to); err != nil {
		return err
	}
	return s.sync(filepath.Dir(to))
}

// MakeDirectory makes a directory, with those above it that are missing, and
// puts its name on the disk. A directory that is there is left as it is.
func MakeDirectory(path string, mode fs.FileMode) error {
	return makeDirectory(system{}, filepath.Clean(path), mode)
}

// steps are what a file is made by.
type steps interface {
	// create makes a new file with a text.
	create(path string, text []byte, mode fs.FileMode) error
	remove(path string) error // a file that is not there is no error
	rename(from, to string) error
	mkdir(path string, mode fs.FileMode) (made bool, err error)
	sync(path string) error // puts a file, or the names in a directory, on the disk
}

func writeFile(s steps, path string, text []byte, mode fs.FileMode) error {
	temporary := path + ".new"
	// What an earlier attempt left may have other permissions.
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
