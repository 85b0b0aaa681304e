// Package datadir coordinates processes that use a data directory: which server has it, and how to
// reach that server.
//
// It owns the directory's lock, and the files lock and endpoint. Other files in the directory
// belong to other packages.
package datadir
