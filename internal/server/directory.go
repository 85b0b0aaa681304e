package server

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"poolhouse/internal/platform"
)

// checkDirectory refuses a data directory that others may write, its group too: they could put
// credentials of their own there. PostgreSQL does the same, and like it this makes a
// directory private that is empty and the server's own.
func checkDirectory(path string, log *slog.Logger) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	info, err := dir.Stat()
	if err != nil {
		return err
	}
	mode, err := platform.Permissions(dir)
	if err != nil {
		return err
	}
	owner, known := platform.Owner(info)
	if own := known && owner == os.Geteuid(); mode&0o022 != 0 {
		return makePrivate(path, mode, own)
	}
	if known {
		warnOfOwner(path, owner, os.Geteuid(), log)
	}
	return nil
}

// warnOfOwner says that another user than root or the server's own, by number, owns the
// data directory.
func warnOfOwner(path string, owner, own int, log *slog.Logger) {
	if owner != own && owner != 0 {
		log.Warn("the data directory belongs to another user, who can replace what is in it", "data", path, "uid", owner)
	}
}

// makePrivate takes others' rights to a directory away if it is the server's own and empty. It
// looks again afterwards: what came in between is not the server's.
func makePrivate(path string, mode fs.FileMode, own bool) error {
	refused := fmt.Errorf("the data directory %s can be written by others (mode %04o); run: %s, or choose a directory in it, which the server makes", path, mode, platform.Restrict("go-w", path))
	if empty, err := isEmpty(path); err != nil || !empty || !own {
		return errors.Join(err, refused)
	}
	if err := os.Chmod(path, 0o700); err != nil {
		return errors.Join(err, refused)
	}
	if empty, err := isEmpty(path); err != nil || !empty {
		return errors.Join(err, refused)
	}
	return nil
}

func isEmpty(path string) (bool, error) {
	dir, err := os.Open(path)
	if err != nil {
		return false, err
	}
	_, err = dir.Readdirnames(1)
	if errors.Is(err, io.EOF) {
		return true, dir.Close()
	}
	return false, errors.Join(err, dir.Close())
}
