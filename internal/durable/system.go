package durable

import (
	"errors"
	"io/fs"
	"os"

	"poolhouse/internal/platform"
)

// system implements steps with the operating system's files.
type system struct{}

func (system) create(path string, text []byte, mode fs.FileMode) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

func (system) remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (system) rename(from, to string) error { return platform.Rename(from, to) }

// mkdir reports whether it created the directory.
func (system) mkdir(path string, mode fs.FileMode) (made bool, err error) {
	err = platform.Mkdir(path, mode)
	if errors.Is(err, fs.ErrExist) {
		info, statErr := os.Stat(path)
		if statErr == nil && info.IsDir() {
			return false, nil
		}
	}
	return err == nil, err
}

func (system) sync(path string) error { return platform.SyncPath(path) }
