//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package chutes

import (
	"net"
	"syscall"
)

// closedByPeer looks, without reading, whether the peer of an idle connection has closed it. net/http learns of it from a goroutine that may
// not have run yet; the kernel knows at once.
func closedByPeer(conn net.Conn) bool {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return true
	}
	closed := false
	// Control, not Read: net/http's goroutine holds the lock of Read for as long as the connection is idle.
	err = raw.Control(func(fd uintptr) {
		var one [1]byte
		n, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		switch err {
		case nil:
			closed = n == 0
		case syscall.EAGAIN, syscall.EINTR:
		default:
			closed = true
		}
	})
	return closed || err != nil
}
