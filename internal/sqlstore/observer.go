package sqlstore

import (
	"database/sql"
	"time"
)

// Observer is told what happens in a database. Its methods are called from many goroutines and
// return at once.
type Observer interface {
	// WriterWaited is told how long a writer waited for the writer lock of SQLite. One that
	// gave up is not told.
	WriterWaited(urgent bool, took time.Duration)
	// TransactionRetried is told of a transaction, or a read, that is tried again: after a
	// conflict, or because the database could not be reached.
	TransactionRetried(conflict bool)
}

// unobserved is the Observer of a store that is given none.
type unobserved struct{}

func (unobserved) WriterWaited(bool, time.Duration) {}
func (unobserved) TransactionRetried(bool)          {}

func orUnobserved(o Observer) Observer {
	if o == nil {
		return unobserved{}
	}
	return o
}

// Statistics are what a store holds now. They are known without a query.
type Statistics struct {
	Connections []Connections
	// UrgentWriters and OtherWriters wait for the writer lock. There is none on PostgreSQL.
	UrgentWriters, OtherWriters int
}

// Connections are those that a store uses for one purpose.
type Connections struct {
	// Use is read, write or index on SQLite; requests or import on PostgreSQL.
	Use             string
	Max, Open, Busy int
	Waits           int64         // for one that is free, since the store was opened
	Waited          time.Duration // in these waits together
}

// Statistics returns the statistics of now.
func (s *Store) Statistics() Statistics { return s.backend.statistics() }

// connectionsOf returns the statistics of a pool of connections.
func connectionsOf(use string, db *sql.DB) Connections {
	stats := db.Stats()
	return Connections{Use: use, Max: stats.MaxOpenConnections, Open: stats.OpenConnections, Busy: stats.InUse, Waits: stats.WaitCount, Waited: stats.WaitDuration}
}
