//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package chutes

import (
	"net"
	"testing"
	"time"
)

// An idle connection on which something comes that nobody asked for is about to be closed.
func TestAnIdleConnectionIsLookedAt(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	for name, does := range map[string]func(net.Conn){
		"nothing": func(net.Conn) {},
		"ends":    func(conn net.Conn) { _ = conn.Close() },
		"speaks":  func(conn net.Conn) { _, _ = conn.Write([]byte("HTTP/1.1 408 Request Timeout\r\n\r\n")) },
	} {
		ours, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		look, over := peeker(ours), false
		does(theirs)
		for until := time.Now().Add(200 * time.Millisecond); !over && time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
			over = look()
		}
		if over == (name == "nothing") {
			t.Errorf("the server %s: looks closed %v", name, over)
		}
		_, _ = ours.Close(), theirs.Close()
	}
}
