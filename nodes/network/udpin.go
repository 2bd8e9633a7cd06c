package network

import (
	"bytes"
	"context"
	"encoding/base64"
	"net"
	"net/netip"
	"strconv"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// maxDatagram is the largest datagram there can be.
const maxDatagram = 64 << 10

// UDPIn makes a message of each datagram that comes to a port (contract
// nodes.md, network).
type UDPIn struct {
	Port      int    `prop:"port" label:"Port" placeholder:"7000" required:"true" min:"1" max:"65535" summary:"true"`
	As        string `prop:"datatype" label:"Payload" enum:"buffer=buffer,utf8=text,base64=text in base64" default:"buffer"`
	Multicast string `prop:"multicast" label:"Take" enum:"false=datagrams to this machine,true=those of a multicast group as well" default:"false"`
	Group     string `prop:"group" label:"Group" placeholder:"225.0.18.83" when:"multicast == 'true'"`
	Interface string `prop:"iface" label:"Interface" placeholder:"eth0" when:"multicast == 'true'" help:"Its name or its address; empty: the system chooses."`
	Network   string `prop:"ipv" label:"Using" enum:"udp4=IPv4,udp6=IPv6" default:"udp4"`

	env *node.Env
}

func init() {
	node.Register[UDPIn](node.Type{
		Name: "udp-in", Aliases: []string{"udp in"}, Category: "network", Icon: "radio", Outputs: []string{"message"},
		Help: "Starts a flow for each UDP datagram that comes to a port. `msg.ip`, `msg.port` and `msg.fromip` (`ip:port`) say from where.\n\n" +
			"Datagrams that come while the flow is busy wait in the system, which drops them when they are too many.",
	})
}

// Upgrade reads the yes and no of older files.
func (*UDPIn) Upgrade(raw *msg.Object) { textOfBool(raw, "multicast") }

func textOfBool(raw *msg.Object, key string) {
	if b, ok := raw.Get(key).(bool); ok {
		raw.Set(key, strconv.FormatBool(b))
	}
}

// Check wants a group.
func (u *UDPIn) Check(report func(property, problem string)) {
	if ip := net.ParseIP(u.Group); u.Multicast == "true" && (ip == nil || !ip.IsMulticast()) {
		report("group", "is not the address of a multicast group such as 225.0.18.83")
	}
}

// Open keeps what Start needs.
func (u *UDPIn) Open(_ context.Context, env *node.Env) error {
	u.env = env
	return nil
}

// Start listens until ctx ends.
func (u *UDPIn) Start(ctx context.Context, out node.Late) error {
	k, leave, err := udpSocketsOf(u.env).join(ctx, udpPort{u.Network, u.Port}, &udpReader{read: func(data []byte, from netip.AddrPort) {
		out.Send(u.message(data, from))
	}})
	if err != nil {
		return err
	}
	defer leave()
	if u.Multicast == "true" {
		via, status := udpVia(u.Interface, u.Network, u.env.Log)
		if err := udpJoin(k.UDPConn, u.Network, u.Group, via); err != nil {
			return err
		}
		if via != nil {
			out.Status(status)
		}
	}
	u.env.Log.Info("listening", "address", k.LocalAddr().String())
	select {
	case <-ctx.Done():
		return nil
	case <-k.ended:
		return k.err
	}
}

func (u *UDPIn) message(data []byte, from netip.AddrPort) *msg.Object {
	address := from.Addr().WithZone("")
	if u.Network == "udp4" {
		address = address.Unmap()
	}
	ip, port := address.String(), int(from.Port())
	return msg.Of("payload", u.payload(data), "fromip", ip+":"+strconv.Itoa(port), "ip", ip, "port", port)
}

func (u *UDPIn) payload(data []byte) any {
	switch u.As {
	case "utf8":
		return msg.Text(data)
	case "base64":
		return base64.StdEncoding.EncodeToString(data)
	}
	return bytes.Clone(data)
}
