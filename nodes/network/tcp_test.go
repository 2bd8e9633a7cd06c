package network

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// recorder is an Out and a Late that keeps what comes of messages.
type recorder struct {
	*inbox
	done chan error
}

func newRecorder() *recorder { return &recorder{newInbox(), make(chan error, 1000)} }

func (r *recorder) SendTo(m *msg.Object, _ ...int) { r.Send(m) }
func (r *recorder) Later() node.Late               { return r }
func (r *recorder) Done(_ *msg.Object, err error)  { r.done <- err }
func (r *recorder) Fail(_ *msg.Object, err error)  { r.done <- err }
func (r *recorder) SendAll(byPort [][]*msg.Object) { panic("not here") }

// ended is how the next message ended.
func (r *recorder) ended(t *testing.T) error {
	t.Helper()
	select {
	case err := <-r.done:
		return err
	case <-time.After(5 * time.Second):
		t.Fatal("the message did not end")
		return nil
	}
}

// message is the next message without session and address.
func (b *inbox) message(t *testing.T) string {
	t.Helper()
	m := b.whole(t)
	for _, key := range []string{"_session", "ip", "port"} {
		m.Delete(key)
	}
	return m.String()
}

func (b *inbox) whole(t *testing.T) *msg.Object {
	t.Helper()
	select {
	case m := <-b.messages:
		return m
	case <-time.After(5 * time.Second):
		t.Fatal("no message")
		return nil
	}
}

// shows waits for a status with that text.
func (b *inbox) shows(t *testing.T, text string) node.Status {
	t.Helper()
	limit := time.After(5 * time.Second)
	for {
		select {
		case s := <-b.statuses:
			if s.Text == text {
				return s
			}
		case <-limit:
			t.Fatalf("no status %q", text)
		}
	}
}

// around is an environment for the nodes of one test.
func around(b *inbox) *node.Env {
	return &node.Env{ID: "n1", Log: slog.New(slog.DiscardHandler), Shared: new(sync.Map), Status: b.Status, Var: func(string) (any, bool) { return nil, false }}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// startIn runs a source until the test ends; stop ends it before, and returns
// when it has ended.
func startIn(t *testing.T, s interface {
	node.Source
	node.Opener
}, env *node.Env, out node.Late) (stop func()) {
	t.Helper()
	if err := s.Open(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Start(ctx, out) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(10 * time.Second):
			t.Error("the source does not end")
		}
	})
	t.Cleanup(stop)
	return stop
}

// connect tries until the listener is there.
func connect(t *testing.T, port int) *net.TCPConn {
	t.Helper()
	for begin := time.Now(); ; {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			t.Cleanup(func() { conn.Close() })
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			return conn.(*net.TCPConn)
		}
		if time.Since(begin) > 5*time.Second {
			t.Fatal(err)
		}
	}
}

func say(t *testing.T, conn io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

func TestTCPFrames(t *testing.T) {
	for _, c := range []struct {
		name   string
		f      tcpFrames
		chunks []string
		want   string // payloads as JSON
	}{
		{"buffers", tcpFrames{as: "buffer"}, []string{"ab", "\xff"}, `{"type":"Buffer","data":[97,98]} {"type":"Buffer","data":[255]}`},
		{"texts", tcpFrames{as: "utf8"}, []string{"ab", "c"}, `"ab" "c"`},
		{"a character in two parts", tcpFrames{as: "utf8"}, []string{"a\xc3", "\xa9b\xe2\x82", "\xac"}, `"a" "éb" "€"`},
		{"half a character", tcpFrames{as: "utf8"}, []string{"a\xe2"}, `"a" "` + "\ufffd" + `"`},
		{"no character", tcpFrames{as: "utf8"}, []string{"\xff\xff"}, `"` + "\ufffd\ufffd" + `"`},
		{"lines", tcpFrames{as: "utf8", delimiter: "\n"}, []string{"one\ntw", "o\n", "\nthree"}, `"one" "two" "" "three"`},
		{"lines with their end", tcpFrames{as: "utf8", delimiter: "\r\n", keep: true}, []string{"one\r", "\ntwo\r\n"}, `"one\r\n" "two\r\n"`},
		{"a delimiter in parts", tcpFrames{as: "utf8", delimiter: "END"}, []string{"aE", "NENDbEN", "Dc"}, `"aEN" "b" "c"`},
		{"base64", tcpFrames{as: "base64"}, []string{"hello", "x"}, `"aGVsbG8=" "eA=="`},
		{"one buffer", tcpFrames{single: true, as: "buffer"}, []string{"a", "b"}, `{"type":"Buffer","data":[97,98]}`},
		{"one text", tcpFrames{single: true, as: "utf8"}, []string{"a\xc3", "\xa9\n"}, `"aé\n"`},
		{"one base64", tcpFrames{single: true, as: "base64"}, []string{"hel", "lo"}, `"aGVsbG8="`},
		{"nothing", tcpFrames{single: true, as: "utf8"}, nil, ``},
	} {
		var got []string
		emit := func(v any) { got = append(got, string(msg.Encode(v))) }
		for _, chunk := range c.chunks {
			data := []byte(chunk)
			if err := c.f.add(data, emit); err != nil {
				t.Fatal(err)
			}
			copy(data, strings.Repeat("#", len(data))) // it is the reader's again
		}
		c.f.end(emit)
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: got %s, want %s", c.name, s, c.want)
		}
	}
	long := tcpFrames{as: "utf8", delimiter: "\n"}
	part := make([]byte, 1<<20)
	var err error
	for range maxTCPMessage>>20 + 1 {
		err = errors.Join(err, long.add(part, func(any) { t.Error("a message") }))
	}
	if err == nil {
		t.Error("a line without end is kept for ever")
	}
}

