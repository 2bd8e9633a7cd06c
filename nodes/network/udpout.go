package network

import (
	"context"
	"errors"
	"math"
	"net"
	"strconv"
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// UDPOut sends payloads as datagrams (contract nodes.md, network).
type UDPOut struct {
	Address   string `prop:"addr" label:"Address" placeholder:"192.0.2.10" help:"Empty: msg.ip." summary:"true"`
	Port      int    `prop:"port" label:"Port" placeholder:"7000" min:"1" max:"65535" help:"Empty: msg.port." summary:"true"`
	Multicast string `prop:"multicast" label:"Send" enum:"false=to one address,broad=as broadcast,multi=to a multicast group" default:"false"`
	Interface string `prop:"iface" label:"Interface" placeholder:"eth0" when:"multicast == 'multi'"`
	From      int    `prop:"outport" label:"From port" min:"0" max:"65535" advanced:"true" help:"Empty: any, or that of a udp-in which listens on the port that is sent to."`
	Network   string `prop:"ipv" label:"Using" enum:"udp4=IPv4,udp6=IPv6" default:"udp4"`
	Base64    bool   `prop:"base64" label:"Texts are base64"`

	env     *node.Env
	sockets *udpSockets
	via     *net.Interface // of multicast; nil: the system chooses
	mu      sync.Mutex
	own     *net.UDPConn // made with the first message
}

func init() {
	node.Register[UDPOut](node.Type{
		Name: "udp-out", Aliases: []string{"udp out"}, Category: "network", Icon: "radio", Mode: node.Pool(1),
		Help: "Sends `msg.payload` as a UDP datagram: a buffer as it is, anything else as text. Where to, the node says or `msg.ip` and `msg.port`.\n\n" +
			"A datagram that is too large, or cannot be sent, is an error for catch nodes.",
	})
}

// Upgrade reads the yes and no of older files.
func (*UDPOut) Upgrade(raw *msg.Object) { textOfBool(raw, "multicast") }

// Open keeps what Receive needs.
func (u *UDPOut) Open(_ context.Context, env *node.Env) error {
	u.env, u.sockets = env, udpSocketsOf(env)
	if u.Multicast != "multi" {
		return nil
	}
	var status node.Status
	if u.via, status = udpVia(u.Interface, u.Network, env.Log); u.via != nil {
		env.Status(status)
	}
	return nil
}

// Close gives the socket up.
func (u *UDPOut) Close() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.own != nil {
		return u.own.Close()
	}
	return nil
}

// Receive sends one datagram.
func (u *UDPOut) Receive(ctx context.Context, m *msg.Object, _ node.Out) error {
	payload, ok := m.Lookup("payload")
	if !ok {
		return nil
	}
	log := node.Log(ctx)
	host := u.Address
	if host == "" && msg.Truthy(m.Get("ip")) {
		host = msg.Text(m.Get("ip"))
	}
	port := float64(u.Port)
	if port == 0 && msg.Truthy(m.Get("port")) {
		port = msg.Number(m.Get("port"))
	}
	switch {
	case host == "":
		log.Warn("udp: ip address not set")
		return nil
	case port == 0:
		log.Warn("udp: port not set")
		return nil
	case !(port >= 1 && port <= 65535) || port != math.Trunc(port):
		log.Warn("udp: port number not valid")
		return nil
	}
	var data []byte
	switch v := payload.(type) {
	case []byte:
		data = v
	default:
		if data = []byte(msg.Text(v)); u.Base64 {
			data = decodeBase64(string(data))
		}
	}
	if err := u.send(ctx, data, host, int(port)); err != nil {
		return &udpFailure{net.JoinHostPort(host, strconv.Itoa(int(port))), err}
	}
	return nil
}

// udpFailure is a datagram that could not be sent, with Node-RED's text for
// flows and all of it for people.
type udpFailure struct {
	to  string
	err error
}

func (f *udpFailure) Error() string {
	for _, e := range errno {
		if errors.Is(f.err, e.err) {
			return "udp : Error: send " + e.code + " " + f.to
		}
	}
	var dns *net.DNSError
	if errors.As(f.err, &dns) {
		return "udp : Error: " + failureOf(f.err).text
	}
	return "udp : " + f.err.Error()
}

func (f *udpFailure) Unwrap() error { return f.err }
func (f *udpFailure) Shown() any    { return "udp : " + f.err.Error() }

func (u *UDPOut) send(ctx context.Context, data []byte, host string, port int) error {
	if u.env.Allow != nil {
		if err := u.env.Allow.Net(host); err != nil {
			return err
		}
	}
	to, err := net.ResolveUDPAddr(u.Network, net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return err
	}
	c, err := u.socket(ctx, to)
	if err != nil {
		return err
	}
	_, err = c.WriteToUDP(data, to)
	return err
}

// socket is what to send from: that of a udp-in on the same port, or the
// node's own.
func (u *UDPOut) socket(ctx context.Context, to *net.UDPAddr) (*net.UDPConn, error) {
	shared := u.From
	if shared == 0 {
		shared = to.Port
	}
	if k := u.sockets.of(udpPort{u.Network, shared}); k != nil && u.Multicast == "false" {
		return k.UDPConn, nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.own != nil {
		return u.own, nil
	}
	c, err := udpListen(ctx, u.Network, u.From)
	if err != nil {
		return nil, err
	}
	if u.Multicast == "multi" {
		if err := udpJoin(c, u.Network, to.IP.String(), u.via); err != nil {
			_ = c.Close()
			return nil, err
		}
	}
	u.own = c
	return c, nil
}
