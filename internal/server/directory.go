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

// checkDirectory refuses a data directory that its group or others may write: they could put
// their own credentials there. An empty directory that belongs to the server's user is made
// private instead. PostgreSQL does both.
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

// warnOfOwner warns if the owner of the data directory is neither root nor the server's user.
// owner and own are user ids.
func warnOfOwner(path string, owner, own int, log *slog.Logger) {
	if owner != own && owner != 0 {
		log.Warn("the data directory belongs to another user, who can replace its files", "data", path, "uid", owner)
	}
}

// makePrivate takes others' rights to a directory away if it is empty and belongs to the
// server's user. It checks again afterwards that the directory is empty: a file that appeared in
// between is not the server's.
func makePrivate(path string, mode fs.FileMode, own bool) error {
	refused := fmt.Errorf("the data directory %s is writable by others (mode %04o); run: %s, or choose a new directory below it, which the server makes", path, mode, platform.Restrict("go-w", path))
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
