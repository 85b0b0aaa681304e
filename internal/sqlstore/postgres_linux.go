package sqlstore

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// giveUpSilentPeers ends a connection if sent data stays unacknowledged for too long. Without it, a
// node that is cut off would wait a quarter of an hour for an answer.
func giveUpSilentPeers(_, _ string, conn syscall.RawConn) error {
	var problem error
	err := conn.Control(func(fd uintptr) {
		problem = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(connectTimeout/time.Millisecond))
	})
	if err == nil && problem != unix.EOPNOTSUPP && problem != unix.ENOPROTOOPT { // a Unix domain socket has no such option
		err = problem
	}
	return err
}
