//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package chutes

import (
	"net"
	"syscall"
)

// peeker makes what looks, without reading, whether the peer of an idle connection has closed it or is about to. net/http learns of it from a goroutine that may
// not have run yet; the kernel knows at once.
func peeker(conn net.Conn) (look func() (closed bool)) {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return func() bool { return false }
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return func() bool { return true }
	}
	closed, one := false, make([]byte, 1)
	peek := func(fd uintptr) {
		_, _, err := syscall.Recvfrom(int(fd), one, syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		switch err {
		case nil:
			closed = true // or something comes that nobody asked for: a 408, the farewell of TLS
		case syscall.EAGAIN, syscall.EINTR:
			closed = false
		default:
			closed = true
		}
	}
	return func() bool {
		// Control, not Read: net/http's goroutine holds the lock of Read for as long as the connection is idle.
		err := raw.Control(peek)
		return closed || err != nil
	}
}
