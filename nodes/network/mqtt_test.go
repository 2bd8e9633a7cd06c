package network

import (
	"bufio"
	"bytes"
	"context"
	"crypto/pbkdf2"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

const mosquitto = "/usr/sbin/mosquitto"

// startMosquitto runs a broker until the test ends, with a listener on port
// and more of its configuration.
func startMosquitto(t *testing.T, more string) (port int) {
	t.Helper()
	if _, err := os.Stat(mosquitto); err != nil {
		t.Skip("no mosquitto on this machine: ", err)
	}
	if !strings.Contains(more, "allow_anonymous") {
		more = "allow_anonymous true\n" + more
	}
	file := filepath.Join(t.TempDir(), "mosquitto.conf")
	for range 5 { // another may take the port before the broker does
		port = freePort(t)
		config := fmt.Sprintf("user root\nmax_queued_messages 10000\nlistener %d 127.0.0.1\n%s", port, more)
		if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		if runs(t, exec.Command(mosquitto, "-c", file)) {
			return port
		}
	}
	t.Fatal("mosquitto does not start")
	return 0
}

// runs starts a broker, to the end of the test, and tells whether it came to
// serve.
func runs(t *testing.T, cmd *exec.Cmd) bool {
	t.Helper()
	output, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said, ended := make(chan bool, 1), make(chan struct{})
	var log strings.Builder // good when ended is closed
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			log.WriteString(lines.Text() + "\n")
			if strings.HasSuffix(lines.Text(), " running") {
				said <- true
			}
		}
		_ = cmd.Wait()
		said <- false
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return <-said
}

