package network

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
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

// udpSockets are the sockets of all udp-in nodes of an engine. Nodes on one
// port share its socket, and a udp-out sends from it, so that answers come to
// the udp-in.
type udpSockets struct {
	mu   sync.Mutex
	open map[udpPort]*udpSocket
}

type udpPort struct {
	network string // udp4, udp6
	port    int
}

// udpSocket is read by one goroutine for as long as it has readers.
type udpSocket struct {
	*net.UDPConn
	ended chan struct{} // closed when nothing is read any more
	err   error         // why, if nobody closed it; good when ended is closed

	mu      sync.Mutex
	readers []*udpReader
}

// udpReader is a udp-in; data is good until read returns.
type udpReader struct {
	read func(data []byte, from netip.AddrPort)

	mu   sync.Mutex // held while read runs
	gone bool
}

func (r *udpReader) pass(data []byte, from netip.AddrPort) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.gone {
		r.read(data, from)
	}
}

type udpSocketsKey struct{}

func udpSocketsOf(env *node.Env) *udpSockets {
	s, _ := env.Shared.LoadOrStore(udpSocketsKey{}, &udpSockets{open: make(map[udpPort]*udpSocket)})
	return s.(*udpSockets)
}

// join gives r, too, what comes to a port until leave, which waits for a read
// that is under way.
func (s *udpSockets) join(ctx context.Context, at udpPort, r *udpReader) (k *udpSocket, leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k = s.open[at]; k == nil {
		c, err := udpListen(ctx, at.network, at.port)
		if err != nil {
			return nil, nil, err
		}
		k = &udpSocket{UDPConn: c, ended: make(chan struct{})}
		s.open[at] = k
		go func() {
			k.run()
			s.forget(at, k)
			close(k.ended)
		}()
	}
	k.mu.Lock()
	k.readers = append(slices.Clip(k.readers), r)
	k.mu.Unlock()
	return k, func() { s.leave(at, k, r) }, nil
}

func (s *udpSockets) leave(at udpPort, k *udpSocket, r *udpReader) {
	s.mu.Lock()
	k.mu.Lock()
	k.readers = slices.DeleteFunc(slices.Clone(k.readers), func(have *udpReader) bool { return have == r })
	last := len(k.readers) == 0
	k.mu.Unlock()
	if last && s.open[at] == k {
		delete(s.open, at)
	}
	s.mu.Unlock()
	if last {
		_ = k.Close()
	}
	r.mu.Lock() // no lock is held while a flow runs that wants one of the others
	r.gone = true
	r.mu.Unlock()
	if last {
		<-k.ended
	}
}

func (s *udpSockets) forget(at udpPort, k *udpSocket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[at] == k {
		delete(s.open, at)
	}
}

func (s *udpSockets) of(at udpPort) *udpSocket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[at]
}

// run reads until the socket is closed.
func (k *udpSocket) run() {
	data := make([]byte, maxDatagram)
	for {
		n, from, err := k.ReadFromUDPAddrPort(data)
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				k.err = err
			}
			_ = k.Close()
			return
		}
		k.mu.Lock()
		readers := k.readers
		k.mu.Unlock()
		for _, r := range readers {
			r.pass(data[:n], from)
		}
	}
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
	if network == "udp6" {
		network = "udp" // an IPv6 socket that takes IPv4, too, as Node.js makes it
	}
	c, err := shared.ListenPacket(ctx, network, ":"+strconv.Itoa(port))
	switch {
	case err == nil:
		return c.(*net.UDPConn), nil
	case errors.Is(err, syscall.EACCES) && port < 1024:
		return nil, errors.New("UDP access error, you may need root access for ports below 1024")
	}
	return nil, fmt.Errorf("error: %w", err)
}

// udpInterface finds a network interface by name or by one of its addresses.
func udpInterface(name string) (*net.Interface, error) {
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

// udpVia is the interface of that name; nil for any, which it is with a
// warning if there is none of the name, as in Node-RED. status says which.
func udpVia(name, network string, log *slog.Logger) (via *net.Interface, status node.Status) {
	if name == "" {
		return nil, status
	}
	via, err := udpInterface(name)
	if err != nil {
		log.Warn(err.Error())
		return nil, status
	}
	status.Text = name
	addresses, _ := via.Addrs()
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && (n.IP.To4() != nil) == (network == "udp4") {
			status.Text += " : " + n.IP.String()
			break
		}
	}
	return via, status
}

// udpJoin makes c part of a multicast group.
func udpJoin(c *net.UDPConn, network, group string, via *net.Interface) error {
	ip := net.ParseIP(strings.TrimSpace(group))
	if ip == nil || !ip.IsMulticast() {
		return errors.New("Bad Multicast Address") //nolint:staticcheck // Node-RED's text
	}
	if network == "udp6" {
		p := ipv6.NewPacketConn(c)
		return errors.Join(p.SetMulticastLoopback(false), p.SetMulticastHopLimit(udpReach), joined(p.JoinGroup(via, &net.UDPAddr{IP: ip})))
	}
	p := ipv4.NewPacketConn(c)
	err := errors.Join(p.SetMulticastLoopback(false), p.SetMulticastTTL(udpReach), joined(p.JoinGroup(via, &net.UDPAddr{IP: ip})))
	if via != nil {
		err = errors.Join(err, p.SetMulticastInterface(via))
	}
	return err
}

// joined forgives that another node on the port is in the group already.
func joined(err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil
	}
	return err
}
