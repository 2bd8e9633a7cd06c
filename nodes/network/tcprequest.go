package network

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

const (
	// maxTCPRequests is how many requests of a node are under way, or connections
	// are kept; one more is an error.
	maxTCPRequests = 1000
	// tcpAnswer is how long an answer may take to begin, and to come to its end.
	tcpAnswer = 120 * time.Second
)

var (
	errTCPRequests = fmt.Errorf("%d requests are under way: no more", maxTCPRequests)
	errTCPNull     = errors.New("msg.payload is null: there is nothing to send")
	errTCPAnswer   = fmt.Errorf("no answer in %v", tcpAnswer)
)

// TCPRequest sends a payload to a server and goes on with what it answers
// (contract nodes.md, network).
type TCPRequest struct {
	Host      string              `prop:"server" label:"Host" placeholder:"printer.example.com" help:"Empty: msg.host." summary:"true"`
	Port      int                 `prop:"port" label:"Port" placeholder:"9100" min:"1" max:"65535" help:"Empty: msg.port." summary:"true"`
	Until     string              `prop:"out" label:"Close the connection" enum:"time=some time after the first byte,char=when a character comes,count=after so many bytes,sit=never,immed=at once" default:"time"`
	Amount    string              `prop:"splitc" label:"After" labelWhen:"After milliseconds: out == 'time'; At this character: out == 'char'; After bytes: out == 'count'" initial:"0" when:"out in ['time','char','count']" help:"How many milliseconds or bytes; or a character, such as \\n, or its code, such as 0x0A."`
	Return    string              `prop:"ret" label:"Payload" enum:"buffer=buffer,string=text" default:"buffer"`
	Delimiter string              `prop:"newline" label:"Split at" when:"out == 'sit' && ret == 'string'" help:"Empty: a message for whatever comes at once."`
	Keep      bool                `prop:"trim" label:"Keep the delimiter" when:"out == 'sit' && ret == 'string'"`
	TLS       node.Ref[TLSConfig] `prop:"tls" label:"TLS"`

	env    *node.Env
	number float64 // of Amount: ms or bytes
	char   byte
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu    sync.Mutex
	count int                 // connections
	last  string              // host:port that was asked for last
	kept  map[string]*tcpKept // by host:port, those that stay
}

func init() {
	node.Register[TCPRequest](node.Type{
		Name: "tcp-request", Aliases: []string{"tcp request"}, Category: "network", Icon: "cable", Outputs: []string{"answer"}, Mode: node.Serial,
		Help: "Sends `msg.payload` to a TCP server and goes on with its answer: what comes within some time, up to a character, or so many bytes. " +
			"A connection that is never closed gives a message for whatever comes; `msg.reset` closes it, all with `true` or one by `host:port`.\n\n" +
			"If the server cannot be reached, or does not answer within 120 s, the message goes to catch nodes. At most 1,000 requests are under way.",
	})
}

// Check reads when an answer ends.
func (t *TCPRequest) Check(report func(property, problem string)) {
	if err := t.amount(); err != nil {
		report("splitc", err.Error())
	}
}

// Advise tells that a certificate is looked at.
func (t *TCPRequest) Advise(_ node.Host, notice func(a node.Advice, property, text string)) {
	if t.TLS.ID() != "" {
		notice(node.Differs, "tls", "the server's certificate is checked if the TLS configuration says so; Node-RED does not look at it")
	}
}

// amount reads splitc.
func (t *TCPRequest) amount() error {
	switch t.Until {
	case "time", "count":
		t.number = msg.Number(t.Amount)
		if !(t.number >= 0 && t.number <= 1e9) {
			return fmt.Errorf("%q is not a number, 0 or more", t.Amount)
		}
		if t.Until == "count" && t.number > maxTCPMessage {
			return fmt.Errorf("an answer has at most %d bytes", maxTCPMessage)
		}
	case "char":
		text := t.Amount
		escapes := map[string]byte{`\n`: '\n', `\r`: '\r', `\t`: '\t', `\e`: 0x1b, `\f`: '\f', `\0`: 0}
		if c, ok := escapes[text]; ok {
			t.char = c
		} else if strings.HasPrefix(text, "0x") {
			n, err := strconv.ParseUint(text[2:], 16, 8)
			if err != nil {
				return fmt.Errorf("%q is not the code of a character such as 0x0A", text)
			}
			t.char = byte(n)
		} else if text == "" {
			return errors.New("is required: the character with which an answer ends")
		} else {
			t.char = text[0]
		}
	}
	return nil
}

// Open makes ready what requests need.
func (t *TCPRequest) Open(_ context.Context, env *node.Env) error {
	t.env, t.kept = env, make(map[string]*tcpKept)
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t.amount()
}

// Close ends all connections.
func (t *TCPRequest) Close() error {
	if t.cancel != nil {
		t.cancel()
	}
	t.work.Wait()
	return nil
}

