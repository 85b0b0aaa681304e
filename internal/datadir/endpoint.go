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

	"poolhouse/internal/platform"
)

// Endpoint is what a client needs to call a server. It contains no secret.
type Endpoint struct {
	URL         string `json:"url"`         // for clients
	Region      string `json:"region"`      // region of signatures
	AccessKeyID string `json:"accessKeyId"` // of the root user
}

// Announcement is the file in which a running server announces its endpoint. The server holds a
// lock on the file: after a kill the file is left, but not the lock.
type Announcement struct {
	root *os.Root // of the directory
	file *os.File
}

// endpoint is the name of that file.
const endpoint = "endpoint"

func endpointPath(dir string) string { return filepath.Join(dir, endpoint) }

// Announce writes the endpoint of a directory's server. Only the server with the [Lock] may call
// it.
// The files are opened through [os.Root]: on Windows, a file opened otherwise cannot be renamed or
// removed before it is closed.
func Announce(dir string, e Endpoint) (a *Announcement, err error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, root.Close())
		}
	}()
	const temporary = endpoint + ".new"
	if err := root.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	file, err := root.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = file.Write(append(text, '\n'))
	if err == nil { // the lock stays with the file when it is renamed
		err = platform.TryLock(file, false)
	}
	if err == nil {
		err = root.Rename(temporary, endpoint)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close(), root.Remove(temporary))
	}
	return &Announcement{root, file}, nil
}

// Withdraw removes the announcement. The caller must still hold the [Lock].
func (a *Announcement) Withdraw() error {
	return errors.Join(a.root.Remove(endpoint), a.file.Close(), a.root.Close())
}

// ErrNoServer means that no server runs on a directory.
var ErrNoServer = errors.New("no server runs")

// Find returns the endpoint of the server that runs on a directory. It returns [ErrNoServer] if
// there is no announcement, or if the announcing server was killed.
func Find(dir string) (Endpoint, error) {
	file, err := os.OpenInRoot(dir, endpoint)
	if errors.Is(err, fs.ErrNotExist) {
		return Endpoint{}, fmt.Errorf("%w on %s", ErrNoServer, dir)
	}
	if err != nil {
		return Endpoint{}, err
	}
	defer file.Close()
	path := endpointPath(dir)
	err = platform.TryLock(file, true)
	switch {
	case err == nil:
		return Endpoint{}, fmt.Errorf("%w on %s: the last one was killed", ErrNoServer, dir)
	case !errors.Is(err, platform.ErrLocked):
		return Endpoint{}, fmt.Errorf("%s: %w", path, err)
	}
	return read(path, file)
}

// read reads the announcement at a path.
func read(path string, file io.Reader) (e Endpoint, err error) {
	text, err := io.ReadAll(io.LimitReader(file, 16<<10))
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(text, &e); err != nil {
		return e, fmt.Errorf("%s is not a valid announcement of a server: %w", path, err)
	}
	if u, err := url.Parse(e.URL); err != nil || u.Host == "" || e.Region == "" {
		return e, fmt.Errorf("%s is not a valid announcement of a server: it has no URL or no region", path)
	}
	return e, nil
}