func TestTCPIn(t *testing.T) {
	in := newInbox()
	port := freePort(t)
	stop := startIn(t, &TCPIn{Port: port, As: "utf8", Delimiter: `\n`, Topic: "tt"}, around(in), in)
	conn := connect(t, port)
	say(t, conn, "one\ntw")
	m := in.whole(t)
	local := conn.LocalAddr().(*net.TCPAddr)
	ip := "127.0.0.1"
	if listensForBoth() {
		ip = "::ffff:" + ip // as in Node-RED
	}
	if m.Get("ip") != ip || m.Get("port") != float64(local.Port) || m.Path("_session.type") != "tcp" || m.Get("topic") != "tt" {
		t.Errorf("message %s", m)
	}
	if s := in.shows(t, "1 connection"); s.Extra.Get("event") != "connect" || s.Extra.Path("_session.id") != m.Path("_session.id") {
		t.Errorf("status %v", s)
	}
	say(t, conn, "o\nthree")
	if err := conn.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"two", "three"} {
		if got := in.message(t); got != `{"topic":"tt","payload":"`+want+`"}` {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if s := in.shows(t, "0 connections"); s.Extra.Get("event") != "disconnect" {
		t.Errorf("status %v", s)
	}
	if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the connection stays: %v", err)
	}

	still := connect(t, port)
	in.shows(t, "1 connection")
	stop()
	if _, err := still.Read(make([]byte, 1)); err == nil {
		t.Error("the connection outlives the node")
	}
}

// A peer that sends without end is disconnected, and nothing of it is kept.
func TestTCPInFlood(t *testing.T) {
	in := newInbox()
	port := freePort(t)
	startIn(t, &TCPIn{Port: port, Mode: "single"}, around(in), in)
	conn := connect(t, port)
	part := make([]byte, 1<<20)
	var err error
	for range 3 * maxTCPMessage >> 20 {
		if _, err = conn.Write(part); err != nil {
			break
		}
	}
	if err == nil {
		_, err = conn.Read(part)
	}
	if err == nil || errors.Is(err, errTimeout) {
		t.Errorf("still connected: %v", err)
	}
	in.shows(t, "0 connections")
	if len(in.messages) > 0 {
		t.Error("a message of it")
	}
}

var errTimeout = context.DeadlineExceeded

func TestTCPInPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	n := &TCPIn{Port: l.Addr().(*net.TCPAddr).Port}
	in := newInbox()
	if err := n.Open(t.Context(), around(in)); err != nil {
		t.Fatal(err)
	}
	if err := n.Start(t.Context(), in); err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("unable to listen on port %d, error: ", n.Port)) {
		t.Errorf("error %v", err)
	}
}

