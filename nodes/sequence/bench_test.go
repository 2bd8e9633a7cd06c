package sequence

import (
	"context"
	"testing"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/nodetest"
)

// wire hands each message to the next node at once. It costs nothing of what
// is measured, where nodetest keeps copies.
type wire struct {
	node.Late
	to func(*msg.Object)
}

func (w wire) Send(m *msg.Object)      { w.to(m) }
func (w wire) Later() node.Late        { return w }
func (w wire) Done(*msg.Object, error) {}

// BenchmarkSplitJoin splits a list of 50,000 numbers and joins it again.
func BenchmarkSplitJoin(b *testing.B) {
	const size = 50_000
	list := make([]any, size)
	for i := range list {
		list[i] = float64(i)
	}
	split, join := nodetest.Of[Split](nodetest.New(b, "split", `{}`)), nodetest.Of[Join](nodetest.New(b, "join", `{}`))
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		joined := 0
		end := wire{to: func(m *msg.Object) { joined = m.Get("payload").(*msg.List).Len() }}
		between := wire{to: func(m *msg.Object) {
			if err := join.Receive(ctx, m, end); err != nil {
				b.Fatal(err)
			}
		}}
		m := msg.Of("_msgid", "0123456789abcdef", "payload", &msg.List{Items: list}, "topic", "t")
		if err := split.Receive(ctx, m, between); err != nil {
			b.Fatal(err)
		}
		if joined != size {
			b.Fatalf("joined %d", joined)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/size, "ns/part")
}
