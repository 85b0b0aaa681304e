package importjob_test

import (
	"testing"

	"poolhouse/internal/importjob/propertytest"
)

// TestProperty: every job comes to the promised end with one verdict for each row, despite
// any fault of nodes, store and files.
func TestProperty(t *testing.T) { propertytest.Check(t) }