// What is asked over a connection is answered over it; without a session all
// are told; reset ends.
func TestTCPReply(t *testing.T) {
	in := newInbox()
	env, port := around(in), freePort(t)
	startIn(t, &TCPIn{Port: port, As: "utf8", Delimiter: `\n`}, env, in)
	out := &TCPOut{Kind: "reply"}
	if err := out.Open(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	asks, other := connect(t, port), connect(t, port)
	in.shows(t, "2 connections")
	say(t, asks, "q\n")
	m := in.whole(t)
	send := func(m *msg.Object) {
		t.Helper()
		if err := out.Receive(t.Context(), m, nil); err != nil {
			t.Fatal(err)
		}
	}
	session := m.Get("_session")
	send(msg.Of("_session", msg.CloneValue(session), "payload", []byte("a1\n")))
	send(msg.Of("_session", msg.Of("type", "tcp", "id", "gone"), "payload", "lost\n"))
	send(msg.Of("_session", msg.CloneValue(session)))
	send(msg.Of("payload", 42))
	send(msg.Of("payload", "\n"))
	for conn, want := range map[net.Conn]string{asks: "a1 42", other: "42"} {
		r := bufio.NewReader(conn)
		for line := range strings.FieldsSeq(want) {
			if got, err := r.ReadString('\n'); got != line+"\n" {
				t.Errorf("got %q %v, want %s", got, err, line)
			}
		}
	}
	send(msg.Of("_session", msg.CloneValue(session), "reset", true))
	if _, err := asks.Read(make([]byte, 1)); err == nil {
		t.Error("reset did not end the connection")
	}
	send(msg.Of("payload", "still\n"))
	if got, _ := bufio.NewReader(other).ReadString('\n'); got != "still\n" {
		t.Errorf("got %q", got)
	}
}

func TestTCPOutServer(t *testing.T) {
	statuses := newInbox()
	port := freePort(t)
	out := &TCPOut{Kind: "server", Port: port, Base64: true}
	if err := out.Open(t.Context(), around(statuses)); err != nil {
		t.Fatal(err)
	}
	one, two := connect(t, port), connect(t, port)
	statuses.shows(t, "2 connections")
	if err := out.Receive(t.Context(), msg.Of("payload", "aGVsbG8K"), nil); err != nil {
		t.Fatal(err)
	}
	for _, conn := range []net.Conn{one, two} {
		if got, _ := bufio.NewReader(conn).ReadString('\n'); got != "hello\n" {
			t.Errorf("got %q", got)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := one.Read(make([]byte, 1)); err == nil {
		t.Error("the connection outlives the node")
	}
}

// lines accepts connections and tells what comes over each, line by line, and
// "end" when it ends.
func lines(t *testing.T) (port int, got chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	got = make(chan string, 1000)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for s := bufio.NewScanner(conn); s.Scan(); {
					got <- s.Text()
					if s.Text() == "hang up" {
						break
					}
				}
				got <- "end"
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port, got
}

func TestTCPOutClient(t *testing.T) {
	port, got := lines(t)
	statuses := newInbox()
	out := &TCPOut{Kind: "client", Host: "127.0.0.1", Port: port}
	if err := out.Open(t.Context(), around(statuses)); err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	want := func(line string) {
		t.Helper()
		select {
		case g := <-got:
			if g != line {
				t.Errorf("got %q, want %q", g, line)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%q did not come", line)
		}
	}
	for _, line := range []string{"first", "second", "hang up"} { // the first waits for the connection
		if err := out.Receive(t.Context(), msg.Of("payload", line+"\n"), nil); err != nil {
			t.Fatal(err)
		}
		want(line)
	}
	want("end")
	statuses.shows(t, "common.status.disconnected")
	statuses.shows(t, "common.status.connected") // again
	if err := out.Receive(t.Context(), msg.Of("payload", "third\n"), nil); err != nil {
		t.Fatal(err)
	}
	want("third")
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	want("end")
}

func TestTCPOutEnd(t *testing.T) {
	port, got := lines(t)
	out := &TCPOut{Kind: "client", Host: "127.0.0.1", Port: port, End: true}
	if err := out.Open(t.Context(), around(newInbox())); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := out.Receive(t.Context(), msg.Of("payload", i), nil); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{fmt.Sprint(i), "end"} {
			if g := <-got; g != want {
				t.Errorf("got %q, want %q", g, want)
			}
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestTCPInClient(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for i := 0; ; i++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = fmt.Fprintf(conn, "hello %d", i)
			conn.Close()
		}
	}()
	in := newInbox()
	stop := startIn(t, &TCPIn{Kind: "client", Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Mode: "single", As: "utf8"}, around(in), in)
	for i := range 3 {
		if m := in.whole(t); m.Get("payload") != fmt.Sprintf("hello %d", i) || m.Has("ip") || m.Path("_session.type") != "tcp" {
			t.Errorf("message %s", m)
		}
	}
	stop()
}

// A peer that does not read holds nobody up for long, and is disconnected;
// one that reads gets everything in order.
func TestTCPSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		c := newTCPConn(here)
		began := time.Now()
		var err error
		for range 10 {
			if err = c.send(t.Context(), make([]byte, 1<<20)); err != nil {
				break
			}
		}
		if err != errTCPSlow || time.Since(began) != tcpPatience {
			t.Errorf("error %v after %v", err, time.Since(began))
		}
		if _, err := there.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("still connected: %v", err)
		}
		there.Close()
	})
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		c := newTCPConn(here)
		read := make(chan []byte)
		go func() {
			time.Sleep(time.Minute)
			data, _ := io.ReadAll(there)
			read <- data
		}()
		for i := range 100 {
			if err := c.send(t.Context(), []byte{byte(i)}); err != nil {
				t.Fatal(err)
			}
		}
		c.finish(2 * time.Minute)
		if data := <-read; len(data) != 100 || !slices.IsSorted(data) {
			t.Errorf("%d bytes: %v", len(data), data)
		}
	})
}

