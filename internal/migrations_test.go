package internal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMigrationsAreNumbered: two changes of the schema that are made at the
// same time get different numbers, and none is left out.
func TestMigrationsAreNumbered(t *testing.T) {
	for _, dir := range []string{"sqlite", "postgres"} {
		files, err := os.ReadDir(filepath.Join("sqlstore", "migrations", dir))
		if err != nil {
			t.Fatal(err)
		}
		for i, file := range files {
			if number := fmt.Sprintf("%05d_", i+1); !strings.HasPrefix(file.Name(), number) {
				t.Errorf("%s/%s: the number of this migration must be %s", dir, file.Name(), number[:5])
			}
		}
	}
}
