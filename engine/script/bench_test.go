package script_test

import (
	"context"
	"log/slog"
	"syscall"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/script"
)

// drain is an Out that takes everything.
type drain struct{ sent int }

func (d *drain) Send(*msg.Object)                                { d.sent++ }
func (d *drain) SendTo(*msg.Object, ...int)                      { d.sent++ }
func (d *drain) SendAll([][]*msg.Object)                         { d.sent++ }
func (d *drain) Fail(*msg.Object, error)                         {}
func (d *drain) Status(node.Status)                              {}
func (d *drain) Later() node.Late                                { return d }
func (d *drain) Emit(context.Context, *msg.Object, ...int) error { return nil }
func (d *drain) Done(*msg.Object, error)                         {}

const workload = `const n = Number(msg.payload.n) || 0;
const out = { id: n, items: [], tag: "", sum: 0 };
let acc = 0;
for (let i = 0; i < 20; i++) {
    acc += (i * n) % 7;
    out.items.push({ i: i, v: acc, k: "item-" + i });
}
out.tag = String(msg.payload.name || "").trim().toUpperCase().split("").reverse().join("");
out.sum = acc;
msg.payload = out;
return msg;
`

func BenchmarkFunction(b *testing.B) {
	for _, bm := range []struct{ name, code string }{
		{"pass", "return msg;"},
		{"small", "msg.payload.text = msg.payload.text + '!'; return msg;"},
		{"hop", "msg.payload = { n: msg.payload.n + 1, s: msg.payload.s.toUpperCase() };\nreturn msg;"},
		{"work", workload},
		{"await", "await 1; return msg;"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			p, err := script.Compile(script.Source{Body: bm.code})
			if err != nil {
				b.Fatal(err)
			}
			f := script.NewFunction(p, 1, 0)
			env := &node.Env{ID: "f", Log: slog.New(slog.DiscardHandler)}
			if err := f.Open(b.Context(), env); err != nil {
				b.Fatal(err)
			}
			in, _ := msg.DecodeObject([]byte(`{"_msgid":"0123456789abcdef","payload":{"n":"5","name":"hello there","text":"hi","s":"abc"},"topic":"t"}`))
			out := new(drain)
			b.ReportAllocs()
			before := cpu()
			for b.Loop() {
				if err := f.Receive(b.Context(), in.Clone(), out); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(cpu()-before)/float64(b.N), "cpu-ns/op")
			if out.sent != b.N {
				b.Fatalf("sent %d of %d", out.sent, b.N)
			}
			_ = f.Close()
		})
	}
}

// cpu is what the process has used, in nanoseconds: on a busy machine it
// says more than the clock.
func cpu() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}