// A connection that breaks off has not said all that it had to: there is no
// message of the beginning.
func TestTCPInBreaksOff(t *testing.T) {
	in, port := newInbox(), freePort(t)
	stop := startIn(t, &TCPIn{Port: port, As: "utf8", Mode: "single"}, around(in), in)
	defer stop()
	for _, end := range []func(c *net.TCPConn) error{
		func(c *net.TCPConn) error { return errors.Join(c.SetLinger(0), c.Close()) }, // a reset
		(*net.TCPConn).Close,
	} {
		conn := connect(t, port)
		say(t, conn, "whole")
		in.shows(t, "1 connection")
		if err := end(conn); err != nil {
			t.Fatal(err)
		}
		in.shows(t, "0 connections")
	}
	if m := in.whole(t); m.Get("payload") != "whole" || len(in.messages) > 0 {
		t.Errorf("got %s and %d more, want what ended in order", m, len(in.messages))
	}
}

func TestTCPClaims(t *testing.T) {
	for _, c := range []struct {
		node node.Claimer
		want []node.Claim
	}{
		{&TCPIn{Kind: "server", Port: 7}, []node.Claim{{Kind: "TCP port", Key: "7", Property: "port"}}},
		{&TCPIn{Kind: "client", Port: 7}, nil},
		{&TCPOut{Kind: "server", Port: 7}, []node.Claim{{Kind: "TCP port", Key: "7", Property: "port"}}},
		{&TCPOut{Kind: "client", Port: 7}, nil},
		{&TCPOut{Kind: "reply"}, nil},
		{&TCPIn{Kind: "server"}, nil}, // without port: another problem
	} {
		if got := c.node.Claims(); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %+v, want %+v", c.node, got, c.want)
		}
	}
}

func TestTCPRequestAdvice(t *testing.T) {
	for _, c := range []struct {
		node *TCPRequest
		want string
	}{{&TCPRequest{}, ""}, {&TCPRequest{TLS: node.RefTo("t", &TLSConfig{})}, "tls"}} {
		told := ""
		c.node.Advise(node.Host{}, func(a node.Advice, property, _ string) {
			if told += property; a != node.Differs {
				t.Errorf("advice %v", a)
			}
		})
		if told != c.want {
			t.Errorf("advice about %q, want %q", told, c.want)
		}
	}
}

