package function_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

func TestFunctionTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "function", fn(`
const never = setTimeout(() => node.send({p: "never"}), 40); clearTimeout(never);
setTimeout((a, b) => { node.send({p: a + b}); msg.payload = "changed"; }, 1000, "la", "ter");
let n = 0; const i = setInterval(() => { node.send({p: ++n}); if (n === 3) clearInterval(i); }, 60000);
setTimeout(() => { throw new Error("in timer") }, 5);
new Promise((_, no) => setTimeout(() => no(new Error("nobody cares")), 6));
return msg`))
		n.Start()
		if err := n.Send(`{"_msgid":"i","payload":"now"}`); err != nil {
			t.Fatal(err)
		}
		if n.Done() != 1 {
			t.Error("a function with timers completes at once")
		}
		n.Take().Want(t, `[[{"_msgid":"i","payload":"now"}]]`)
		time.Sleep(2 * time.Second)
		n.Take().Want(t, `[[{"p":"later","_msgid":"i"}]]`)
		if got := n.Logs(); !slices.Equal(got, []string{"ERROR Error: in timer", "ERROR Error: nobody cares"}) {
			t.Errorf("logs %q", got)
		}
		time.Sleep(10 * time.Minute)
		n.Take().Want(t, `[[{"p":1,"_msgid":"i"},{"p":2,"_msgid":"i"},{"p":3,"_msgid":"i"}]]`)
		n.Close()
	})
}

// Timers that are due at one moment run, and send, in the order in which they
// were set.
func TestFunctionTimersKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "function", fn(`
let gone;
for (let i = 0; i < 100; i++) setTimeout(() => { if (i === 50) clearTimeout(gone); node.send({p: i}) }, 5);
gone = setTimeout(() => node.send({p: "gone"}), 5);
return null`))
		n.Start()
		if err := n.Send(`{"_msgid":"i"}`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		got := n.Sent().Port(0)
		if len(got) != 100 {
			t.Fatalf("%d messages, want 100", len(got))
		}
		for i, m := range got {
			if m.Get("p") != float64(i) {
				t.Fatalf("message %d is %v", i, m.Get("p"))
			}
		}
		n.Close()
	})
}

func TestFunctionAwaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "function", fn(`const ms = msg.payload; await new Promise(r => setTimeout(r, ms)); msg.slept = true; flow.set("n", (flow.get("n") || 0) + 1); return msg`))
		n.Start()
		if err := n.Send(`{"_msgid":"a","payload":300}`, `{"_msgid":"b","payload":100}`, `{"_msgid":"c","payload":200}`); err != nil {
			t.Fatal(err)
		}
		if n.Done() != 0 {
			t.Error("completed before its time")
		}
		time.Sleep(time.Second)
		n.Sent().Want(t, `[[{"_msgid":"b","payload":100,"slept":true},{"_msgid":"c","payload":200,"slept":true},{"_msgid":"a","payload":300,"slept":true}]]`)
		if n.Done() != 3 || n.Flow.JSON() != `{"n":3}` {
			t.Errorf("%d done, flow %s", n.Done(), n.Flow.JSON())
		}
		n.Close()
	})
}

func TestFunctionDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := nodetest.New(t, "function", fn(`node.send(msg); setTimeout(() => { if (msg.payload) node.error(msg.payload, msg); node.done() }, 50)`))
		n.Start()
		if err := n.Send(`{"payload":""}`, `{"payload":"went wrong"}`); err != nil {
			t.Fatal(err)
		}
		if n.Done() != 0 {
			t.Error("completed before node.done")
		}
		time.Sleep(time.Second)
		errs := n.Errors()
		if n.Done() != 2 || len(errs) != 1 || errs[0].Error() != "went wrong" {
			t.Errorf("%d done, errors %v", n.Done(), errs)
		}
		n.Close()
	})
}

// node.done(error) alone does not keep a function from completing at its end,
// as in Node-RED, which looks for the text node.done().
func TestFunctionDoneWithAnError(t *testing.T) {
	n := nodetest.New(t, "function", fn(`msg.payload = 2; node.done(new Error("x")); return msg`))
	if err := n.Send(`{"payload":1}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[{"payload":2}]]`)
	if failed := n.Failed(); len(failed) != 1 || failed[0].Get("payload") != 2.0 || n.Errors()[0].Error() != "Error: x" {
		t.Errorf("failed %v, errors %v", failed, n.Errors())
	}
}

// TestFunctionStartAndStop: what the code for the start sends comes before
// the message that waited for it, and the code for the end runs to its end
// although the node is being stopped.
func TestFunctionStartAndStop(t *testing.T) {
	for _, tt := range []struct{ name, initialize string }{
		{"at once", `context.set('ready', 42); node.send({p:'early'}); node.status('up')`},
		{"after a while", `await new Promise(r => setTimeout(r, 500)); context.set('ready', 42); node.send({p:'early'}); node.status('up')`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := nodetest.New(t, "function", fn(`msg.ready = context.get("ready"); return msg`, "initialize", strconv.Quote(tt.initialize),
					"finalize", `"global.set('gone', context.get('ready')); node.send({p:'too late'})"`))
				n.Start()
				if err := n.Send(`{}`); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				n.Close()
				n.Sent().Want(t, `[[{"p":"early"},{"ready":42}]]`)
				if got := n.Global.JSON(); got != `{"gone":42}` {
					t.Errorf("the code for the end left %s", got)
				}
				var statuses []string
				for _, s := range n.Statuses() {
					statuses = append(statuses, s.Text)
				}
				if !slices.Equal(statuses, []string{"up", ""}) {
					t.Errorf("statuses %q: it is cleared at the end", statuses)
				}
			})
		})
	}
}

