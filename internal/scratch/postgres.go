package scratch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNoPostgres means that PostgreSQL's server is not installed.
var ErrNoPostgres = errors.New("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")

// Postgres is a private PostgreSQL server. It has a new directory, and listens only on a socket in
// it.
type Postgres struct {
	dir      string
	programs string  // directory of initdb and postgres
	account  account // that its programs run as
	settings map[string]string

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan struct{} // closed when cmd has ended
	log   bytes.Buffer
}

// StartPostgres creates a database cluster and starts its server. settings go to postgresql.conf.
// It returns [ErrNoPostgres] if PostgreSQL is not installed.
func StartPostgres(ctx context.Context, settings map[string]string) (p *Postgres, err error) {
	p = &Postgres{settings: settings}
	if p.programs, err = postgresPrograms(); err != nil {
		return nil, err
	}
	// The path must be short: the name of a socket has at most about 100 bytes.
	if p.dir, err = os.MkdirTemp("", "pg-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	if err := p.becomeUnprivileged(); err != nil {
		return p, err
	}
	initdb := p.command(ctx, "initdb", "-D", p.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return p, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return p, p.Start(ctx)
}

// postgresPrograms returns the program directory of the newest installed version.
func postgresPrograms() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.Join(ErrNoPostgres, err)
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // a directory with another name sorts first
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

// becomeUnprivileged selects an account for the server, which refuses to run as root.
func (p *Postgres) becomeUnprivileged() error {
	if os.Geteuid() != 0 {
		return nil
	}
	found, err := user.Lookup("postgres")
	if err != nil {
		found, err = user.LookupId(unprivileged)
	}
	if err != nil {
		return fmt.Errorf("PostgreSQL needs an account to run as: postgres, or the one with the id %s", unprivileged)
	}
	uid, err1 := strconv.Atoi(found.Uid)
	gid, err2 := strconv.Atoi(found.Gid)
	if err := errors.Join(err1, err2, os.Chown(p.dir, uid, gid)); err != nil {
		return err
	}
	p.account = account{uid: uid, gid: gid, other: true}
	return nil
}

// unprivileged is the user id that Linux reserves for an account without rights.
const unprivileged = "65534"

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

func (p *Postgres) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(p.programs, program), args...)
	cmd.Dir = p.dir
	p.account.run(cmd)
	return cmd
}

// Start starts the server again after [Postgres.Stop] and waits until it answers.
func (p *Postgres) Start(ctx context.Context) error {
	args := []string{"-D", p.data(), "-k", p.dir, "-c", "listen_addresses="}
	for _, name := range slices.Sorted(maps.Keys(p.settings)) {
		args = append(args, "-c", name+"="+p.settings[name])
	}
	cmd := p.command(context.WithoutCancel(ctx), "postgres", args...)
	p.log.Reset()
	cmd.Stdout, cmd.Stderr = &p.log, &p.log
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }() // its log has the reason
	p.mu.Lock()
	p.cmd, p.ended = cmd, ended
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, p.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ended:
			return fmt.Errorf("PostgreSQL ended: %s", p.log.String())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// URL returns the URL of a database of the server.
func (p *Postgres) URL(database string) string {
	return "postgres:///" + database + "?" + url.Values{"host": {p.dir}, "user": {"postgres"}}.Encode()
}

// Socket returns the path of the server's socket.
func (p *Postgres) Socket() string { return filepath.Join(p.dir, ".s.PGSQL.5432") }

// CreateDatabase creates an empty database and returns its URL.
func (p *Postgres) CreateDatabase(ctx context.Context, name string) (string, error) {
	conn, err := pgx.Connect(ctx, p.URL("postgres"))
	if err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	return p.URL(name), errors.Join(err, conn.Close(ctx))
}

// Stop stops the server: like a crash if immediately is true, otherwise in order. In order means
// that open transactions are rolled back and clients disconnected. It waits for the end.
func (p *Postgres) Stop(immediately bool) error {
	p.mu.Lock()
	cmd, ended := p.cmd, p.ended
	p.cmd = nil
	p.mu.Unlock()
	if cmd == nil {
		return nil
	}
	signal := syscall.SIGINT
	if immediately {
		signal = syscall.SIGQUIT
	}
	if err := cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-ended:
		return nil
	case <-time.After(time.Minute):
		return errors.Join(errors.New("PostgreSQL does not stop"), cmd.Process.Kill())
	}
}

// Close stops the server and removes its data.
func (p *Postgres) Close() error {
	return errors.Join(p.Stop(true), os.RemoveAll(p.dir))
}
