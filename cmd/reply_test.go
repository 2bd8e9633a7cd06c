package cmd

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
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

// running serves a flow at a loopback address, with a simulator. stop ends
// it in order: what was accepted is finished.
func running(t testing.TB, flow string, observe func(*engine.Event)) (addr string, sim *simulator.Simulator, stop func()) {
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
	e := engine.New(engine.Config{Log: log, Routes: router, Keep: new(node.MemoryKeep), Observe: observe,
		Watching: func() bool { return observe != nil }, Simulator: node.Simulator{
			URL: sim.URL(), APIKey: account.APIKey, APISecret: account.APISecret, ApplicationID: account.ApplicationID,
			SignatureSecret: account.SignatureSecret, SignatureMethod: account.SignatureMethod,
		}})
	d, err := flows.Parse([]byte(flow))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Deploy(t.Context(), d, engine.Deploy{Type: "full", Strict: true}); err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: router}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 4*stopTime)
		defer cancel()
		if err := e.Close(ctx); err != nil {
			t.Error(err)
		}
		_ = server.Close()
		<-served
		_ = sim.Close()
	})
	t.Cleanup(stop)
	return l.Addr().String(), sim, stop
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
	return newPhone(conn)
}

func newPhone(conn net.Conn) *phone { return &phone{conn, bufio.NewReader(conn)} }

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

// careful is a flow as the guide has it: it drops redeliveries, and tells of
// what did not go out.
const careful = `[
	{"id":"t1","type":"tab"},
	{"id":"v1","type":"vonage"},
	{"id":"in","type":"inbound-message","z":"t1","x":1,"y":1,"vonage":"v1","url":"/sms","wires":[["send"],[]]},
	{"id":"send","type":"send-sms","z":"t1","x":1,"y":1,"vonage":"v1","from":"<<msg.own>>","to":"<<msg.peer>>","text":"You said <<msg.text>>","clientRef":"<<msg.id>>","outputs":2,"wires":[[],["failed"]]},
	{"id":"failed","type":"debug","z":"t1","x":1,"y":1,"active":true,"tosidebar":true,"complete":"true","targetType":"full","wires":[]}
]`

// TestOneReplyEach: 1,000 texts, a third of them redelivered up to three times
// at any moment, to a provider that throttles, breaks off and fails. Every
// text gets exactly one reply, unless the provider's answer was lost: that is
// told and not sent again. The replies to one person keep their order.
func TestOneReplyEach(t *testing.T) {
	const peers, texts = 50, 20
	var mu sync.Mutex
	unclear := map[string]bool{}
	addr, sim, stop := running(t, careful, func(e *engine.Event) {
		if e.Kind != engine.EventDebug {
			return
		}
		m, _ := e.Debug.Value.(*msg.Object)
		mu.Lock()
		defer mu.Unlock()
		if id, _ := m.Get("id").(string); m.Path("vonage.error.ambiguous") == true {
			unclear[id] = true
		} else {
			t.Errorf("%s was not sent: %v", id, m.Path("vonage.error.text"))
		}
	})
	for _, f := range []simulator.Fault{
		{Kind: simulator.Throttle, Share: 0.01, Wait: 20}, {Kind: simulator.Unavailable, Share: 0.005},
		{Kind: simulator.Reset, Share: 0.02}, {Kind: simulator.Reset, Share: 0.02, Accepted: true},
		{Kind: simulator.Internal, Share: 0.02}, {Kind: simulator.Internal, Share: 0.02, Accepted: true},
		{Kind: simulator.Garbage, Share: 0.01, Accepted: true},
	} {
		if err := sim.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
	number := func(peer int) string { return fmt.Sprint(447700900100 + peer) }
	ids := func(peer, text int) string { return fmt.Sprintf("%d-%02d", peer, text) }
	redeliver := make(chan [2]int, peers*texts*3)
	var first, again sync.WaitGroup
	for peer := range peers {
		first.Go(func() {
			p := dial(t, addr)
			defer p.conn.Close()
			for text := range texts {
				times := 0
				if rand.Float64() < 0.3 {
					times = 1 + rand.IntN(3)
				}
				before := rand.IntN(times + 1) // so many race with the first
				for range before {
					redeliver <- [2]int{peer, text}
				}
				if status, err := p.deliver(number(peer), ids(peer, text), fmt.Sprint("text ", text)); err != nil || status != 200 {
					t.Errorf("text %d of %d: %d %v", text, peer, status, err)
				}
				for range times - before {
					redeliver <- [2]int{peer, text}
				}
			}
		})
	}
	for range 8 {
		again.Go(func() {
			p := dial(t, addr)
			defer p.conn.Close()
			var held [][2]int
			send := func(w [2]int) {
				if status, err := p.deliver(number(w[0]), ids(w[0], w[1]), fmt.Sprint("text ", w[1])); err != nil || status != 200 {
					t.Errorf("again: %d %v", status, err)
				}
			}
			for w := range redeliver {
				if held = append(held, w); len(held) < 10 && rand.IntN(2) == 0 {
					continue
				}
				i := rand.IntN(len(held))
				send(held[i])
				held = slices.Delete(held, i, i+1)
			}
			for _, w := range held {
				send(w)
			}
		})
	}
	first.Wait()
	close(redeliver)
	again.Wait()
	box := sim.Outbox
	stop()
	replies, last := map[string]int{}, map[string]string{}
	for _, e := range box() {
		replies[e.ClientRef]++
		if e.ClientRef <= last[e.To] && e.ClientRef != "" {
			t.Errorf("%s was answered after %s", e.ClientRef, last[e.To])
		}
		last[e.To] = e.ClientRef
	}
	mu.Lock()
	defer mu.Unlock()
	for peer := range peers {
		for text := range texts {
			switch id := ids(peer, text); {
			case replies[id] > 1:
				t.Errorf("%s got %d replies", id, replies[id])
			case replies[id] == 0 && !unclear[id]:
				t.Errorf("%s got no reply, and nobody was told", id)
			}
		}
	}
	if len(unclear) == 0 || len(unclear) > 300 {
		t.Errorf("%d replies are unclear", len(unclear))
	}
}

// benchmarkReplies measures complete auto-replies: a webhook comes in, is
// answered, and its reply reaches the provider's outbox.
func benchmarkReplies(b *testing.B, flow string, peers int) {
	addr, sim, _ := running(b, flow, nil)
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

func BenchmarkAutoReply10Peers(b *testing.B)       { benchmarkReplies(b, reply, 10) }
func BenchmarkAutoReply10000Peers(b *testing.B)    { benchmarkReplies(b, reply, 10_000) }
func BenchmarkInboundReply10Peers(b *testing.B)    { benchmarkReplies(b, careful, 10) }
func BenchmarkInboundReply10000Peers(b *testing.B) { benchmarkReplies(b, careful, 10_000) }
