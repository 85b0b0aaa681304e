// Package datadir is the data directory between processes: which server has
// it, and where that server can be reached.
//
// It owns the lock of the directory, and the files lock and endpoint. What else the directory holds belongs to
// the packages that keep it there.
package datadir