func TestTCPRequestOfNothing(t *testing.T) {
	n, out := &TCPRequest{Host: "127.0.0.1", Port: freePort(t), Until: "time", Amount: "0"}, newRecorder()
	if err := n.Open(t.Context(), around(out.inbox)); err != nil {
		t.Fatal(err)
	}
	if err := n.Receive(t.Context(), msg.Of("payload", nil), out); err != errTCPNull {
		t.Errorf("error %v", err)
	}
	n.Host = ""
	if err := n.Receive(t.Context(), msg.Of("payload", "x"), out); err != nil || len(out.done) > 0 {
		t.Errorf("error %v, %d complete; want a warning and neither", err, len(out.done))
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
}

func TestTCPRequest(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				r := bufio.NewReader(conn)
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					if line == "bye\n" {
						_, _ = io.WriteString(conn, "by")
						return
					}
					_, _ = io.WriteString(conn, "<"+line[:2])
					_, _ = io.WriteString(conn, line[2:]+">")
				}
			}()
		}
	}()
	port := l.Addr().(*net.TCPAddr).Port
	for _, c := range []struct {
		config *TCPRequest
		in     string
		want   string // "" for no message
		ends   string // what shows then
	}{
		{&TCPRequest{Until: "time", Amount: "200", Return: "string"}, "abc\n", `{"payload":"<abc\n>","topic":"t"}`, ""},
		{&TCPRequest{Until: "time", Amount: "200"}, "a\n", `{"payload":{"type":"Buffer","data":[60,97,10,62]},"topic":"t"}`, ""},
		{&TCPRequest{Until: "char", Amount: "c", Return: "string"}, "abcd\n", `{"payload":"<abc","topic":"t"}`, ""},
		{&TCPRequest{Until: "char", Amount: `\n`, Return: "string"}, "abcd\n", `{"payload":"<abcd\n","topic":"t"}`, ""},
		{&TCPRequest{Until: "char", Amount: "0x3e", Return: "string"}, "ab\n", `{"payload":"<ab\n>","topic":"t"}`, ""},
		{&TCPRequest{Until: "count", Amount: "4", Return: "string"}, "abcdef\n", `{"payload":"<abc","topic":"t"}`, ""},
		{&TCPRequest{Until: "count", Amount: "0", Return: "string"}, "abcdef\n", `{"payload":"<","topic":"t"}`, ""},
		{&TCPRequest{Until: "count", Amount: "10"}, "bye\n", "", "common.status.disconnected"},
		{&TCPRequest{Until: "time", Amount: "60000", Return: "string"}, "bye\n", `{"payload":"by","topic":"t"}`, ""},
		{&TCPRequest{Until: "immed"}, "abc\n", "", ""},
	} {
		t.Run(c.config.Until+" "+c.config.Amount, func(t *testing.T) {
			n, out := c.config, newRecorder()
			if err := n.Open(t.Context(), around(out.inbox)); err != nil {
				t.Fatal(err)
			}
			if err := n.Receive(t.Context(), msg.Of("payload", c.in, "topic", "t", "host", "127.0.0.1", "port", port), out); err != nil {
				t.Fatal(err)
			}
			if err := out.ended(t); err != nil {
				t.Fatal(err)
			}
			if c.want == "" {
				out.shows(t, "1 connection")
				out.shows(t, c.ends)
			} else if got := out.message(t); got != strings.TrimSuffix(c.want, "}")+`,"host":"127.0.0.1"}` {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if err := n.Close(); err != nil || len(out.messages) > 0 {
				t.Errorf("more messages, or %v", err)
			}
		})
	}
	t.Run("sit", func(t *testing.T) {
		n, out := &TCPRequest{Host: "127.0.0.1", Port: port, Until: "sit", Return: "string", Delimiter: `\n`}, newRecorder()
		if err := n.Open(t.Context(), around(out.inbox)); err != nil {
			t.Fatal(err)
		}
		for i, line := range []string{"one\n", "two\n", "three\n"} {
			if err := n.Receive(t.Context(), msg.Of("payload", line, "n", i), out); err != nil {
				t.Fatal(err)
			}
			if err := out.ended(t); err != nil {
				t.Fatal(err)
			}
			want := []string{`{"payload":"<one","n":0}`, `{"payload":"><two","n":1}`, `{"payload":"><three","n":2}`}[i]
			if got := out.message(t); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		if err := n.Receive(t.Context(), msg.Of("reset", fmt.Sprintf("127.0.0.1:%d", port)), out); err != nil {
			t.Fatal(err)
		}
		out.shows(t, "0 connections")
		if err := n.Receive(t.Context(), msg.Of("payload", "anew\n", "reset", false), out); err != nil {
			t.Fatal(err)
		}
		if got, want := out.message(t), `{"payload":"<anew","reset":false}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
	})
	for _, until := range []string{"time", "sit"} {
		t.Run("refused, "+until, func(t *testing.T) {
			n, out := &TCPRequest{Host: "127.0.0.1", Port: freePort(t), Until: until}, newRecorder()
			n.Amount = "5"
			if err := n.Open(t.Context(), around(out.inbox)); err != nil {
				t.Fatal(err)
			}
			if err := n.Receive(t.Context(), msg.Of("payload", "x"), out); err != nil {
				t.Fatal(err)
			}
			err := out.ended(t)
			if err == nil || err.Error() != fmt.Sprintf("connect failed 127.0.0.1:%d", n.Port) || !errors.Is(err, syscall.ECONNREFUSED) {
				t.Fatalf("error %v", err)
			}
			if shown := fmt.Sprint(err.(*tcpFailure).Shown()); !strings.HasSuffix(shown, "connection refused") {
				t.Errorf("people see %q", shown)
			}
			out.shows(t, "common.status.error")
			if err := n.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestTCPRequestConfig(t *testing.T) {
	for config, want := range map[string]string{
		`{"out":"time","splitc":"soon"}`: "splitc: ",
		`{"out":"char","splitc":"0xZZ"}`: "splitc: ",
		`{"out":"char","splitc":""}`:     "splitc: ",
		`{"out":"count","splitc":"1e9"}`: "splitc: ",
		`{"out":"sit","splitc":"x"}`:     "",
		`{"port":"70000"}`:               "port: ",
	} {
		got := strings.Join(nodetest.Check(t, "tcp request", config), "; ")
		if (want == "") != (got == "") || !strings.HasPrefix(got, want) {
			t.Errorf("%s: problems %q, want %q", config, got, want)
		}
	}
	for config, want := range map[string]string{`{"server":"client","port":1}`: "host: ", `{"server":false,"port":1}`: "host: ", `{}`: "port: "} {
		if got := strings.Join(nodetest.Check(t, "tcp in", config), "; "); !strings.HasPrefix(got, want) {
			t.Errorf("%s: problems %q, want %q", config, got, want)
		}
	}
}

// certificates are a server's certificate and key in each form that
// tls-config reads.
func certificates(t *testing.T) map[string]*TLSConfig {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.StartTLS()
	defer server.Close()
	pair := server.TLS.Certificates[0]
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	locked, err := pkcs8.MarshalPrivateKey(pair.PrivateKey, []byte("pass"), nil)
	if err != nil {
		t.Fatal(err)
	}
	p12, err := pkcs12.Modern.Encode(pair.PrivateKey, server.Certificate(), nil, "pass")
	if err != nil {
		t.Fatal(err)
	}
	configs := make(map[string]*TLSConfig)
	for name, config := range map[string]*msg.Object{
		"text":       msg.Of("certdata", string(cert), "keydata", string(key), "cadata", string(cert)),
		"passphrase": msg.Of("certdata", string(cert), "keydata", string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: locked})), "cadata", string(cert), "passphrase", "pass"),
		"PKCS #12":   msg.Of("p12data", base64Text(p12), "passphrase", "pass"),
	} {
		typ := "files"
		if name == "PKCS #12" {
			typ = "pfx"
		}
		json := msg.Of("certType", typ, "servername", "example.com", "credentials", config).String()
		configs[name] = nodetest.Of[TLSConfig](nodetest.New(t, "tls-config", json))
	}
	configs["PKCS #12"].ready.RootCAs = configs["text"].ready.RootCAs
	return configs
}

func TestTCPOverTLS(t *testing.T) {
	for name, config := range certificates(t) {
		t.Run(name, func(t *testing.T) {
			in, port := newInbox(), freePort(t)
			startIn(t, &TCPIn{Port: port, Mode: "single", As: "utf8", TLS: node.RefTo("t", config)}, around(in), in)
			connect(t, port) // a half-open peer harms nobody
			out := newRecorder()
			n := &TCPRequest{Host: "127.0.0.1", Port: port, Until: "immed", TLS: node.RefTo("t", config)}
			if err := n.Open(t.Context(), around(out.inbox)); err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			if err := n.Receive(t.Context(), msg.Of("payload", "secret"), out); err != nil {
				t.Fatal(err)
			}
			if err := out.ended(t); err != nil {
				t.Fatal(err)
			}
			if got := in.message(t); got != `{"topic":"","payload":"secret"}` {
				t.Errorf("got %s", got)
			}
		})
	}
}

func base64Text(data []byte) string { return (&tcpFrames{as: "base64"}).payload(data).(string) }

// A websocket client believes whom its TLS configuration says.
func TestWebSocketClientTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil); err == nil {
			_ = conn.WriteMessage(websocket.TextMessage, []byte("secret"))
			conn.Close()
		}
	}))
	defer server.Close()
	config := nodetest.Of[TLSConfig](nodetest.New(t, "tls-config", `{"verifyservercert":false}`))
	c := &WebSocketClient{URL: "wss" + strings.TrimPrefix(server.URL, "https"), TLS: node.RefTo("t", config)}
	in := newInbox()
	defer c.hub.read(in)()
	if err := c.Open(t.Context(), around(in)); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if m := in.whole(t); m.Get("payload") != "secret" {
		t.Errorf("message %s", m)
	}
}
