package network

import (
	"context"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// tcpKept is a connection of a tcp-request that stays. What comes is sent on
// with the rest of the message that was sent last.
type tcpKept struct {
	node *TCPRequest
	at   string // host:port

	// Under node.mu.
	waiting []tcpSending // until there is a connection
	conn    *tcpConn
	last    *msg.Object
	late    node.Late // of last
}

// tcpSending is a message on its way out.
type tcpSending struct {
	m    *msg.Object
	data []byte
	late node.Late
}

// send sends, or waits for the connection; node.mu is held.
func (k *tcpKept) send(m *msg.Object, data []byte, out node.Out) error {
	if k.conn == nil {
		if len(k.waiting) >= maxTCPRequests {
			return errTCPRequests
		}
		k.waiting = append(k.waiting, tcpSending{m, data, out.Later()})
		return nil
	}
	s := tcpSending{m, data, out.Later()}
	err := k.write(s)
	if err == nil {
		s.late.Done(m, nil)
	}
	return err
}

// write queues what is to be sent; node.mu is held.
func (k *tcpKept) write(s tcpSending) error {
	k.last, k.late = s.m.Clone(), s.late
	return k.conn.send(k.node.ctx, s.data)
}

// run connects, and reads until the connection ends.
func (k *tcpKept) run(dial func() (net.Conn, error)) {
	t := k.node
	conn, err := dial()
	t.mu.Lock()
	waiting := k.waiting
	k.waiting = nil
	late := waiting[len(waiting)-1].late
	if err != nil {
		k.forget()
		t.mu.Unlock()
		late.Status(node.Status{Fill: "red", Shape: "ring", Text: "common.status.error"})
		for _, s := range waiting {
			s.late.Done(s.m, connectFailed(k.at, err))
		}
		return
	}
	k.conn = newTCPConn(conn)
	late.Status(node.Status{Fill: "green", Shape: "dot", Text: connections(t.count)})
	errs := make([]error, len(waiting))
	for i, s := range waiting {
		errs[i] = k.write(s)
	}
	t.mu.Unlock()
	for i, s := range waiting {
		s.late.Done(s.m, errs[i])
	}
	stop := context.AfterFunc(t.ctx, func() { k.conn.finish(time.Second) })
	defer stop()
	k.read()
	t.mu.Lock()
	defer t.mu.Unlock()
	if k.forget() {
		k.late.Status(node.Status{Fill: "grey", Shape: "ring", Text: "common.status.disconnected"})
	}
}

// forget makes the next message connect anew, and tells whether that is new.
func (k *tcpKept) forget() bool {
	if k.node.kept[k.at] != k {
		return false
	}
	delete(k.node.kept, k.at)
	k.node.count--
	return true
}

func (k *tcpKept) read() {
	defer k.conn.finish(time.Second)
	t := k.node
	f := tcpFrames{as: "buffer"}
	if t.Return == "string" {
		f.as, f.delimiter, f.keep = "utf8", delimiterOf(t.Delimiter), t.Keep
	}
	emit := func(payload any) {
		t.mu.Lock()
		m, late := k.last.Clone(), k.late
		t.mu.Unlock()
		m.Set("payload", payload)
		late.Send(m)
	}
	chunk := make([]byte, 64<<10)
	for {
		n, err := k.conn.Read(chunk)
		if n > 0 {
			if err := f.add(chunk[:n], emit); err != nil {
				t.env.Log.Warn(err.Error(), "address", k.at)
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// reset closes the connections that stay: all for true, or the one of a
// host:port.
func (t *TCPRequest) reset(which any, out node.Out) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at, _ := which.(string)
	for _, k := range slices.Collect(maps.Values(t.kept)) {
		if k.conn == nil || which != true && k.at != at {
			continue
		}
		k.forget()
		_ = k.conn.Close()
	}
	shape := "dot"
	if len(t.kept) == 0 {
		shape = "ring"
	}
	out.Status(node.Status{Fill: "green", Shape: shape, Text: connections(len(t.kept))})
}
