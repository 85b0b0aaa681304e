// Package durable writes files atomically: after a crash or a power cut, a file is complete or
// absent. WriteFile writes a small text; Create returns a file to write to.
//
// The package owns the order of the steps. The caller decides what a file contains, and must
// prevent concurrent writes of it.
package durable