func TestFunctionStartFails(t *testing.T) {
	n := nodetest.New(t, "function", fn(`return msg`, "initialize", `"throw new Error('no')"`))
	if err := n.Send(`{}`); err != nil {
		t.Fatal(err)
	}
	n.Sent().Want(t, `[[]]`)
	if got := n.Logs(); len(got) != 1 || got[0] != "ERROR Error: no" {
		t.Errorf("logs %q", got)
	}
}

// links hands calls back as a link-out would.
type links struct {
	answer func(out node.Out, m *msg.Object, target string) error
}

func (l *links) Call(out node.Out, m *msg.Object, target string) error {
	return l.answer(out, m, target)
}
func (l *links) Return(node.Out, *msg.Object, string, string) {}

func TestFunctionLinkCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n *nodetest.Node
		answered := new(receiver)
		l := &links{answer: func(_ node.Out, m *msg.Object, target string) error {
			switch target {
			case "missing":
				return errors.New("target link-in node 'missing' not found")
			case "silent":
				return nil
			}
			id := m.Path("_linkSource[0].id").(string)
			m.Delete("_linkSource")
			m.Set("payload", m.Get("payload").(float64)*2)
			time.AfterFunc(time.Second, func() {
				if err := n.Instance().Value.(node.Returner).Return(t.Context(), id, m, answered); err != nil {
					t.Error(err)
				}
			})
			return nil
		}}
		n = nodetest.New(t, "function", fn(`try { const r = await node.linkcall(msg.to, msg, {timeout: 3000}); return {r: r.payload, own: msg.payload} } catch (e) { return {failed: e.message} }`),
			nodetest.Env(func(e *node.Env) { e.Links = l }))
		n.Start()
		if err := n.Send(`{"to":"double","payload":21}`, `{"to":"missing","payload":1}`, `{"to":"silent","payload":1}`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		n.Sent().Want(t, `[[{"failed":"target link-in node 'missing' not found"},{"failed":"timeout"}]]`)
		if !slices.Equal(answered.sent, []string{`{"r":42,"own":21}`}) || n.Done() != 3 {
			t.Errorf("%q came of the answer, %d done", answered.sent, n.Done())
		}
		n.Close()
	})
}

// receiver is the Out of a Return: it keeps what is sent.
type receiver struct {
	node.Late
	sent []string
}

func (r *receiver) Later() node.Late { return r }

func (r *receiver) SendAll(byPort [][]*msg.Object) {
	for _, m := range byPort[0] {
		r.sent = append(r.sent, m.String())
	}
}

// A status whose text is empty has one, to status nodes.
func TestFunctionStatusWithAnEmptyText(t *testing.T) {
	for code, want := range map[string]string{
		`node.status({fill:"red",shape:"ring",text:""})`: `{"text":""}`,
		`node.status("")`:                `{"text":""}`,
		`node.status({text:"x",more:1})`: `{"more":1}`,
		`node.status({fill:"red"})`:      `{}`,
	} {
		n := nodetest.New(t, "function", fn(code))
		if err := n.Send(`{}`); err != nil {
			t.Fatal(err)
		}
		st := n.Statuses()
		if got := msg.String(st[len(st)-1].Extra); got != want {
			t.Errorf("%s: further members %s, want %s", code, got, want)
		}
	}
}

// A hole in what is returned or sent is no message, and no panic.
func TestFunctionReturnsHoles(t *testing.T) {
	for code, want := range map[string]string{
		`return [msg,,{p:2}]`:   `[[{"_msgid":"i"}],[],[{"p":2,"_msgid":"i"}]]`,
		`return [[msg,,{p:2}]]`: `[[{"_msgid":"i"},{"p":2,"_msgid":"i"}],[],[]]`,
		`node.send([,{p:1}])`:   `[[],[{"p":1,"_msgid":"i"}],[]]`,
		`return [,,]`:           `[[],[],[]]`,
	} {
		n := nodetest.New(t, "function", fn(code, "outputs", "3"))
		if err := n.Send(`{"_msgid":"i"}`); err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		n.Sent().Want(t, want)
	}
}

func TestFunctionWritesDatesInEnglish(t *testing.T) {
	for code, want := range map[string]string{
		`d.toLocaleString()`:            "11/20/2024, 1:05:09 PM",
		`d.toLocaleDateString("en-US")`: "11/20/2024",
		`d.toLocaleTimeString()`:        "1:05:09 PM",
		`d.toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"})`:                    "01:05 PM",
		`d.toLocaleTimeString("en-US", {hour12: false})`:                                    "13:05:09",
		`d.toLocaleDateString("en-US", {weekday: "short", month: "short", day: "numeric"})`: "Wed, Nov 20",
		`d.toLocaleString("en-US", {dateStyle: "long", timeStyle: "short"})`:                "November 20, 2024 at 1:05 PM",
		`new Date(0).toLocaleString("en-US", {timeZone: "UTC"})`:                            "1/1/1970, 12:00:00 AM",
		`new Date(NaN).toLocaleString()`:                                                    "Invalid Date",
	} {
		n := nodetest.New(t, "function", fn(`const d = new Date(2024, 10, 20, 13, 5, 9); return {p: `+code+`}`))
		if err := n.Send(`{}`); err != nil {
			t.Fatal(err)
		}
		if got := n.Sent().Port(0)[0].Get("p"); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
