package cmd

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/flowrill/flowrill/nodes/messaging/simulator"
)

// crashing is careful with an account at a provider outside the process.
const crashing = `[
	{"id":"t1","type":"tab"},
	{"id":"v1","type":"vonage","rate":0,"loopBrake":"off","smsUrl":"URL","apiKey":"KEY","apiSecret":"SECRET"},
	{"id":"in","type":"inbound-message","z":"t1","x":1,"y":1,"vonage":"v1","url":"/sms","wires":[["send"],[]]},
	{"id":"send","type":"send-sms","z":"t1","x":1,"y":1,"vonage":"v1","from":"<<msg.own>>","to":"<<msg.peer>>","text":"You said <<msg.text>>","clientRef":"<<msg.id>>","wires":[[]]}
]`

// TestKilled: the process is killed three times while texts come in, and
// started again; the provider delivers again what was not answered, and some of
// what was. No text gets two replies, and those to one person keep their order. What was
// answered and not yet sent is lost with the process, as docs/real-number.md
// says: it is at most what was under way.
func TestKilled(t *testing.T) {
	const peers, texts = 25, 20
	sim, err := startSimulator(nil, "")
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	events, unwatch := sim.Watch()
	defer unwatch()
	dir := t.TempDir()
	flow := strings.NewReplacer("URL", sim.URL(), "KEY", sim.Account().APIKey, "SECRET", sim.Account().APISecret).Replace(crashing)
	if err := os.WriteFile(filepath.Join(dir, "flow.json"), []byte(flow), 0o600); err != nil {
		t.Fatal(err)
	}
	running := startProcess(t, dir, "127.0.0.1:0")
	addr := running.addr
	done := make(chan struct{})
	var phones sync.WaitGroup
	for peer := range peers {
		phones.Go(func() {
			deliver := func(text int) {
				for !deliverOnce(addr, fmt.Sprint(447700900100+peer), fmt.Sprintf("%02d-%02d", peer, text)) {
					select { // the provider's pause before it delivers again
					case <-time.After(10 * time.Millisecond):
					case <-done:
						return
					}
				}
			}
			for text := range texts {
				deliver(text)
				for range 3 { // its answer was lost on the way
					if rand.Float64() < 0.2 {
						deliver(rand.IntN(text + 1))
					}
				}
			}
		})
	}
	finished := make(chan struct{})
	go func() { phones.Wait(); close(finished) }()
	late := time.After(time.Minute)
	replies, kills := 0, []int{60, 180, 300}
	for wait := true; wait; {
		select {
		case e := <-events:
			if e.Kind != simulator.Sent {
				continue
			}
			if replies = int(e.Seq); len(kills) > 0 && replies >= kills[0] {
				kills = kills[1:]
				_ = running.cmd.Process.Signal(syscall.SIGKILL)
				<-running.ended
				running = startProcess(t, dir, addr)
			}
		case <-finished:
			wait = false
		case <-late:
			close(done)
			t.Fatalf("after %d replies nothing goes on:\n%s", replies, running)
		}
	}
	if err := running.stop(); err != nil { // in order: what was accepted is finished
		t.Errorf("%v\n%s", err, running)
	}
	if len(kills) > 0 {
		t.Errorf("%d replies, %d kills to go", replies, len(kills))
	}
	box, got, last := sim.Outbox(), map[string]bool{}, map[string]string{}
	for _, e := range box {
		if got[e.ClientRef] {
			t.Errorf("%s got two replies", e.ClientRef)
		}
		if e.ClientRef <= last[e.To] {
			t.Errorf("%s was answered after %s", e.ClientRef, last[e.To])
		}
		got[e.ClientRef], last[e.To] = true, e.ClientRef
	}
	t.Logf("%d of %d texts got their reply; the others were under way when the process was killed", len(box), peers*texts)
	if lost := peers*texts - len(box); lost > 3*peers*3 {
		t.Errorf("%d texts got no reply", lost)
	}
}

// deliverOnce tells whether a webhook was answered with 200.
func deliverOnce(addr, peer, id string) bool {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	status, err := newPhone(conn).deliver(peer, id, "hello")
	return err == nil && status == 200
}

// startProcess runs flow.json of a folder headless, in a process of its own.
func startProcess(t *testing.T, dir, addr string) *process {
	t.Helper()
	program, err := exec.LookPath("flowrill")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "run", "flow.json", "--addr", addr, "--data", filepath.Join(dir, "data"))
	c.Dir, c.Env = dir, slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "FLOWRILL_") })
	p := &process{cmd: c, ready: make(chan []string, 1)}
	c.Stdout, c.Stderr = p, p
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { p.err = c.Wait(); close(ended) }()
	p.ended = ended
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-ended
	})
	select {
	case found := <-p.ready:
		p.addr = strings.TrimPrefix(found[1], "http://")
	case <-ended:
		t.Fatalf("it ended: %v\n%s", p.err, p)
	case <-time.After(patience):
		t.Fatalf("it tells no address:\n%s", p)
	}
	return p
}
