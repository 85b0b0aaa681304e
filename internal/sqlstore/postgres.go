package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// Postgres are the settings of a PostgreSQL database.
type Postgres struct {
	URL         string   // postgres://user:password@host:port/database?option=value
	Connections int      // most at a time, without those of imports
	Imports     int      // most imports that commit at a time, each on up to [ConnectionsOfImport]; default 2
	Account     string   // the account of all data
	Node        string   // the node's name; its connections carry it
	Observer    Observer // may be nil
}

// ConnectionsOfImport is the largest number of connections of one import.
const ConnectionsOfImport = 2

// Time limits of the server. What exceeds one is rolled back, and then retried or refused.
const (
	statementTimeout = time.Minute      // a statement
	longTimeout      = 10 * time.Minute // a statement of an import, or of a pool's deletion
	// idleTimeout is for a transaction of a node that sends nothing, because it is suspended or cut
	// off. It must be shorter than a lease, so that the job's row is free when the lease has run
	// out.
	idleTimeout = 5 * time.Second
	// connectTimeout is for a new connection. It also bounds how long sent data may stay
	// unacknowledged.
	connectTimeout = 10 * time.Second
	maxLifetime    = 30 * time.Minute
	maxIdleTime    = 5 * time.Minute
)

// sessionSettings are set on every connection, if the server knows them. planner.go explains those
// of plans.
var sessionSettings = map[string]string{
	"statement_timeout":                   millisText(statementTimeout),
	"idle_in_transaction_session_timeout": millisText(idleTimeout),
	"client_connection_check_interval":    millisText(idleTimeout),
	"tcp_keepalives_idle":                 "10", // seconds
	"tcp_keepalives_interval":             "5",
	"tcp_keepalives_count":                "2",
	"tcp_user_timeout":                    millisText(connectTimeout),
	"enable_seqscan":                      "off",
	"enable_bitmapscan":                   "off",
	"enable_hashjoin":                     "off",
	"enable_mergejoin":                    "off",
	"plan_cache_mode":                     "force_custom_plan",
	"jit":                                 "off", // compiling a look-up of many keys takes longer than the look-up
	"default_transaction_isolation":       "read committed",
}

func millisText(d time.Duration) string { return fmt.Sprint(d.Milliseconds()) }

// postgresBackend is a PostgreSQL database.
type postgresBackend struct {
	*database
	importing *postgresImports
}

func (b *postgresBackend) users() userTables {
	return postgresUsers{database: b.database, coders: b.importing.coders, numbers: b.importing.numbers}
}
func (b *postgresBackend) imports() importer { return b.importing }

var postgresSchema = schema{
	dialect: goose.DialectPostgres, files: migrations, dir: "migrations/postgres",
	known: "SELECT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('audit_events') AND attname = 'bytes')",
}

// postgresPatience is how long an act is retried while the server is unreachable.
const postgresPatience = 15 * time.Second

// connectPostgres connects to the server, and brings the schema up to date.
func connectPostgres(ctx context.Context, p Postgres, patience time.Duration) (*postgresBackend, error) {
	cfg, err := pgx.ParseConfig(p.URL)
	if err != nil {
		// The parser's error may quote the URL, which may contain the password.
		return nil, errors.New("the database's URL cannot be read; it must be like postgres://user:password@host:5432/database")
	}
	cfg.RuntimeParams["application_name"] = "poolhouse " + p.Node
	cfg.ConnectTimeout = connectTimeout
	dialer := &net.Dialer{Control: giveUpSilentPeers,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: idleTimeout, Interval: idleTimeout / 2, Count: 2}}
	cfg.DialFunc = dialer.DialContext
	name := fmt.Sprintf("the database %s on %s", cfg.Database, cfg.Host)
	migrating := stdlib.OpenDB(*cfg)
	db := connections(cfg, p.Connections)
	d := &database{vault: new(vault), observer: orUnobserved(p.Observer), engine: postgresEngine{}, write: db, read: db, traits: traits{
		rowLock: " FOR UPDATE", keyLock: " FOR KEY SHARE", patience: patience,
		// PostgreSQL truncates application names to 63 bytes.
		connected: "EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = current_database() AND a.application_name = left('poolhouse ' || n.node, 63))",
		lengthen:  fmt.Sprintf("SET LOCAL statement_timeout = %d", longTimeout.Milliseconds()),
	}}
	b := &postgresBackend{d, &postgresImports{database: d, coders: &coders{vault: d.vault}, numbers: &postgresNumbers{database: d}, halvesFrom: minPair, copies: maxCopies,
		connections: connections(cfg, ConnectionsOfImport*cmp.Or(p.Imports, 2))}}
	err = b.prepare(ctx, migrating)
	if err = errors.Join(err, migrating.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), b.close())
	}
	return b, nil
}

