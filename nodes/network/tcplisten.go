package network

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/node"
)

var tcpListening = net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: tcpAlive, Interval: 30 * time.Second, Count: 5}}

func tcpClaim(port int) []node.Claim {
	if port == 0 {
		return nil
	}
	return []node.Claim{{Kind: "TCP port", Key: strconv.Itoa(port), Property: "port"}}
}

// tcpListen takes a port on all addresses of this machine.
func tcpListen(ctx context.Context, port int, config *TLSConfig) (net.Listener, error) {
	secure, err := config.config()
	if err != nil {
		return nil, err
	}
	l, err := tcpListening.Listen(ctx, "tcp", ":"+strconv.Itoa(port))
	if err != nil {
		return nil, fmt.Errorf("unable to listen on port %d, error: %w", port, err)
	}
	if config != nil {
		l = tls.NewListener(l, secure)
	}
	return l, nil
}

// tcpServe hands each connection to use, on a goroutine of its own, until ctx
// ends; then it closes them all and waits.
func tcpServe(ctx context.Context, l net.Listener, log *slog.Logger, use func(*tcpConn)) {
	log.Info("listening", "address", l.Addr().String())
	var work sync.WaitGroup
	var mu sync.Mutex
	open := make(map[*tcpConn]struct{})
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	for ctx.Err() == nil {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			break
		}
		if err != nil { // too many open files, or the like
			log.Warn("accept a connection: " + err.Error())
			pause(ctx, time.Second)
			continue
		}
		c := newTCPConn(conn)
		mu.Lock()
		if len(open) >= maxTCPConns {
			mu.Unlock()
			log.Warn("too many connections: closed one", "address", conn.RemoteAddr().String(), "most", maxTCPConns)
			_ = c.Close()
			continue
		}
		open[c] = struct{}{}
		mu.Unlock()
		work.Go(func() {
			if shaken(ctx, conn) {
				use(c)
			}
			c.finish(tcpPatience)
			mu.Lock()
			delete(open, c)
			mu.Unlock()
		})
	}
	mu.Lock()
	for c := range open {
		c.finish(time.Second)
	}
	mu.Unlock()
	work.Wait()
}

// shaken makes the TLS handshake of a connection that needs one.
func shaken(ctx context.Context, conn net.Conn) bool {
	t, ok := conn.(*tls.Conn)
	if !ok {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, tcpDial)
	defer cancel()
	return t.HandshakeContext(ctx) == nil
}
