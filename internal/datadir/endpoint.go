package datadir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
)

// Endpoint is what a client must know of a server to call it, and no secret.
type Endpoint struct {
	URL         string `json:"url"`         // as clients reach the server
	Region      string `json:"region"`      // what calls are signed for
	AccessKeyID string `json:"accessKeyId"` // of root
}

// Announcement is the file in which a running server says where it is. The
// server holds a lock on that file: a server that was killed leaves the file,
// but not the lock.
type Announcement struct {
	file *os.File
	path string
}

func endpointPath(dir string) string { return filepath.Join(dir, "endpoint") }

// Announce writes down where the server of a directory is. Only the server that
// has the [Lock] may do so.
func Announce(dir string, e Endpoint) (a *Announcement, err error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	path := endpointPath(dir)
	temporary := path + ".new"
	if err := os.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = file.Write(append(text, '\n'))
	if err == nil { // the lock stays with the file when that gets its name
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(temporary))
	}
	return &Announcement{file, path}, nil
}

// Withdraw removes the announcement. It is called while the [Lock] is held.
func (a *Announcement) Withdraw() error { return errors.Join(os.Remove(a.path), a.file.Close()) }

// ErrNoServer says that no server runs on a directory.
var ErrNoServer = errors.New("no server runs")

// Find returns where the server is that runs on a directory, and [ErrNoServer]
// when none does: there is no announcement, or a server that was killed left it.
func Find(dir string) (Endpoint, error) {
	path := endpointPath(dir)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Endpoint{}, fmt.Errorf("%w on %s", ErrNoServer, dir)
	}
	if err != nil {
		return Endpoint{}, err
	}
	defer file.Close()
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	switch {
	case err == nil:
		return Endpoint{}, fmt.Errorf("%w on %s: the last one was killed", ErrNoServer, dir)
	case !errors.Is(err, syscall.EWOULDBLOCK):
		return Endpoint{}, fmt.Errorf("%s: %w", path, err)
	}
	return read(path, file)
}

// read reads the text of an announcement at a path.
func read(path string, file io.Reader) (e Endpoint, err error) {
	text, err := io.ReadAll(io.LimitReader(file, 16<<10))
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(text, &e); err != nil {
		return e, fmt.Errorf("%s is not what a server writes there: %w", path, err)
	}
	if u, err := url.Parse(e.URL); err != nil || u.Host == "" || e.Region == "" {
		return e, fmt.Errorf("%s is not what a server writes there: it has no URL or no region", path)
	}
	return e, nil
}