// Receive sends; the answer comes later.
func (t *TCPRequest) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	if t.Until == "sit" && msg.Truthy(m.Get("reset")) {
		t.reset(m.Get("reset"), out)
		if !m.Has("payload") {
			return nil
		}
	}
	host, port := t.Host, ""
	if host == "" && msg.Truthy(m.Get("host")) {
		host = msg.Text(m.Get("host"))
	}
	if t.Port > 0 {
		port = strconv.Itoa(t.Port)
	} else if msg.Truthy(m.Get("port")) {
		port = msg.Text(m.Get("port"))
	}
	at := host + ":" + port
	if v, ok := m.Lookup("payload"); ok && v == nil {
		return errTCPNull
	}
	data, ok := bytesToSend(m, false)
	if _, isBytes := m.Get("payload").([]byte); ok && !isBytes {
		m.Set("payload", string(data)) // which complete nodes see
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if at != t.last {
		t.last = at
		out.Status(node.Status{})
	}
	if host == "" || port == "" {
		node.Log(ctx).Warn("Host and/or port not set")
		out.Later() // never done: it is not complete, and no error, as in Node-RED
		return nil
	}
	if k := t.kept[at]; k != nil {
		return k.send(m, data, out)
	}
	if t.count >= maxTCPRequests {
		return errTCPRequests
	}
	t.count++
	dial := func() (net.Conn, error) { return tcpDialer{t.TLS.Get(), t.env.Allow}.dial(t.ctx, host, port) }
	if t.Until == "sit" {
		k := &tcpKept{node: t, at: at, waiting: []tcpSending{{m, data, out.Later()}}}
		t.kept[at] = k
		t.work.Go(func() { k.run(dial) })
		return nil
	}
	late := out.Later()
	t.work.Go(func() { t.ask(dial, at, m, data, late) })
	return nil
}

// began and ended keep the status: how many connections there are.
func (t *TCPRequest) began(late node.Late) {
	t.mu.Lock()
	defer t.mu.Unlock()
	late.Status(node.Status{Fill: "green", Shape: "dot", Text: connections(t.count)})
}

func (t *TCPRequest) ended(late node.Late, s node.Status) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count--
	late.Status(s)
}

// tcpFailure is a connection that did not come. Flows see Node-RED's text,
// people also why.
type tcpFailure struct {
	at  string
	err error
}

func connectFailed(at string, err error) error { return &tcpFailure{at, err} }

func (f *tcpFailure) Error() string { return "connect failed " + f.at }
func (f *tcpFailure) Unwrap() error { return f.err }
func (f *tcpFailure) Shown() any    { return f.Error() + ": " + f.err.Error() }

// ask makes one request on a connection of its own.
func (t *TCPRequest) ask(dial func() (net.Conn, error), at string, m *msg.Object, data []byte, late node.Late) {
	conn, err := dial()
	if err != nil {
		t.ended(late, node.Status{Fill: "red", Shape: "ring", Text: "common.status.error"})
		late.Done(m, connectFailed(at, err))
		return
	}
	defer conn.Close()
	stop := context.AfterFunc(t.ctx, func() { _ = conn.Close() })
	defer stop()
	t.began(late)
	_ = conn.SetDeadline(time.Now().Add(tcpAnswer))
	if _, err := conn.Write(data); err != nil {
		t.ended(late, node.Status{Fill: "red", Shape: "ring", Text: "common.status.error"})
		late.Done(m, connectFailed(at, err))
		return
	}
	late.Done(m, nil) // complete: it is sent
	var answer []byte
	var ended node.Status
	if t.Until != "immed" {
		var hungUp bool
		if answer, hungUp, err = t.read(conn); hungUp {
			ended = node.Status{Fill: "grey", Shape: "ring", Text: "common.status.disconnected"}
		}
	}
	t.ended(late, ended)
	switch {
	case t.ctx.Err() != nil:
	case err != nil:
		late.Fail(m, fmt.Errorf("%s: %w", at, err))
	case len(answer) > 0:
		_ = conn.Close() // not only when the flow has dealt with the answer
		m.Set("payload", t.payload(answer))
		late.Send(m)
	}
}

// read returns the answer, nothing if the server ended before it was whole;
// and whether the server ended.
func (t *TCPRequest) read(conn net.Conn) (answer []byte, hungUp bool, err error) {
	chunk := make([]byte, 16<<10)
	for {
		n, err := conn.Read(chunk)
		if n > 0 && len(answer) == 0 && t.Until == "time" {
			_ = conn.SetReadDeadline(time.Now().Add(time.Duration(t.number * float64(time.Millisecond))))
		}
		switch part := chunk[:n]; t.Until {
		case "char":
			if i := bytes.IndexByte(part, t.char); i >= 0 {
				return append(answer, part[:i+1]...), false, nil
			}
		case "count":
			if missing := max(1, int(t.number)) - len(answer); n >= missing {
				return append(answer, part[:missing]...), false, nil
			}
		}
		answer = append(answer, chunk[:n]...)
		var late net.Error
		timeout := errors.As(err, &late) && late.Timeout()
		switch {
		case len(answer) > maxTCPMessage:
			return nil, false, errTCPLong
		case err == nil:
		case t.Until == "time" && len(answer) > 0:
			return answer, !timeout, nil
		case timeout:
			return nil, false, errTCPAnswer
		default:
			return nil, true, nil
		}
	}
}

func (t *TCPRequest) payload(data []byte) any {
	if t.Return == "string" {
		return msg.Text(data)
	}
	return data
}
