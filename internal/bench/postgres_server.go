package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"

	"poolhouse/internal/scratch"
)

// serverSettings are the settings of a server of our own. It has the durability of a
// production database, and the memory and write-ahead log that this many rows call for.
var serverSettings = map[string]string{
	"fsync": "on", "synchronous_commit": "on", "shared_buffers": "512MB", "max_wal_size": "8GB",
	"min_wal_size": "8GB", // reuses the files of the log instead of creating new ones
}

// server is the PostgreSQL server that is measured on.
type server struct {
	private *scratch.Postgres // nil for an external server
	admin   *pgx.Conn
	url     string
	// checkpointErr is why a checkpoint was not possible.
	checkpointErr error
}

// database is a new place on the server: a database on our own server, a schema on an
// external one.
type database struct{ name, url string }

// openServer connects to the database of the URL. If the URL is empty, it starts a server.
func openServer(ctx context.Context, at string) (s *server, err error) {
	s = &server{url: at}
	if at == "" {
		s.private, err = scratch.StartPostgres(ctx, serverSettings)
		if errors.Is(err, scratch.ErrNoPostgres) {
			return nil, fmt.Errorf("%w: %w", errMissing, err)
		}
		if err != nil {
			return nil, err
		}
		s.url = s.private.URL("postgres")
	}
	cfg, err := pgx.ParseConfig(s.url)
	if err != nil { // the error may contain the URL and so the password
		return nil, errors.New("--database is not a valid URL; it must be like postgres://user:password@host:5432/database")
	}
	if s.admin, err = pgx.ConnectConfig(ctx, cfg); err != nil {
		return nil, errors.Join(err, s.close(ctx))
	}
	return s, nil
}

func (s *server) close(ctx context.Context) (err error) {
	if s.admin != nil {
		err = s.admin.Close(ctx)
	}
	if s.private != nil {
		err = errors.Join(err, s.private.Close())
	}
	return err
}

// about returns a line that describes the server.
func (s *server) about(ctx context.Context) (string, error) {
	line := "PostgreSQL "
	for i, name := range []string{"server_version", "fsync", "synchronous_commit", "shared_buffers", "max_wal_size"} {
		var value string
		if err := s.admin.QueryRow(ctx, "SELECT current_setting($1, true)", name).Scan(&value); err != nil {
			return "", err
		}
		if i == 0 {
			line += value
		} else {
			line += ", " + name + " " + value
		}
	}
	return line, nil
}

func (s *server) newDatabase(ctx context.Context) (d database, err error) {
	d.name = "poolhouse_bench_" + strings.ToLower(rand.Text())
	if s.private != nil {
		d.url, err = s.private.CreateDatabase(ctx, d.name)
		return d, err
	}
	u, err := url.Parse(s.url)
	if err != nil {
		return d, errors.New("--database is not a valid URL")
	}
	query := u.Query()
	query.Set("options", strings.TrimSpace(query.Get("options")+" -csearch_path="+d.name))
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20") // the only form of a space that psql accepts
	d.url = u.String()
	_, err = s.admin.Exec(ctx, "CREATE SCHEMA "+d.name)
	return d, err
}

func (s *server) drop(ctx context.Context, d database) error {
	statement := "DROP SCHEMA " + d.name + " CASCADE"
	if s.private != nil {
		statement = "DROP DATABASE " + d.name
	}
	_, err := s.admin.Exec(ctx, statement)
	return err
}

// checkpoint makes the server write pending data, so that the next measurement does not pay
// for it. An external server may not permit it.
func (s *server) checkpoint(ctx context.Context) {
	if _, err := s.admin.Exec(ctx, "CHECKPOINT"); err != nil {
		s.checkpointErr = err
	}
}
