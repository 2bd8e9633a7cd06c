package cmd

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
	"github.com/flowrill/flowrill/web"
)

// everyType is a configuration for each node type with which it runs, with
// peers on this machine: BASE is the flows' own HTTP, TCP, UDP and MQTT are
// ports, DIR is a directory.
var everyType = map[string]string{
	"catch": `{}`, "comment": `{}`, "complete": `{"scope":["n-change"]}`, "debug": `{"complete":"payload"}`, "junction": `{}`, "status": `{}`,
	"inject":    `{"props":[{"p":"payload","v":"{\"text\":\"hi, <b>you</b>\",\"n\":5,\"msisdn\":\"447700900001\",\"to\":\"447700900000\"}","vt":"json"},{"p":"topic","v":"t","vt":"str"}],"repeat":"0.02","once":true,"onceDelay":"0"}`,
	"link-call": `{"links":["n-link-in"],"timeout":"1"}`, "link-in": `{"wires":[["n-link-out"]]}`, "link-out": `{"mode":"return"}`,
	"change":     `{"rules":[{"t":"set","p":"x","pt":"msg","to":"$uppercase(payload.text)","tot":"jsonata"}]}`,
	"delay":      `{"pauseType":"rate","rate":"1000","rateUnits":"second","nbRateUnits":"1","timeout":"1","timeoutUnits":"seconds"}`,
	"exec":       `{"command":"cat","addpay":"","useSpawn":"true","timer":"0.1"}`,
	"filter":     `{"func":"rbe","property":"payload.n"}`,
	"function":   `{"func":"context.set('n', (context.get('n') || 0) + 1);\nsetTimeout(() => node.send(msg), 30);\nawait new Promise(done => setTimeout(done, 5));\nreturn msg;","initialize":"setInterval(() => flow.set('beat', 1), 10);","finalize":"context.set('n', 0);"}`,
	"range":      `{"property":"payload.n","action":"scale","minin":"0","maxin":"10","minout":"0","maxout":"100"}`,
	"switch":     `{"property":"payload.text","rules":[{"t":"regex","v":"h.*y","vt":"str"}],"outputs":1}`,
	"template":   `{"template":"{{payload.text}}"}`,
	"trigger":    `{"op1":"1","op2":"0","op1type":"str","op2type":"str","duration":"30","units":"ms","extend":true}`,
	"http-proxy": `{"url":"http://127.0.0.1:UDP"}`, "tls-config": `{}`, "global-config": `{"env":[]}`, "message-rate": `{"number":0}`, "vonage": `{}`,
	"http-in": `{"url":"/hello","method":"get","wires":[["n-http-response"]]}`, "http-request": `{"method":"GET","url":"BASE/hello","paytoqs":"ignore"}`, "http-response": `{}`,
	"mqtt-broker": `{"broker":"127.0.0.1","port":"MQTT"}`, "mqtt-in": `{"broker":"n-mqtt-broker","topic":"t","qos":"1"}`, "mqtt-out": `{"broker":"n-mqtt-broker","topic":"t","qos":"1"}`,
	"tcp-in": `{"server":"server","port":"TCP","datamode":"stream","datatype":"utf8","newline":"\\n"}`, "tcp-out": `{"beserver":"client","host":"127.0.0.1","port":"TCP"}`,
	"tcp-request": `{"server":"127.0.0.1","port":"TCP","out":"time","splitc":"20"}`, "udp-in": `{"port":"UDP","ipv":"udp4","multicast":"false"}`, "udp-out": `{"addr":"127.0.0.1","port":"UDP","ipv":"udp4","multicast":"false"}`,
	"websocket-listener": `{"path":"/ws"}`, "websocket-client": `{"path":"SOCKET/ws"}`, "websocket-in": `{"server":"n-websocket-listener"}`, "websocket-out": `{"client":"n-websocket-client"}`,
	"csv": `{"temp":"text,n","hdrout":"all"}`, "html": `{"tag":"b","property":"payload.text"}`, "json": `{}`, "xml": `{}`, "yaml": `{}`,
	"batch": `{"mode":"interval","interval":"0.05"}`, "join": `{"mode":"custom","build":"array","count":"1000","timeout":"0.05"}`, "sort": `{"target":"payload"}`, "split": `{}`,
	"file": `{"filename":"out.log","filenameType":"str","appendNewline":true,"overwriteFile":"false"}`, "file-in": `{"filename":"DIR/in.txt","filenameType":"str","format":"lines"}`, "watch": `{"files":"DIR"}`,
	"conversation":    `{"vonage":"n-vonage","peer":"<<msg.payload.msisdn>>","own":"<<msg.payload.to>>"}`,
	"inbound-message": `{"vonage":"n-vonage","url":"/sms"}`, "loop-brake": `{"vonage":"n-vonage"}`, "message-status": `{}`,
	"opt-out": `{"peer":"<<msg.payload.msisdn>>"}`, "quiet-hours": `{}`, "rate-limit": `{"rate":"n-message-rate","peer":"<<msg.payload.msisdn>>"}`,
	"send-message":   `{"vonage":"n-vonage","channel":"sms","kind":"text","from":"447700900000","to":"<<msg.payload.msisdn>>","text":"hi"}`,
	"send-sms":       `{"vonage":"n-vonage","from":"447700900000","to":"<<msg.payload.msisdn>>","text":"hi"}`,
	"wait-for-reply": `{"vonage":"n-vonage","peer":"<<msg.payload.msisdn>>","own":"<<msg.payload.to>>","timeout":"1s"}`,
}

