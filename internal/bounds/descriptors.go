package bounds

import (
	"fmt"

	"poolhouse/internal/platform"
)

// ConnectionLimit returns the maximum number of client connections, at most want. It leaves reserve
// file descriptors of the process for the database and files. It returns an error if fewer
// than least would be left for clients.
func ConnectionLimit(want, reserve, least int) (int, error) {
	limit, err := platform.OpenFiles()
	if err != nil {
		return 0, fmt.Errorf("cannot read the limit of open files: %w", err)
	}
	return within(want, reserve, least, limit)
}

func within(want, reserve, least int, limit uint64) (int, error) {
	if limit < uint64(reserve+least) {
		return 0, fmt.Errorf("the process may open %d files; it needs %d, %d of them for the database and files: raise the limit (ulimit -n, LimitNOFILE=)",
			limit, reserve+least, reserve)
	}
	return int(min(uint64(want), limit-uint64(reserve))), nil
}
