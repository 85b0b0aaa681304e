package sqlstore

import (
	"context"
	"database/sql"
	"time"
)

// database is shared by all entities: the connections, and transactions on them. It does not know
// the tables.
type database struct {
	engine
	traits
	vault    *vault
	write    *sql.DB
	read     *sql.DB // equals write if readers need no connections of their own
	writes   writability
	observer Observer
}

// engine is the part of transactions that differs between the databases.
type engine interface {
	// beginWrite waits until this server may write, and returns the function that ends that. An
	// urgent transaction makes an import end its own soon.
	beginWrite(ctx context.Context, urgent bool) (end func(), err error)
	// wrote is called after a transaction with the approximate number of rows that it wrote.
	wrote(rows int)
	// fault classifies the error of a failed transaction or query.
	fault(err error) fault
	// touch does a small write, as every writing transaction does, without a visible change.
	touch(ctx context.Context, tx *transaction) error
}

// traits are SQL texts and times of a database.
type traits struct {
	// rowLock ends a query of rows that the same transaction may write. It keeps other transactions
	// from writing them.
	rowLock string
	// keyLock ends a query of rows that may be changed, but not deleted, until the transaction
	// ends.
	keyLock string
	// connected is a condition on a row n of nodes: the server has a connection to the database, no
	// matter when it was last seen. It is "" if the database cannot tell.
	connected string
	// lengthen is a statement that raises the time limit of a transaction, "" if there is no limit.
	lengthen string
	// patience is how long an act is retried while the database is unreachable.
	patience time.Duration
}

// fault is the class of an error. It decides whether to retry.
type fault int

const (
	faultLasting    fault = iota // do not retry: the error would come again
	faultConflict                // retry: another transaction conflicted
	faultLost                    // retry later: the database was unreachable
	faultUnwritable              // do not retry: the database is full or read-only, or its disk fails
)

// querier is a transaction, or the database outside of one.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	// forUpdate ends the text of a query of rows that may be written next.
	forUpdate() string
}

// reader is a querier without a transaction.
type reader struct{ *sql.DB }

func (reader) forUpdate() string { return "" }

// transaction is a transaction that may write.
type transaction struct {
	*sql.Tx
	lock string
}

func (tx *transaction) forUpdate() string { return tx.lock }

// unlocked returns the transaction for reads without a row lock.
func (tx *transaction) unlocked() *transaction { return &transaction{Tx: tx.Tx} }