// document is a flow with every type in which the inject node feeds every
// node that takes messages.
func everyNode(t *testing.T, places *strings.Replacer, version int) *flows.Document {
	t.Helper()
	all, fed := msg.NewList(msg.Of("id", "tab", "type", "tab")), msg.NewList()
	for _, typ := range node.Types() {
		config, ok := everyType[typ.Name]
		if !ok {
			t.Errorf("%s has no configuration here", typ.Name)
			continue
		}
		o, err := msg.DecodeObject([]byte(places.Replace(config)))
		if err != nil {
			t.Fatalf("%s: %v", typ.Name, err)
		}
		o.Set("id", "n-"+typ.Name)
		o.Set("type", typ.Name)
		o.Set("name", fmt.Sprint("v", version))
		if !typ.IsConfig() {
			o.Set("z", "tab")
			o.Set("x", 1)
			o.Set("y", 1)
			if !o.Has("wires") {
				o.Set("wires", msg.NewList())
			}
		}
		if typ.Inputs() > 0 && typ.Name != "debug" {
			fed.Append("n-" + typ.Name)
		}
		all.Append(o)
	}
	for i := range all.Len() {
		switch o := all.At(i).(*msg.Object); o.Get("id") {
		case "n-inject":
			o.Set("wires", msg.NewList(fed))
		case "n-change":
			o.Set("wires", msg.NewList(msg.NewList("n-debug")))
		}
	}
	d, err := flows.Parse(msg.Encode(all))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestRedeployLeavesNothingBehind deploys a flow with every node type again
// and again while messages are under way. After the empty flow there are as
// many goroutines and open files as before.
func TestRedeployLeavesNothingBehind(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	router := web.NewRouter(log)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: router}
	go func() { _ = server.Serve(l) }()
	defer server.Close()
	address := l.Addr().String()
	sim, err := startSimulator(log, "http://"+address+"/sms")
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	mqtt := mosquittoPort(t)
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/in.txt", []byte("a\nb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	places := strings.NewReplacer("BASE", "http://"+address, "SOCKET", "ws://"+address, "TCP", unusedPort(t), "UDP", unusedPort(t), "MQTT", mqtt, "DIR", dir)

	seen := make(chan string, 1000)
	account := sim.Account()
	e := engine.New(engine.Config{
		Log: log, Routes: router, DataDir: t.TempDir(), Keep: new(node.MemoryKeep),
		Observe: func(ev *engine.Event) {
			if ev.Kind == engine.EventDebug {
				select {
				case seen <- ev.Node.Name:
				default:
				}
			}
		},
		Simulator: node.Simulator{
			URL: sim.URL(), APIKey: account.APIKey, APISecret: account.APISecret, ApplicationID: account.ApplicationID,
			SignatureSecret: account.SignatureSecret, SignatureMethod: account.SignatureMethod,
		},
	})
	deploy := func(d *flows.Document, typ string) {
		t.Helper()
		res, err := e.Deploy(t.Context(), d, engine.Deploy{Type: typ})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range res.Problems {
			if p.Severity == flows.Error {
				t.Error(p)
			}
		}
	}
	cycle := func(version int, typ string) {
		t.Helper()
		deploy(everyNode(t, places, version), typ)
		for limit := time.After(patience); ; {
			select {
			case name := <-seen:
				if name == fmt.Sprint("v", version) {
					return
				}
			case <-limit:
				t.Fatalf("nothing comes through version %d", version)
			}
		}
	}
	empty, err := flows.Parse([]byte("[]"))
	if err != nil {
		t.Fatal(err)
	}
	cycle(0, "full") // what is made once for the process is there from now on
	deploy(empty, "full")
	goroutines, files := settled(t, 0, 0)
	for version := 1; version <= 20; version++ {
		cycle(version, []string{"full", "flows", "nodes"}[version%3])
	}
	deploy(empty, "full")
	if g, f := settled(t, goroutines, files); g > goroutines || f > files {
		t.Errorf("%d goroutines and %d open files after twenty deploys, %d and %d after one", g, f, goroutines, files)
		_ = pprof.Lookup("goroutine").WriteTo(os.Stderr, 1)
		if list, err := os.ReadDir("/proc/self/fd"); err == nil {
			for _, entry := range list {
				to, _ := os.Readlink("/proc/self/fd/" + entry.Name())
				t.Log(entry.Name(), to)
			}
		}
	}
}

// settled counts goroutines and open files (0 where the system does not tell)
// once they are no more than these, for which what has a time limit gets time,
// or, where nothing is wanted, have not changed for a while.
func settled(t *testing.T, wantGoroutines, wantFiles int) (goroutines, files int) {
	t.Helper()
	begin, changed := time.Now(), time.Now()
	for tick := time.NewTicker(50 * time.Millisecond); ; <-tick.C {
		runtime.GC() // closes what only finalizers close
		list, _ := os.ReadDir("/proc/self/fd")
		if g, f := runtime.NumGoroutine(), len(list); g != goroutines || f != files {
			goroutines, files, changed = g, f, time.Now()
		}
		if goroutines <= wantGoroutines && files <= wantFiles || time.Since(changed) > 2*time.Second && (wantGoroutines == 0 || time.Since(begin) > 40*time.Second) {
			return goroutines, files
		}
	}
}

// mosquittoPort is the port of a broker that ends with the test; where there
// is none, one that nobody listens on.
func mosquittoPort(t *testing.T) string {
	t.Helper()
	port := unusedPort(t)
	path, err := exec.LookPath("mosquitto")
	if err != nil {
		path = "/usr/sbin/mosquitto"
	}
	broker := exec.Command(path, "-p", port)
	if err := broker.Start(); err != nil {
		t.Log("no MQTT broker: ", err)
		return port
	}
	t.Cleanup(func() { _, _ = broker.Process.Kill(), broker.Wait() })
	connectTo(t, port).Close()
	return port
}
