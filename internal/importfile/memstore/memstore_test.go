package memstore_test

import (
	"testing"

	"poolhouse/internal/importfile/memstore"
	"poolhouse/internal/storetest"
)

func TestUploads(t *testing.T) {
	storetest.RunUploads(t, func(*testing.T) storetest.UploadStore { return memstore.New() })
}