// close closes the connections.
func (b *postgresBackend) close() error {
	return errors.Join(b.write.Close(), b.importing.connections.Close())
}

// postgresEngine implements [engine] on PostgreSQL.
type postgresEngine struct{}

// beginWrite does nothing: the server isolates writers.
func (postgresEngine) beginWrite(context.Context, bool) (end func(), err error) {
	return func() {}, nil
}

// wrote does nothing: the server manages its log.
func (postgresEngine) wrote(int) {}

// touch rewrites a row unchanged: PostgreSQL writes a new version of it.
func (postgresEngine) touch(ctx context.Context, tx *transaction) error {
	touched, err := anyChanged(tx.ExecContext(ctx, "UPDATE schema_support SET oldest = oldest"))
	if err == nil && !touched {
		err = errNothingTouched
	}
	return err
}

// connections returns a connection pool of at most that many connections.
func connections(cfg *pgx.ConnConfig, most int) *sql.DB {
	db := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(applySettings))
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	db.SetConnMaxLifetime(maxLifetime)
	db.SetConnMaxIdleTime(maxIdleTime)
	return db
}

// prepare waits for the database, and brings its schema up to date without the usual time limits.
func (b *postgresBackend) prepare(ctx context.Context, db *sql.DB) error {
	var encoding string
	t := b.tries()
	for t.next(ctx) {
		t.err = db.QueryRowContext(ctx, "SELECT current_setting('server_encoding')").Scan(&encoding)
	}
	if t.err != nil {
		return t.err
	}
	if encoding != "UTF8" {
		return fmt.Errorf("its encoding is %s; create it with ENCODING 'UTF8'", encoding)
	}
	return postgresSchema.migrate(ctx, db)
}

// applySettings sets the settings that the server knows. Other engines with PostgreSQL's protocol
// lack some.
func applySettings(ctx context.Context, conn *pgx.Conn) error {
	names, values := make([]string, 0, len(sessionSettings)), make([]string, 0, len(sessionSettings))
	for name, value := range sessionSettings {
		names, values = append(names, name), append(values, value)
	}
	_, err := conn.Exec(ctx, `SELECT set_config(s.name, v.value, false) FROM unnest($1::text[], $2::text[]) AS v (name, value)
		JOIN pg_settings s ON s.name = v.name`, names, values)
	return err
}

// Error codes of PostgreSQL (appendix A of its manual).
const (
	codeUniqueViolation = "23505"
	codeLockNotFree     = "55P03"
	classConnection     = "08"
	classConflict       = "40" // serialization failures, deadlocks
	classSystem         = "58" // errors of the server's disk
	codeDiskFull        = "53100"
	codeReadOnlyServer  = "25006" // also sent by a standby
)

// lostCodes are sent by a server that shuts down, starts, or has no free connection.
var lostCodes = []string{"57P01", "57P02", "57P03", "53300",
	"57P05", "25P03"} // our session or transaction was idle for too long

func (postgresEngine) fault(err error) fault {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case strings.HasPrefix(e.Code, classConflict), e.Code == codeLockNotFree:
			return faultConflict
		case strings.HasPrefix(e.Code, classConnection):
			return faultLost
		case strings.HasPrefix(e.Code, classSystem), e.Code == codeDiskFull, e.Code == codeReadOnlyServer:
			return faultUnwritable
		}
		for _, code := range lostCodes {
			if e.Code == code {
				return faultLost
			}
		}
		return faultLasting
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return faultLost
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return faultLost
	}
	for _, broken := range []error{driver.ErrBadConn, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, sql.ErrConnDone} {
		if errors.Is(err, broken) {
			return faultLost
		}
	}
	if strings.Contains(err.Error(), "conn closed") { // pgx has no error value for it
		return faultLost
	}
	return faultLasting
}
