package network

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
)

// Bounds of TCP connections, and what happens at them.
const (
	// maxTCPConns is how many connections a node has; one more is closed at once.
	maxTCPConns = 10_000
	// maxTCPMessage is how much comes in before there is a message of it: a line,
	// or all of a connection. More ends the connection, with an error.
	maxTCPMessage = 16 << 20
	// maxTCPWaiting is how many bytes may wait for a peer to read them. Who sends
	// then waits tcpPatience for room; a peer that has read nothing by then is
	// disconnected.
	maxTCPWaiting = 4 << 20
	tcpPatience   = 5 * time.Second
	// tcpWrite is how long a peer may take to read what is sent at once.
	tcpWrite = 2 * time.Minute
	// tcpDial is how long a connection, with its TLS handshake, may take to come.
	tcpDial = 15 * time.Second
	// tcpAlive is how long a connection may be silent before it is asked whether
	// the peer is there; one that is not is closed some minutes later.
	tcpAlive = 120 * time.Second
	// tcpFirst is the pause after the first failure to connect. It doubles up to
	// tcpAgain, which is Node-RED's. tcpSoon is the one after a connection that
	// was meant to end.
	tcpFirst = 100 * time.Millisecond
	tcpAgain = 10 * time.Second
	tcpSoon  = 20 * time.Millisecond
)

// bytesToSend is what of a payload goes over the wire; false for nothing. A
// text may be base64.
func bytesToSend(m *msg.Object, encoded bool) ([]byte, bool) {
	switch v := m.Get("payload").(type) {
	case nil:
		return nil, false
	case []byte:
		return v, true
	case string:
		if encoded {
			return decodeBase64(v), true
		}
		return []byte(v), true
	default:
		if v == any(msg.Undefined) {
			return nil, false
		}
		return []byte(msg.Text(v)), true
	}
}

// decodeBase64 reads what can be read, as Node does: both alphabets, with
// anything else in between.
func decodeBase64(s string) []byte {
	clean := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c == '-':
			clean = append(clean, '+')
		case c == '_':
			clean = append(clean, '/')
		case c == '+' || c == '/' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	data := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(data, clean)
	return data[:n]
}

// connections is how many there are, in Node-RED's words.
func connections(n int) string {
	if n == 1 {
		return "1 connection"
	}
	return strconv.Itoa(n) + " connections"
}
