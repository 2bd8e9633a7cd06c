package network

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

var errTCPSlow = errors.New("the peer does not read: disconnected")

// tcpConn is a connection whose writes do not wait for the peer: they are
// queued, up to a bound.
type tcpConn struct {
	net.Conn
	id string

	mu      sync.Mutex
	queue   [][]byte
	waiting int           // bytes in queue, and those that are being written
	writing bool          // a goroutine writes
	ending  bool          // close when the queue is empty
	closed  bool          // nothing is written any more
	room    chan struct{} // closed when there may be room again
}

func newTCPConn(conn net.Conn) *tcpConn { return &tcpConn{Conn: conn, id: msg.NewID()} }

// session is what a message carries to be answered on its connection.
func (c *tcpConn) session() *msg.Object { return msg.Of("type", "tcp", "id", c.id) }

// tcpDisconnected is what shows under a node whose connection has ended.
func tcpDisconnected(c *tcpConn) node.Status {
	return node.Status{Fill: "red", Shape: "ring", Text: "common.status.disconnected", Extra: msg.Of("_session", c.session())}
}

// send queues data. What is sent to a connection that ends is forgotten.
func (c *tcpConn) send(ctx context.Context, data []byte) error {
	patience := time.NewTimer(tcpPatience)
	defer patience.Stop()
	for {
		c.mu.Lock()
		if c.closed || c.ending {
			c.mu.Unlock()
			return nil
		}
		if c.waiting == 0 || c.waiting+len(data) <= maxTCPWaiting {
			c.queue = append(c.queue, data)
			c.waiting += len(data)
			if !c.writing {
				c.writing = true
				go c.write()
			}
			c.mu.Unlock()
			return nil
		}
		if c.room == nil {
			c.room = make(chan struct{})
		}
		room := c.room
		c.mu.Unlock()
		select {
		case <-room:
			patience.Reset(tcpPatience)
		case <-patience.C:
			_ = c.Close()
			return errTCPSlow
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// write runs while there is something to write.
func (c *tcpConn) write() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.queue) > 0 && !c.closed {
		data := c.queue[0]
		c.queue[0] = nil
		c.queue = c.queue[1:]
		if !c.ending {
			_ = c.SetWriteDeadline(time.Now().Add(tcpWrite))
		}
		c.mu.Unlock()
		_, err := c.Write(data)
		c.mu.Lock()
		c.waiting -= len(data)
		c.free()
		if err != nil {
			c.ending = true
			c.queue = nil
		}
	}
	c.writing = false
	if c.ending && !c.closed {
		c.closed = true
		_ = c.Conn.Close()
	}
}

// free wakes who waits for room; c.mu is held.
func (c *tcpConn) free() {
	if c.room != nil {
		close(c.room)
		c.room = nil
	}
}

// finish closes the connection when all that waits has been written, and after
// limit in any case.
func (c *tcpConn) finish(limit time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ending = true
	if !c.writing {
		c.closed = true
		_ = c.Conn.Close()
		return
	}
	_ = c.SetWriteDeadline(time.Now().Add(limit))
}

// Close closes the connection as it is.
func (c *tcpConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.queue, c.waiting = nil, 0
	c.free()
	return c.Conn.Close()
}
