package network

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/sys/unix"

	"github.com/flowrill/flowrill/engine/node"
)

// udpReach is how many routers a multicast datagram may pass, as in Node-RED.
const udpReach = 128

// udpSockets are the sockets of all udp-in nodes of an engine, by port: a
// udp-out sends from them, so that answers come to the udp-in.
type udpSockets struct {
	mu   sync.Mutex
	open map[int]*net.UDPConn
}

type udpSocketsKey struct{}

func udpSocketsOf(env *node.Env) *udpSockets {
	s, _ := env.Shared.LoadOrStore(udpSocketsKey{}, &udpSockets{open: make(map[int]*net.UDPConn)})
	return s.(*udpSockets)
}

func (s *udpSockets) add(port int, c *net.UDPConn) (remove func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[port] == nil {
		s.open[port] = c
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.open[port] == c {
			delete(s.open, port)
		}
	}
}

func (s *udpSockets) of(port int) *net.UDPConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[port]
}

// udpListen takes a port, 0 for any, on all addresses of this machine. Others
// may have it, too, as in Node-RED.
func udpListen(ctx context.Context, network string, port int) (*net.UDPConn, error) {
	shared := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var failed error
		err := c.Control(func(fd uintptr) {
			failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
		})
		return errors.Join(err, failed)
	}}
	c, err := shared.ListenPacket(ctx, network, ":"+strconv.Itoa(port))
	switch {
	case err == nil:
		return c.(*net.UDPConn), nil
	case errors.Is(err, syscall.EACCES) && port < 1024:
		return nil, errors.New("UDP access error, you may need root access for ports below 1024")
	}
	return nil, fmt.Errorf("error: %w", err)
}

// udpInterface finds a network interface by name or by one of its addresses;
// nil for any.
func udpInterface(name string) (*net.Interface, error) {
	if name == "" {
		return nil, nil
	}
	ip := net.ParseIP(name)
	if ip == nil {
		i, err := net.InterfaceByName(name)
		if err != nil {
			return nil, fmt.Errorf("udp: interface %s not found", name)
		}
		return i, nil
	}
	all, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	for i := range all {
		addresses, _ := all[i].Addrs()
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok && n.IP.Equal(ip) {
				return &all[i], nil
			}
		}
	}
	return nil, fmt.Errorf("udp: interface %s not found", name)
}

// udpJoin makes c part of a multicast group.
func udpJoin(c *net.UDPConn, network, group string, via *net.Interface) error {
	ip := net.ParseIP(strings.TrimSpace(group))
	if ip == nil || !ip.IsMulticast() {
		return errors.New("Bad Multicast Address") //nolint:staticcheck // Node-RED's text
	}
	if network == "udp6" {
		p := ipv6.NewPacketConn(c)
		return errors.Join(p.SetMulticastLoopback(false), p.SetMulticastHopLimit(udpReach), p.JoinGroup(via, &net.UDPAddr{IP: ip}))
	}
	p := ipv4.NewPacketConn(c)
	err := errors.Join(p.SetMulticastLoopback(false), p.SetMulticastTTL(udpReach), p.JoinGroup(via, &net.UDPAddr{IP: ip}))
	if via != nil {
		err = errors.Join(err, p.SetMulticastInterface(via))
	}
	return err
}
