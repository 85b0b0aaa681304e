package importjob_test

import (
	"testing"

	"poolhouse/internal/importjob/propertytest"
)

// TestProperty: every job comes to the promised end, with one verdict for each
// row, whatever happens to nodes, store and files.
func TestProperty(t *testing.T) { propertytest.Check(t) }
