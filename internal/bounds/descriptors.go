package bounds

import (
	"fmt"
	"syscall"
)

// Within returns how many connections of clients there may be, at most want, so
// that reserve descriptors of the process are left for its database and files.
// It is an error if fewer than least would be left for clients.
func Within(want, reserve, least int) (int, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, fmt.Errorf("the limit of open files cannot be read: %w", err)
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