// brokerNode is an open mqtt-broker; config is what its form says besides.
func brokerNode(t *testing.T, port int, config string) (*MQTTBroker, *recorder) {
	t.Helper()
	o := nodetest.Message(t, config)
	if !o.Has("broker") {
		o.Set("broker", "127.0.0.1")
	}
	if !o.Has("port") {
		o.Set("port", port)
	}
	typ, _ := node.Lookup("mqtt-broker")
	o.Set("id", "b1")
	in, problems := typ.Decode(o, nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	b, r := in.Value.(*MQTTBroker), newRecorder()
	b.pause = 20 * time.Millisecond
	if err := b.Open(t.Context(), around(r.inbox)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b, r
}

// mqttIn is a running mqtt-in, connected.
func mqttIn(t *testing.T, b *MQTTBroker, config string) (n *MQTTIn, r *recorder, stop func()) {
	t.Helper()
	typ, _ := node.Lookup("mqtt-in")
	o := nodetest.Message(t, config)
	o.Set("id", "i1")
	o.Set("broker", "b1")
	in, problems := typ.Decode(o, &node.Binding{Ref: func(string) (any, string, string) { return b, "mqtt-broker", "" }})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	n, r = in.Value.(*MQTTIn), newRecorder()
	end := startIn(t, n, around(r.inbox), r)
	stop = sync.OnceFunc(func() {
		end()
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	r.shows(t, mqttConnected.status().Text)
	if n.Dynamic == 0 {
		subscribed(b, n.Topic)
	}
	return n, r, stop
}

// subscribed returns when the broker has heard of a filter: subscriptions are
// made one after the other.
func subscribed(b *MQTTBroker, filter string) {
	for {
		b.talking.Lock()
		b.mu.Lock()
		ok := b.link != nil && len(b.subs[filter]) > 0
		for _, s := range b.subs[filter] {
			ok = ok && s.told
		}
		b.mu.Unlock()
		b.talking.Unlock()
		if ok {
			return
		}
	}
}

// mqttOut is an open mqtt-out, connected.
func mqttOut(t *testing.T, b *MQTTBroker, config string) (n *MQTTOut, r *recorder) {
	t.Helper()
	typ, _ := node.Lookup("mqtt-out")
	o := nodetest.Message(t, config)
	o.Set("id", "o1")
	o.Set("broker", "b1")
	in, problems := typ.Decode(o, &node.Binding{Ref: func(string) (any, string, string) { return b, "mqtt-broker", "" }})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	n, r = in.Value.(*MQTTOut), newRecorder()
	if err := n.Open(t.Context(), around(r.inbox)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sync.OnceFunc(func() { n.Close() }))
	r.shows(t, mqttConnected.status().Text)
	return n, r
}

func (n *MQTTOut) send(t *testing.T, r *recorder, m *msg.Object) {
	t.Helper()
	if err := n.Receive(t.Context(), m, r); err != nil {
		t.Fatal(err)
	}
}

func TestMQTT(t *testing.T) {
	port := startMosquitto(t, "")
	for version := 3; version <= 5; version++ {
		for _, c := range []struct {
			name, in, out string
			m             *msg.Object
			want          string // without what tells the version
		}{
			{"text", `{"topic":"a/b","datatype":"utf8"}`, `{}`, msg.Of("topic", "a/b", "payload", "é"), `{"topic":"a/b","payload":"é","qos":0,"retain":false}`},
			{"the node's topic", `{"topic":"a/+"}`, `{"topic":"a/c","qos":"1"}`, msg.Of("topic", "x", "payload", 5, "qos", 2), `{"topic":"a/c","payload":"5","qos":1,"retain":false}`},
			{"QoS 2, limited", `{"topic":"a/#","qos":"1"}`, `{}`, msg.Of("topic", "a/b/c", "payload", true, "qos", "2"), `{"topic":"a/b/c","payload":"true","qos":1,"retain":false}`},
			{"QoS 2", `{"topic":"a/#","qos":"2"}`, `{"qos":2}`, msg.Of("topic", "a", "payload", ""), `{"topic":"a","payload":"","qos":2,"retain":false}`},
			{"object", `{"topic":"j","datatype":"auto-detect"}`, `{}`, msg.Of("topic", "j", "payload", msg.Of("b", 1, "a", msg.NewList(nil))), `{"topic":"j","payload":{"b":1,"a":[null]},"qos":0,"retain":false}`},
			{"JSON as text", `{"topic":"j","datatype":"auto"}`, `{}`, msg.Of("topic", "j", "payload", "{}"), `{"topic":"j","payload":"{}","qos":0,"retain":false}`},
			{"null", `{"topic":"j","datatype":"buffer"}`, `{}`, msg.Of("topic", "j", "payload", nil), `{"topic":"j","payload":{"type":"Buffer","data":[]},"qos":0,"retain":false}`},
			{"bytes", `{"topic":"j","datatype":"auto-detect"}`, `{}`, msg.Of("topic", "j", "payload", []byte{0xff, 0}), `{"topic":"j","payload":{"type":"Buffer","data":[255,0]},"qos":0,"retain":false}`},
			{"base64", `{"topic":"j","datatype":"base64"}`, `{}`, msg.Of("topic", "j", "payload", "hi"), `{"topic":"j","payload":"aGk=","qos":0,"retain":false}`},
			{"JSON", `{"topic":"j","datatype":"json"}`, `{}`, msg.Of("topic", "j", "payload", "[1]"), `{"topic":"j","payload":[1],"qos":0,"retain":false}`},
		} {
			t.Run(fmt.Sprintf("%d %s", version, c.name), func(t *testing.T) {
				b, _ := brokerNode(t, port, fmt.Sprintf(`{"protocolVersion":"%d"}`, version))
				_, in, stop := mqttIn(t, b, c.in)
				n, out := mqttOut(t, b, c.out)
				qos := byte(0)
				m := c.m.Clone()
				n.send(t, out, m)
				if qos = byte(m.Get("qos").(float64)); qos > 0 {
					if err := out.ended(t); err != nil {
						t.Error(err)
					}
				}
				got := in.whole(t)
				if got.Get("_topic") != got.Get("topic") {
					t.Errorf("_topic of %s", got)
				}
				if got.Delete("_topic"); got.String() != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
				stop()
				if err := n.Close(); err != nil || b.connected() != nil {
					t.Errorf("still connected, %v", err)
				}
			})
		}
	}
}

// Messages keep their order, and all of them come.
func TestMQTTOrder(t *testing.T) {
	port := startMosquitto(t, "")
	for version := 4; version <= 5; version++ {
		b, _ := brokerNode(t, port, fmt.Sprintf(`{"protocolVersion":%d}`, version))
		_, in, stop := mqttIn(t, b, `{"topic":"n/#","qos":"1"}`)
		n, out := mqttOut(t, b, `{"qos":"1"}`)
		const many = 1500
		go func() {
			for i := range many {
				if err := n.Receive(t.Context(), msg.Of("topic", fmt.Sprintf("n/%d", i%7), "payload", i), out); err != nil {
					t.Error(err)
				}
			}
		}()
		for i := range many {
			if m := in.whole(t); m.Get("payload") != fmt.Sprint(i) {
				t.Fatalf("version %d: message %d is %s", version, i, m)
			}
		}
		for range many {
			if err := out.ended(t); err != nil {
				t.Fatal(err)
			}
		}
		stop()
	}
}

func TestMQTT5Properties(t *testing.T) {
	port := startMosquitto(t, "")
	b, _ := brokerNode(t, port, `{"protocolVersion":"5","userProps":"{\"who\":\"me\"}"}`)
	_, in, _ := mqttIn(t, b, `{"topic":"p","datatype":"auto-detect","rap":true,"rh":2}`)
	n, out := mqttOut(t, b, `{"respTopic":"answers","expiry":"60","userProps":"{\"a\":\"1\",\"b\":{\"c\":2}}"}`)
	n.send(t, out, msg.Of("topic", "p", "payload", `{"x":1}`, "contentType", "text/plain", "correlationData", []byte("42"), "payloadFormatIndicator", true, "userProperties", msg.Of("z", "0")))
	want := `{"topic":"p","payload":"{\"x\":1}","qos":0,"retain":false,"responseTopic":"answers","correlationData":{"type":"Buffer","data":[52,50]},"contentType":"text/plain",` +
		`"messageExpiryInterval":60,"payloadFormatIndicator":true,"userProperties":{"a":"1","b":"{\"c\":2}"},"_topic":"p"}`
	if got := in.whole(t).String(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	n.send(t, out, msg.Of("responseTopic", "x", "payload", "no topic but one to answer to")) // the node's own response topic wins
	n.send(t, out, msg.Of("topic", "p", "payload", "{", "contentType", "application/json"))
	if err := in.ended(t); err != errMQTTParse {
		t.Errorf("error %v", err)
	}
	b5, _ := brokerNode(t, port, `{"protocolVersion":"5"}`)
	_, mine, _ := mqttIn(t, b5, `{"topic":"own","nl":true}`)
	o, r := mqttOut(t, b5, `{}`)
	o.send(t, r, msg.Of("topic", "own", "payload", "mine"))
	n.send(t, out, msg.Of("topic", "own", "payload", "theirs"))
	if m := mine.whole(t); m.Get("payload") != "theirs" {
		t.Errorf("got %s", m)
	}
}

// A message that the broker keeps comes to who subscribes later.
func TestMQTTRetain(t *testing.T) {
	port := startMosquitto(t, "")
	b, _ := brokerNode(t, port, `{}`)
	n, out := mqttOut(t, b, `{"retain":"true","qos":"1"}`)
	n.send(t, out, msg.Of("topic", "kept", "payload", "state"))
	if err := out.ended(t); err != nil {
		t.Fatal(err)
	}
	_, in, _ := mqttIn(t, b, `{"topic":"kept"}`)
	if m := in.whole(t); m.Get("retain") != true || m.Get("payload") != "state" {
		t.Errorf("got %s", m)
	}
}

// wire passes a connection on to a port until it is cut.
type wire struct {
	port int
	mu   sync.Mutex
	open []net.Conn
}

func newWire(t *testing.T, to int) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{port: l.Addr().(*net.TCPAddr).Port}
	t.Cleanup(func() { l.Close(); w.cut() })
	go func() {
		for {
			here, err := l.Accept()
			if err != nil {
				return
			}
			there, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", to))
			if err != nil {
				here.Close()
				continue
			}
			w.mu.Lock()
			w.open = append(w.open, here, there)
			w.mu.Unlock()
			go func() { _, _ = io.Copy(here, there); here.Close() }()
			go func() { _, _ = io.Copy(there, here); there.Close() }()
		}
	}()
	return w
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.open {
		c.Close()
	}
	w.open = nil
}

// Birth, will and close messages; after a lost connection all is as before.
func TestMQTTLost(t *testing.T) {
	port := startMosquitto(t, "")
	watch, _ := brokerNode(t, port, `{"protocolVersion":5}`)
	_, seen, _ := mqttIn(t, watch, `{"topic":"life/#","datatype":"utf8"}`)
	for version := 4; version <= 5; version++ {
		w := newWire(t, port)
		b, _ := brokerNode(t, w.port, fmt.Sprintf(`{"protocolVersion":%d,"birthTopic":"life/birth","birthPayload":"born","birthQos":"1","closeTopic":"life/close","closePayload":"closed",
			"willTopic":"life/will","willPayload":"lost","willQos":"1","willMsg":{"userProps":"{\"w\":\"1\"}"}}`, version))
		want := func(what string) {
			t.Helper()
			if m := seen.whole(t); fmt.Sprint(m.Get("topic"), " ", m.Get("payload")) != what || version == 5 && what == "life/will lost" && m.Path("userProperties.w") != "1" {
				t.Errorf("version %d: got %s, want %s", version, m, what)
			}
		}
		_, in, stop := mqttIn(t, b, `{"topic":"news"}`)
		n, out := mqttOut(t, b, `{}`)
		want("life/birth born")
		w.cut()
		want("life/will lost")
		in.shows(t, mqttDisconnected.status().Text)
		want("life/birth born")
		in.shows(t, mqttConnected.status().Text)
		subscribed(b, "news")
		n.send(t, out, msg.Of("topic", "news", "payload", "again"))
		if m := in.whole(t); m.Get("payload") != "again" {
			t.Errorf("got %s", m)
		}
		stop()
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
		want("life/close closed")
	}
}

// A session that the broker keeps has what came while the connection was down.
func TestMQTTSession(t *testing.T) {
	port := startMosquitto(t, "")
	for version := 4; version <= 5; version++ {
		b, _ := brokerNode(t, port, fmt.Sprintf(`{"protocolVersion":%d,"clientid":"me%d","cleansession":false,"sessionExpiry":"3600","autoUnsubscribe":false}`, version, version))
		_, _, stop := mqttIn(t, b, `{"topic":"later","qos":"1"}`)
		stop()
		other, _ := brokerNode(t, port, `{}`)
		n, out := mqttOut(t, other, `{"qos":"1"}`)
		n.send(t, out, msg.Of("topic", "later", "payload", "while away"))
		if err := out.ended(t); err != nil {
			t.Fatal(err)
		}
		_, in, _ := mqttIn(t, b, `{"topic":"later","qos":"1"}`)
		if m := in.whole(t); m.Get("payload") != "while away" {
			t.Errorf("version %d: got %s", version, m)
		}
	}
}

func TestMQTTDynamic(t *testing.T) {
	port := startMosquitto(t, "")
	b, _ := brokerNode(t, port, `{"autoConnect":false}`)
	typ, _ := node.Lookup("mqtt in")
	in, problems := typ.Decode(nodetest.Message(t, `{"id":"i1","broker":"b1","inputs":1,"datatype":"utf8"}`), &node.Binding{Ref: func(string) (any, string, string) { return b, "mqtt-broker", "" }})
	if len(problems) > 0 || in.Inputs != 1 {
		t.Fatal(problems, in.Inputs)
	}
	n, r := in.Value.(*MQTTIn), newRecorder()
	startIn(t, n, around(r.inbox), r)
	act := func(m string) string {
		t.Helper()
		o := nodetest.Message(t, m)
		if err := n.Receive(t.Context(), o, r); err != nil {
			return err.Error()
		}
		if o.Get("action") == "connect" || o.Get("action") == "disconnect" {
			if err := r.ended(t); err != nil {
				return err.Error()
			}
		}
		return fmt.Sprint(o.Get("subscriptions"))
	}
	for _, c := range []struct{ m, want string }{
		{`{"action":"subscribe","topic":"before"}`, `[{"topic":"before","qos":2}]`},
		{`{"action":"connect"}`, `<nil>`},
		{`{"action":"connect","broker":{"clientid":"x"}}`, errMQTTConnected.Error()},
		{`{"action":"connect","broker":{"clientid":"x","force":true}}`, `<nil>`},
		{`{"action":"subscribe","topic":["a",{"topic":"b/+","qos":"1","datatype":"json"}]}`, `[{"topic":"before","qos":2},{"topic":"a","qos":2},{"topic":"b/+","qos":1,"datatype":"json"}]`},
		{`{"action":"unsubscribe","topic":{"topic":"a"}}`, `[{"topic":"before","qos":2},{"topic":"b/+","qos":1,"datatype":"json"}]`},
		{`{"action":"subscribe"}`, errMQTTSubscription.Error()},
		{`{"action":"subscribe","topic":["a/#/b"]}`, errMQTTFilter.Error()},
		{`{"action":"sing"}`, errMQTTAction.Error()},
		{`{}`, errMQTTAction.Error()},
	} {
		if got := act(c.m); got != c.want {
			t.Errorf("%s: %s, want %s", c.m, got, c.want)
		}
	}
	if b.settings.clientID != "x" {
		t.Errorf("client id %s", b.settings.clientID)
	}
	subscribed(b, "b/+")
	o, out := mqttOut(t, b, `{}`)
	for _, topic := range []string{"a", "b/1", "before"} {
		o.send(t, out, msg.Of("topic", topic, "payload", "7"))
	}
	for _, want := range []string{`{"topic":"b/1","payload":7}`, `{"topic":"before","payload":"7"}`} { // as the subscription, else the node says
		m := r.whole(t)
		if got := msg.Of("topic", m.Get("topic"), "payload", m.Get("payload")).String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	act(`{"action":"getSubscriptions"}`)
	if m := r.whole(t); m.Get("topic") != "subscriptions" || fmt.Sprint(m.Get("payload")) != `[{"topic":"before","qos":2},{"topic":"b/+","qos":1,"datatype":"json"}]` {
		t.Errorf("got %s", m)
	}
	if got := act(`{"action":"unsubscribe","topic":true}`); got != "[]" {
		t.Errorf("left %s", got)
	}
	if act(`{"action":"disconnect"}`); b.connected() != nil {
		t.Error("still connected")
	}
}

func TestMQTTSecure(t *testing.T) {
	dir := t.TempDir()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.StartTLS()
	defer server.Close()
	pair := server.TLS.Certificates[0]
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	for name, data := range map[string][]byte{
		"cert": certificate, "key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), "users": []byte(passwordLine(t, "user", "secret")),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ws := freePort(t)
	port := startMosquitto(t, fmt.Sprintf("allow_anonymous false\npassword_file %s/users\ncertfile %s/cert\nkeyfile %s/key\nlistener %d 127.0.0.1\nprotocol websockets\n", dir, dir, dir, ws))
	config := nodetest.Of[TLSConfig](nodetest.New(t, "tls-config", `{"servername":"example.com","credentials":{"cadata":`+string(msg.Encode(string(certificate)))+`}}`))
	for version := 4; version <= 5; version++ {
		b, _ := brokerNode(t, port, fmt.Sprintf(`{"protocolVersion":%d,"usetls":true,"credentials":{"user":"user","password":"secret"}}`, version))
		b.settings.tls, _ = config.config()
		_, in, _ := mqttIn(t, b, `{"topic":"s"}`)
		over, _ := brokerNode(t, 0, fmt.Sprintf(`{"protocolVersion":%d,"port":1883,"broker":"ws://user:secret@127.0.0.1:%d"}`, version, ws))
		n, out := mqttOut(t, over, `{"qos":"1"}`)
		n.send(t, out, msg.Of("topic", "s", "payload", strings.Repeat("x", 100_000)))
		if m := in.whole(t); len(m.Get("payload").(string)) != 100_000 {
			t.Errorf("got %d bytes", len(m.String()))
		}
		for name, config := range map[string]string{
			"wrong password":      `{"protocolVersion":%d,"usetls":true,"credentials":{"user":"user","password":"wrong"}}`,
			"unknown certificate": `{"protocolVersion":%d,"usetls":true,"verifyservercert":true,"credentials":{"user":"user","password":"secret"}}`,
			"no TLS":              `{"protocolVersion":%d,"credentials":{"user":"user","password":"secret"}}`,
		} {
			b, _ := brokerNode(t, port, fmt.Sprintf(config, version))
			if link, err := b.settings.connect(t.Context(), func(*mqttPacket) {}); err == nil {
				link.disconnect()
				t.Errorf("version %d: connected with %s", version, name)
			}
		}
	}
}

// passwordLine is a line of mosquitto's password file.
func passwordLine(t *testing.T, user, password string) string {
	t.Helper()
	salt := []byte("twelve bytes")
	hash, err := pbkdf2.Key(sha512.New, password, salt, 101, 64)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s:$7$101$%s$%s\n", user, base64.StdEncoding.EncodeToString(salt), base64.StdEncoding.EncodeToString(hash))
}

func TestMQTTOutWithoutBroker(t *testing.T) {
	b, _ := brokerNode(t, freePort(t), `{"protocolVersion":4}`)
	typ, _ := node.Lookup("mqtt out")
	in, problems := typ.Decode(nodetest.Message(t, `{"id":"o1","broker":"b1"}`), &node.Binding{Ref: func(string) (any, string, string) { return b, "mqtt-broker", "" }})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	n, r := in.Value.(*MQTTOut), newRecorder()
	if err := n.Open(t.Context(), around(r.inbox)); err != nil {
		t.Fatal(err)
	}
	n.send(t, r, msg.Of("topic", "a", "payload", 1))
	n.send(t, r, msg.Of("topic", "a"))
	r.shows(t, mqttDisconnected.status().Text)
	if err := n.Receive(t.Context(), msg.Of("action", "sing"), r); err != errMQTTAction {
		t.Errorf("error %v", err)
	}
	if err := n.Close(); err != nil || len(r.done) > 0 {
		t.Errorf("error %v, %d ended", err, len(r.done))
	}
}

// A broker that sends rubbish, announces gigabytes, or says nothing is a lost
// connection, no more.
func TestMQTTBadBroker(t *testing.T) {
	connack := map[int]string{4: "\x20\x02\x00\x00", 5: "\x20\x03\x00\x00\x00"}
	for version := 4; version <= 5; version++ {
		for name, answer := range map[string]string{
			"rubbish": "HTTP/1.1 400 Bad Request\r\n\r\n", "hangs up": "", "too large": connack[version] + "\x30\xff\xff\xff\x7f", "no length": connack[version] + "\x30\xff\xff\xff\xff\xff\xff",
		} {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					_, _ = conn.Read(make([]byte, 1000))
					_, _ = io.WriteString(conn, answer)
					if answer == "" || strings.HasPrefix(answer, "HTTP") {
						conn.Close()
					}
				}
			}()
			b, _ := brokerNode(t, l.Addr().(*net.TCPAddr).Port, fmt.Sprintf(`{"protocolVersion":%d}`, version))
			link, err := b.settings.connect(t.Context(), func(*mqttPacket) { t.Error("a message") })
			if err == nil {
				select {
				case <-link.lost():
				case <-time.After(5 * time.Second):
					t.Errorf("version %d, %s: still connected", version, name)
				}
			}
			l.Close()
		}
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for version := 4; version <= 5; version++ {
		b, _ := brokerNode(t, silent.Addr().(*net.TCPAddr).Port, fmt.Sprintf(`{"protocolVersion":%d}`, version))
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if _, err := b.settings.connect(ctx, func(*mqttPacket) {}); err == nil {
			t.Error("connected to nobody")
		}
		cancel()
	}
}

// A will has the properties of MQTT 5.
func TestMQTTWillProperties(t *testing.T) {
	port := startMosquitto(t, "")
	watcher, _ := brokerNode(t, port, `{"protocolVersion":5}`)
	_, in, _ := mqttIn(t, watcher, `{"topic":"will","qos":"1","datatype":"utf8"}`)
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	cut := make(chan struct{})
	go func() {
		a, err := proxy.Accept()
		if err != nil {
			return
		}
		b, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return
		}
		go io.Copy(a, b)
		go io.Copy(b, a)
		<-cut
		b.Close()
		a.Close()
	}()
	b, _ := brokerNode(t, proxy.Addr().(*net.TCPAddr).Port, `{"protocolVersion":5,"clientid":"dies","willTopic":"will","willPayload":"gone","willQos":"1",
		"willMsg":{"contentType":"text/x","respTopic":"r/t","correl":"c","expiry":"100","userProps":"{\"a\":\"b\"}","delay":"0"}}`)
	b.pause = time.Hour
	_, out := mqttOut(t, b, `{}`)
	close(cut)
	m := in.whole(t)
	m.Delete("_topic")
	want := `{"topic":"will","payload":"gone","qos":1,"retain":false,"responseTopic":"r/t","correlationData":{"type":"Buffer","data":[99]},"contentType":"text/x","messageExpiryInterval":100,"userProperties":{"a":"b"}}`
	if m.String() != want {
		t.Errorf("got %s, want %s", m, want)
	}
	out.shows(t, mqttDisconnected.status().Text)
}

func TestWithWill(t *testing.T) {
	for _, packet := range []string{"\x10", "\x10\x00", "\x10\xff\xff\xff\xff\xff", "\x10\x0c\x00\x04MQTT\x05\x04\x00\x3c\x05", "\x10\x10\x00\x04MQTT\x05\x04\x00\x3c\x00\x00\x01a\xff\xff"} {
		if got := string(withWill([]byte(packet), []byte{1, 1})); got != packet {
			t.Errorf("%q became %q", packet, got)
		}
	}
	got := withWill([]byte("\x10\x12\x00\x04MQTT\x05\x04\x00\x3c\x00\x00\x00\x00\x00\x01t\x00"), []byte{1, 1})
	if want := "\x10\x14\x00\x04MQTT\x05\x04\x00\x3c\x00\x00\x00\x02\x01\x01\x00\x01t\x00"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// With MQTT 5 a broker sends a message once for each subscription that it is
// for: a node gets it once, with the quality that it has asked for.
func TestMQTTOverlap(t *testing.T) {
	port := startMosquitto(t, "")
	b, _ := brokerNode(t, port, `{"protocolVersion":5}`)
	_, one, stop := mqttIn(t, b, `{"topic":"a/+","qos":"1"}`)
	_, all, stopAll := mqttIn(t, b, `{"topic":"a/#","qos":"2"}`)
	n, out := mqttOut(t, b, `{"qos":"2"}`)
	n.send(t, out, msg.Of("topic", "a/b", "payload", "x"))
	if err := out.ended(t); err != nil {
		t.Fatal(err)
	}
	if m := one.whole(t); m.Get("qos") != 1.0 {
		t.Errorf("a/+ got %s, want QoS 1", m)
	}
	if m := all.whole(t); m.Get("qos") != 2.0 {
		t.Errorf("a/# got %s, want QoS 2", m)
	}
	n.send(t, out, msg.Of("topic", "a/b", "payload", "y"))
	if m := one.whole(t); m.Get("payload") != "y" {
		t.Errorf("a/+ got %s twice", m)
	}
	if m := all.whole(t); m.Get("payload") != "y" {
		t.Errorf("a/# got %s twice", m)
	}
	stop()
	stopAll()
}

// What complete nodes see is what was published; what the node does not say, or
// says with an unticked box, the message says.
func TestMQTTOutNormalises(t *testing.T) {
	port := startMosquitto(t, "")
	for _, c := range []struct {
		config string
		m      *msg.Object
		want   string
	}{
		{`{"retain":false}`, msg.Of("topic", "a", "payload", 42.5, "retain", "true", "qos", "1"), `{"topic":"a","payload":"42.5","retain":true,"qos":1}`},
		{`{"retain":"false","qos":1}`, msg.Of("topic", "a", "payload", msg.Of("x", 1), "retain", true), `{"topic":"a","payload":"{\"x\":1}","retain":false,"qos":1}`},
		{`{"qos":1}`, msg.Of("payload", nil, "responseTopic", "a"), `{"payload":"","qos":1,"retain":false,"topic":"a"}`},
		{`{"qos":1,"userProps":"{\"n\":5}"}`, msg.Of("topic", "a", "payload", []byte{1}), `{"topic":"a","payload":{"type":"Buffer","data":[1]},"qos":1,"retain":false,"userProperties":{"n":"5"}}`},
	} {
		b, _ := brokerNode(t, port, `{"protocolVersion":5}`)
		n, out := mqttOut(t, b, c.config)
		n.send(t, out, c.m)
		if err := out.ended(t); err != nil {
			t.Error(err)
		}
		if c.m.String() != c.want {
			t.Errorf("got %s, want %s", c.m, c.want)
		}
	}
}

// What a session has kept under the id of another program is not lost.
func TestMQTTUnknownID(t *testing.T) {
	b, r := &MQTTBroker{subs: make(map[string]map[*mqttReader]mqttSubscription)}, newMQTTReader(func() {})
	b.expect(mqttSubscription{filter: "a/+"}, r)
	b.received(&mqttPacket{topic: "a/b", sub: 1, ack: func() {}})
	b.received(&mqttPacket{topic: "b", sub: 1, ack: func() {}})
	if len(r.queue) != 1 || r.queue[0].topic != "a/b" {
		t.Errorf("%d messages", len(r.queue))
	}
}

func TestMQTTUserProperties(t *testing.T) {
	got := userProperties([]mqttUserProperty{{"a", "1"}, {"b", "x"}, {"a", "2"}}).String()
	if want := `{"a":"[\"1\",\"2\"]","b":"x"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMQTTIsText(t *testing.T) {
	for text, want := range map[string]bool{"": true, "é€😀\t\r\n": true, "a\x00": false, "\x1b": false, "\x7f": false, "\xc0\x80": false, "\xed\xa0\x80": false, "~ ": true} {
		if isText([]byte(text)) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestMQTTReader(t *testing.T) {
	full, acks := 0, 0
	r := newMQTTReader(func() { full++ })
	packet := func(qos byte, size int) *mqttShare {
		return newMQTTShare(&mqttPacket{qos: qos, payload: make([]byte, size), ack: func() { acks++ }}, 1)
	}
	for range maxMQTTWaiting + 5 {
		r.put(packet(0, 1))
	}
	if len(r.queue) != maxMQTTWaiting || full != 1 || acks != 5 {
		t.Errorf("%d wait, told %d times, %d dealt with", len(r.queue), full, acks)
	}
	r.put(packet(1, 1)) // held back by the broker, not here
	if len(r.queue) != maxMQTTWaiting+1 {
		t.Error("a message with QoS 1 was dropped")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range maxMQTTWaiting + 1 {
		r.next(ctx).done()
	}
	if r.next(ctx) != nil || r.bytes != 0 {
		t.Error("something is left")
	}
	r.put(packet(0, maxMQTTWaitingBytes))
	r.put(packet(0, 1))
	if len(r.queue) != 1 || full != 2 {
		t.Errorf("%d wait, told %d times", len(r.queue), full)
	}
}

func TestMQTTTopics(t *testing.T) {
	for _, c := range []struct {
		filter, topic string
		want          bool
	}{
		{"a/b", "a/b", true}, {"a/b", "a", false}, {"a", "a/b", false}, {"a/+", "a/b", true}, {"a/+", "a", false}, {"a/+", "a/", true}, {"a/+/c", "a/b/c", true},
		{"+", "a", true}, {"+", "a/b", false}, {"a/#", "a", true}, {"a/#", "a/b/c", true}, {"a/#", "ab", false}, {"#", "a/b", true}, {"#", "$SYS/x", false},
		{"$SYS/#", "$SYS/x", true}, {"+/x", "$SYS/x", false}, {"$share/g/a/+", "a/b", true}, {"$share/g", "a", false}, {"a.b", "axb", false}, {"/a", "a", false},
	} {
		if got := mqttMatch(c.filter, c.topic); got != c.want {
			t.Errorf("%s of %s: %v", c.topic, c.filter, got)
		}
	}
	for filter, want := range map[string]bool{"a/+/#": true, "#": true, "a/b#": false, "a/#/b": false, "a+": false, "": false, "a/": true, "\x00": false, strings.Repeat("x", 70_000): false} {
		if validFilter(filter) != want {
			t.Errorf("filter %.20q: %v", filter, !want)
		}
	}
	for topic, want := range map[string]bool{"a/b": true, "a/+": false, "#": false, "": false, "a\n": false} {
		if validTopic(topic) != want {
			t.Errorf("topic %q: %v", topic, !want)
		}
	}
}

// FuzzMQTTConn sees to it that lengths are read right wherever reads fall.
func FuzzMQTTConn(f *testing.F) {
	f.Add([]byte{0x20, 2, 0, 0, 0x30, 3, 0, 1, 'a', 0xc0, 0}, 1)
	f.Add([]byte{0x30, 0xff, 0xff, 0xff, 0x7f, 1}, 2)
	f.Add(append([]byte{0x30, 0x80, 1}, make([]byte, 130)...), 3)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		if size < 1 || size > 1000 {
			return
		}
		c := &mqttConn{Conn: &readConn{bytes.NewReader(data)}}
		got, err := io.ReadAll(struct{ io.Reader }{&sized{c, size}})
		if err != nil && !errors.Is(err, errMQTTPacket) {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(data, got) || err == nil && len(got) != len(data) {
			t.Errorf("read %x of %x", got, data)
		}
		if c.length > maxMQTTPacket && err == nil {
			t.Error("too long a packet was let through")
		}
	})
}

type readConn struct{ from io.Reader }

func (r *readConn) Read(p []byte) (int, error)     { return r.from.Read(p) }
func (*readConn) Write(p []byte) (int, error)      { return len(p), nil }
func (*readConn) Close() error                     { return nil }
func (*readConn) LocalAddr() net.Addr              { return nil }
func (*readConn) RemoteAddr() net.Addr             { return nil }
func (*readConn) SetDeadline(time.Time) error      { return nil }
func (*readConn) SetReadDeadline(time.Time) error  { return nil }
func (*readConn) SetWriteDeadline(time.Time) error { return nil }

// sized reads at most so many bytes at once.
type sized struct {
	from io.Reader
	most int
}

func (s *sized) Read(p []byte) (int, error) { return s.from.Read(p[:min(len(p), s.most)]) }
