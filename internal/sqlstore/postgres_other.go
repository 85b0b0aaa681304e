//go:build !linux

package sqlstore

import "syscall"

// giveUpSilentPeers does nothing on systems without that socket option. The connection's keepalive
// and the other time limits remain.
func giveUpSilentPeers(_, _ string, _ syscall.RawConn) error { return nil }
