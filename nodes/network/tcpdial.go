package network

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"time"

	"github.com/flowrill/flowrill/engine/node"
)

// tcpDialer connects to a host, with TLS where there is a configuration.
type tcpDialer struct {
	config *TLSConfig
	allow  node.Allow
}

func (d tcpDialer) dial(ctx context.Context, host, port string) (net.Conn, error) {
	if d.allow != nil {
		if err := d.allow.Net(host); err != nil {
			return nil, err
		}
	}
	secure, err := d.config.config()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, tcpDial)
	defer cancel()
	plain := &net.Dialer{KeepAliveConfig: tcpListening.KeepAliveConfig}
	if d.config == nil {
		return plain.DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	}
	return (&tls.Dialer{NetDialer: plain, Config: secure}).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
}

// tcpKeep connects again and again until ctx ends, with growing pauses. use
// runs as long as the connection lives, shows that it has ended, and tells
// whether its end was meant.
func tcpKeep(ctx context.Context, dial func(context.Context) (net.Conn, error), status func(node.Status), log *slog.Logger, use func(*tcpConn) (meant bool)) {
	for wait, failed := tcpFirst, false; ; {
		status(node.Status{Fill: "grey", Shape: "dot", Text: "common.status.connecting"})
		conn, err := dial(ctx)
		now := wait
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = conn.Close()
			}
			return
		case err != nil:
			if !failed { // the next tries are not worth a line each
				log.Warn(err.Error())
			}
			failed = true
			status(node.Status{Fill: "red", Shape: "ring", Text: "common.status.disconnected"})
		default:
			failed = false
			c := newTCPConn(conn)
			began := time.Now()
			stop := context.AfterFunc(ctx, func() { c.finish(time.Second) })
			meant := use(c)
			stop()
			c.finish(tcpPatience)
			if meant {
				now = tcpSoon
			}
			if meant || time.Since(began) >= tcpAgain {
				wait = tcpFirst
			}
		}
		if ctx.Err() != nil {
			return
		}
		if !pause(ctx, now) {
			return
		}
		if now != tcpSoon {
			wait = min(2*wait, tcpAgain)
		}
	}
}

// pause tells whether the time passed before ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
