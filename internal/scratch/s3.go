package scratch

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

const (
	// startLimit bounds the time until a server's first answer.
	startLimit = 30 * time.Second
	// stopLimit bounds the time until a stopping server is killed.
	stopLimit = 5 * time.Second
	// startTries bounds the number of ports to try: another program may take a free port before the
	// server does.
	startTries = 3
)

// S3 is a private S3 server: versitygw, with its objects in files.
type S3 struct {
	// Endpoint is the server's URL, such as http://127.0.0.1:40123. Buckets are in the path.
	Endpoint string
	// Region is the region of signatures.
	Region string
	// AccessKey and Secret are the credentials of the administrator.
	AccessKey string
	Secret    string

	buckets string // a directory; each directory in it is a bucket
	logPath string
	process *exec.Cmd
	exited  chan struct{} // closed when the process has ended
}

// StartS3 starts a server that stores everything in dir. dir must exist and may be removed after
// Close. The program is built if this machine does not have it yet, which takes a minute. An error
// that is [ErrNotBuilt] means that this was not possible.
//
// The server is killed when ctx ends, but Close must still be called.
func StartS3(ctx context.Context, dir string) (*S3, error) {
	program, err := s3Program(ctx, dir)
	if err != nil {
		return nil, err
	}
	s := &S3{
		Region: "us-east-1", AccessKey: "SCRATCH" + rand.Text(), Secret: rand.Text(),
		buckets: filepath.Join(dir, "buckets"), logPath: filepath.Join(dir, "versitygw.log"),
	}
	// versitygw's metadata of objects goes into files, because not every file system has extended
	// attributes.
	notes := filepath.Join(dir, "notes")
	if err := errors.Join(os.MkdirAll(s.buckets, 0o700), os.MkdirAll(notes, 0o700)); err != nil {
		return nil, err
	}
	for range startTries {
		if err = s.start(ctx, program, notes); err == nil {
			return s, nil
		}
	}
	return nil, err
}

// CreateBucket creates an empty bucket.
func (s *S3) CreateBucket(name string) error {
	return os.Mkdir(filepath.Join(s.buckets, name), 0o700)
}

// Log returns the server's output so far, for the message of a failed test.
func (s *S3) Log() string {
	text, err := os.ReadFile(s.logPath)
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(text))
}

// Close stops the server and waits for its end.
func (s *S3) Close() error {
	// After an error, the process has ended already or cannot be signalled; then it is killed.
	if err := s.process.Process.Signal(os.Interrupt); err == nil {
		select {
		case <-s.exited:
			return nil
		case <-time.After(stopLimit):
		}
	}
	err := s.process.Process.Kill()
	<-s.exited
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// start starts the program on a free port and waits until it answers.
func (s *S3) start(ctx context.Context, program, notes string) error {
	address, err := freeAddress()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(s.logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() // the process has its own handle
	// No other program can answer at this random path: the one that does is the server.
	health := "/" + rand.Text()
	s.Endpoint = "http://" + address
	s.process = exec.CommandContext(ctx, program, "--port", address, "--region", s.Region,
		"--health", health, "--quiet", "posix", "--sidecar", notes, s.buckets)
	// Do not pass this process's environment: versitygw reads settings from it.
	s.process.Env = []string{"ROOT_ACCESS_KEY=" + s.AccessKey, "ROOT_SECRET_KEY=" + s.Secret, "HOME=" + filepath.Dir(s.logPath)}
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return err
	}
	exited, process := make(chan struct{}), s.process
	s.exited = exited
	go func() {
		defer close(exited)
		_ = process.Wait() // the log says more than the exit code
	}()
	if err := s.waitReady(ctx, health); err != nil {
		return errors.Join(fmt.Errorf("scratch: the S3 server did not start: %w\n%s", err, s.Log()), s.Close())
	}
	return nil
}

// waitReady polls the server's health until it answers.
func (s *S3) waitReady(ctx context.Context, health string) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		if s.healthy(ctx, health) {
			return nil
		}
		select {
		case <-s.exited:
			return errors.New("it has ended")
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *S3) healthy(ctx context.Context, path string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint+path, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

// freeAddress returns an address of this machine on which no program listens.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
