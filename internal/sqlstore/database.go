package sqlstore

import (
	"context"
	"database/sql"
	"time"
)

// database is what all entities share: the connections, and transactions on them.
// It knows nothing of what is kept.
type database struct {
	engine
	traits
	vault  *vault
	write  *sql.DB
	read   *sql.DB // the same where readers need no connections of their own
	writes writability
}

// engine is what a database does in a way of its own with every transaction.
type engine interface {
	// beginWrite waits until this server may write, and returns what ends that.
	// A transaction that is urgent makes an import end its own soon.
	beginWrite(ctx context.Context, urgent bool) (end func(), err error)
	// wrote is told after a transaction that wrote many rows, wherever they are.
	wrote(rows int)
	// fault tells what a failed transaction or query calls for.
	fault(err error) fault
	// touch writes a little, as every transaction that writes does, and changes
	// nothing that is to be seen.
	touch(ctx context.Context, tx *transaction) error
}

// traits are the words of a database.
type traits struct {
	// rowLock ends a query whose rows the same transaction may write, so that
	// no other one writes them in between.
	rowLock string
	// keyLock ends a query whose rows may be changed but not deleted until
	// the transaction ends.
	keyLock string
	// connected is a condition on a row n of nodes: the server has a connection to the
	// database, whenever it was seen last; "" where that cannot be asked.
	connected string
	// lengthen is a statement that gives a transaction the time that long ones
	// need, "" where none is needed.
	lengthen string
	// patience is how long an act is tried again while the database cannot
	// be reached.
	patience time.Duration
}

// fault is what an error calls for.
type fault int

const (
	faultLasting    fault = iota // nothing: it would come again
	faultConflict                // another try: another transaction was in the way
	faultLost                    // another try later: the database could not be reached
	faultUnwritable              // nothing: the database is full or read-only, or its disk fails
)

// querier is a transaction, or the database without one.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	// forUpdate ends the text of a query for rows that may be written next.
	forUpdate() string
}

// reader is a querier without a transaction.
type reader struct{ *sql.DB }

func (reader) forUpdate() string { return "" }

// transaction is one that writes.
type transaction struct {
	*sql.Tx
	lock string
}

func (tx *transaction) forUpdate() string { return tx.lock }

// unlocked returns the transaction for reading what others may write.
func (tx *transaction) unlocked() *transaction { return &transaction{Tx: tx.Tx} }
