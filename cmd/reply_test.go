package cmd

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
	"github.com/flowrill/flowrill/nodes/messaging/simulator"
	"github.com/flowrill/flowrill/web"
)

// reply is a flow that answers every text: what people build first.
const reply = `[
	{"id":"t1","type":"tab"},
	{"id":"v1","type":"vonage"},
	{"id":"in","type":"http-in","z":"t1","x":1,"y":1,"url":"/sms","method":"get","wires":[["ok","send"]]},
	{"id":"ok","type":"http-response","z":"t1","x":1,"y":1,"wires":[]},
	{"id":"send","type":"send-sms","z":"t1","x":1,"y":1,"vonage":"v1","from":"<<msg.payload.to>>","to":"<<msg.payload.msisdn>>","text":"You said <<msg.payload.text>>","clientRef":"<<msg.payload.messageId>>","wires":[[]]}
]`

// running serves a flow at a loopback address, with a simulator.
func running(t testing.TB, flow string) (addr string, sim *simulator.Simulator) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	sim, err = startSimulator(log, "http://"+l.Addr().String()+"/sms")
	if err != nil {
		t.Fatal(err)
	}
	account := sim.Account()
	router := web.NewRouter(log)
	e := engine.New(engine.Config{Log: log, Routes: router, Keep: new(node.MemoryKeep), Simulator: node.Simulator{
		URL: sim.URL(), APIKey: account.APIKey, APISecret: account.APISecret, ApplicationID: account.ApplicationID,
		SignatureSecret: account.SignatureSecret, SignatureMethod: account.SignatureMethod,
	}})
	d, err := flows.Parse([]byte(flow))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := e.Deploy(t.Context(), d, engine.Deploy{Type: "full"}); err != nil || len(r.Problems) > 0 {
		t.Fatalf("%v %v", err, r)
	}
	server := &http.Server{Handler: router}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), stopTime)
		defer cancel()
		if err := e.Close(ctx); err != nil {
			t.Error(err)
		}
		_ = server.Close()
		<-served
		_ = sim.Close()
	})
	return l.Addr().String(), sim
}

// phone is a connection of the provider's, on which webhooks arrive.
type phone struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(t testing.TB, addr string) *phone {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Error(err)
		return nil
	}
	return &phone{conn, bufio.NewReader(conn)}
}

// deliver sends one inbound text and returns the flow's status.
func (p *phone) deliver(peer, id, text string) (int, error) {
	_, err := fmt.Fprintf(p.conn, "GET /sms?msisdn=%s&to=447700900000&messageId=%s&text=%s&type=text HTTP/1.1\r\nHost: x\r\n\r\n", peer, id, url.QueryEscape(text))
	if err != nil {
		return 0, err
	}
	res, err := http.ReadResponse(p.in, nil)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// benchmarkReplies measures complete auto-replies: a webhook comes in, is
// answered, and its reply reaches the provider's outbox.
func benchmarkReplies(b *testing.B, peers int) {
	addr, sim := running(b, reply)
	events, stop := sim.Watch()
	defer stop()
	sent := make(chan struct{})
	go func() { // events may be dropped, but not their numbers
		for e := range events {
			if e.Seq >= uint64(b.N) {
				close(sent)
				return
			}
		}
	}()
	const phones = 32
	var work sync.WaitGroup
	next := make(chan int, 1024)
	b.ReportAllocs()
	b.ResetTimer()
	began := processorTime(b)
	for range phones {
		work.Go(func() {
			p := dial(b, addr)
			if p == nil {
				return
			}
			defer p.conn.Close()
			for i := range next {
				if status, err := p.deliver(fmt.Sprint(447700000000+i%peers), fmt.Sprint(i), "hello there"); err != nil || status != 200 {
					b.Errorf("webhook %d: %d %v", i, status, err)
				}
			}
		})
	}
	for i := range b.N {
		next <- i
	}
	close(next)
	work.Wait()
	select {
	case <-sent:
	case <-time.After(time.Minute):
		b.Error("replies are missing")
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "replies/s")
	b.ReportMetric(float64((processorTime(b)-began).Microseconds())/float64(b.N), "cpu-µs/reply") // steady on a busy machine
}

// processorTime is what the process has used, the provider's side included.
func processorTime(b *testing.B) time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func BenchmarkAutoReply10Peers(b *testing.B)    { benchmarkReplies(b, 10) }
func BenchmarkAutoReply10000Peers(b *testing.B) { benchmarkReplies(b, 10_000) }
