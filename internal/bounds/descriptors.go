package bounds

import (
	"fmt"
	"syscall"
)

// Within returns the maximum number of client connections, at most want. It leaves reserve
// file descriptors of the process for the database and files. It returns an error if fewer
// than least would be left for clients.
func Within(want, reserve, least int) (int, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, fmt.Errorf("cannot read the limit of open files: %w", err)
	}
	return within(want, reserve, least, uint64(limit.Cur))
}

func within(want, reserve, least int, limit uint64) (int, error) {
	if limit < uint64(reserve+least) {
		return 0, fmt.Errorf("the process may open %d files; it needs %d, %d of them for the database and files: raise the limit (ulimit -n, LimitNOFILE=)",
			limit, reserve+least, reserve)
	}
	return int(min(uint64(want), limit-uint64(reserve))), nil
}
