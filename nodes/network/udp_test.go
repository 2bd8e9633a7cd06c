package network

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func freeUDPPort(t *testing.T) int {
	t.Helper()
	c, err := net.ListenPacket("udp4", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).Port
}

// listening waits until a udp-in has its port.
func listening(t *testing.T, env *node.Env, port int) {
	t.Helper()
	for begin := time.Now(); udpSocketsOf(env).of(udpPort{"udp4", port}) == nil; {
		if time.Since(begin) > 5*time.Second {
			t.Fatal("udp-in does not listen")
		}
	}
}

func TestUDP(t *testing.T) {
	for _, c := range []struct {
		as      string
		base64  bool
		payload any
		want    string
	}{
		{"utf8", false, "datagram é", `"datagram é"`},
		{"utf8", false, 42.0, `"42"`},
		{"utf8", false, nil, `"null"`},
		{"utf8", true, "aGk=", `"hi"`},
		{"buffer", false, []byte{0, 1, 255}, `{"type":"Buffer","data":[0,1,255]}`},
		{"base64", false, "hello", `"aGVsbG8="`},
		{"utf8", false, "", `""`},
	} {
		in := newInbox()
		env, port := around(in), freeUDPPort(t)
		stop := startIn(t, &UDPIn{Port: port, As: c.as, Network: "udp4"}, env, in)
		listening(t, env, port)
		out := &UDPOut{Network: "udp4", Multicast: "false", Base64: c.base64}
		if err := out.Open(t.Context(), env); err != nil {
			t.Fatal(err)
		}
		if err := out.Receive(t.Context(), msg.Of("payload", c.payload, "ip", "127.0.0.1", "port", fmt.Sprint(port)), nil); err != nil {
			t.Fatal(err)
		}
		m := in.whole(t)
		if got := string(msg.Encode(m.Get("payload"))); got != c.want {
			t.Errorf("%v as %s: got %s, want %s", c.payload, c.as, got, c.want)
		}
		// It was sent from the port that udp-in listens on, so that it can be answered.
		if m.Get("ip") != "127.0.0.1" || m.Get("port") != float64(port) || m.Get("fromip") != fmt.Sprintf("127.0.0.1:%d", port) {
			t.Errorf("message %s, want it from port %d", m, port)
		}
		stop()
		if err := out.Close(); err != nil || udpSocketsOf(env).of(udpPort{"udp4", port}) != nil {
			t.Errorf("close: %v", err)
		}
	}
}

// Two nodes on one port both get what comes, as long as there are two.
func TestUDPShared(t *testing.T) {
	a, b := newInbox(), newInbox()
	env, port := around(a), freeUDPPort(t)
	stopA := startIn(t, &UDPIn{Port: port, As: "utf8", Network: "udp4"}, env, a)
	listening(t, env, port)
	shared := udpSocketsOf(env).of(udpPort{"udp4", port})
	stopB := startIn(t, &UDPIn{Port: port, As: "buffer", Network: "udp4"}, env, b)
	for begin := time.Now(); ; { // until b has joined
		shared.mu.Lock()
		n := len(shared.readers)
		shared.mu.Unlock()
		if n == 2 {
			break
		}
		if time.Since(begin) > 5*time.Second {
			t.Fatal("the second node does not listen")
		}
	}
	peer, err := net.Dial("udp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	say(t, peer, "both")
	if m := a.whole(t); m.Get("payload") != "both" {
		t.Errorf("the first got %s", m)
	}
	if m := b.whole(t); string(m.Get("payload").([]byte)) != "both" {
		t.Errorf("the second got %s", m)
	}
	stopA()
	say(t, peer, "one")
	if m := b.whole(t); string(m.Get("payload").([]byte)) != "one" {
		t.Errorf("the second got %s", m)
	}
	stopB()
	if len(a.messages) > 0 || udpSocketsOf(env).of(udpPort{"udp4", port}) != nil {
		t.Error("a node that has stopped hears, or the port is held")
	}
}

// An IPv6 socket takes IPv4, too.
func TestUDP6(t *testing.T) {
	if !listensForBoth() {
		t.Skip("no IPv6 on this machine")
	}
	in := newInbox()
	env, port := around(in), freeUDPPort(t)
	defer startIn(t, &UDPIn{Port: port, As: "utf8", Network: "udp6"}, env, in)()
	for begin := time.Now(); udpSocketsOf(env).of(udpPort{"udp6", port}) == nil; {
		if time.Since(begin) > 5*time.Second {
			t.Fatal("udp-in does not listen")
		}
	}
	for host, want := range map[string]string{"::1": "::1", "127.0.0.1": "::ffff:127.0.0.1"} {
		peer, err := net.Dial("udp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err != nil {
			t.Fatal(err)
		}
		say(t, peer, "x")
		if m := in.whole(t); m.Get("ip") != want {
			t.Errorf("from %s: %s, want ip %s", host, m, want)
		}
		peer.Close()
	}
}

func TestUDPOut(t *testing.T) {
	peer, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	to, from := peer.LocalAddr().(*net.UDPAddr).Port, freeUDPPort(t)
	n := nodetest.New(t, "udp out", fmt.Sprintf(`{"addr":"localhost","port":"%d","outport":"%d","multicast":"false"}`, to, from))
	for _, payload := range []string{"one", "two"} {
		if err := n.Send(fmt.Sprintf(`{"payload":%q,"ip":"192.0.2.1","port":1}`, payload)); err != nil {
			t.Fatal(err)
		}
		data := make([]byte, 100)
		_ = peer.SetReadDeadline(time.Now().Add(5 * time.Second))
		k, sender, err := peer.ReadFromUDP(data)
		if err != nil || string(data[:k]) != payload || sender.Port != from {
			t.Errorf("got %q from %v, %v", data[:k], sender, err)
		}
	}
	if err := n.Receive(msg.Of("payload", make([]byte, 70_000))); err == nil || err.Error() != fmt.Sprintf("udp : Error: send EMSGSIZE localhost:%d", to) {
		t.Errorf("error %v", err)
	}
	if err := n.Send(`{}`); err != nil { // no payload is nothing to send
		t.Error(err)
	}
	w := nodetest.New(t, "udp out", `{"multicast":false}`)
	for _, m := range []string{`{"payload":1}`, `{"payload":1,"ip":"127.0.0.1"}`, `{"payload":1,"ip":"127.0.0.1","port":70000}`, `{"payload":1,"ip":"127.0.0.1","port":"x"}`} {
		if err := w.Send(m); err != nil {
			t.Error(err)
		}
	}
	if got, want := strings.Join(w.Logs(), "; "), "WARN udp: ip address not set; WARN udp: port not set; WARN udp: port number not valid; WARN udp: port number not valid"; got != want {
		t.Errorf("log %q, want %q", got, want)
	}
}

func TestUDPConfig(t *testing.T) {
	for config, want := range map[string]string{
		`{"multicast":true,"port":1,"group":"127.0.0.1"}`: "group: ",
		`{"multicast":"false","port":1,"group":""}`:       "",
		`{}`: "port: ",
	} {
		got := strings.Join(nodetest.Check(t, "udp in", config), "; ")
		if (want == "") != (got == "") || !strings.HasPrefix(got, want) {
			t.Errorf("%s: problems %q, want %q", config, got, want)
		}
	}
	if _, err := udpInterface("no-such-interface"); err == nil || err.Error() != "udp: interface no-such-interface not found" {
		t.Errorf("error %v", err)
	}
	if i, err := udpInterface("127.0.0.1"); err != nil || i.Flags&net.FlagLoopback == 0 {
		t.Errorf("interface %v, %v", i, err)
	}
}
