package memstore_test

import (
	"testing"

	"poolhouse/internal/console/session/memstore"
	"poolhouse/internal/storetest"
)

func TestSuite(t *testing.T) {
	storetest.RunSessions(t, memstore.New())
}
