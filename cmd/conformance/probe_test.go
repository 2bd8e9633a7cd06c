package conformance

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// feed is the node through which a test puts messages into a flow.
type feed struct{ inlet *inlet }

// inlet is what the test has of a feed.
type inlet struct{ waiting chan fed }

// fed is a message on its way into a flow.
type fed struct {
	m      *msg.Object
	rested chan struct{} // closed when all it set off has come to rest
}

// sink is the node that tells the test what comes out of a flow.
type sink struct{ outlet outlet }

// outlet is what a sink has of the test.
type outlet struct {
	out  string
	seen *seen
}

// seen is what has come out of a flow so far.
type seen struct {
	mu      sync.Mutex
	start   time.Time
	by      map[string][]arrival // by output
	changed chan struct{}
}

func (s *seen) add(out string, v any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by[out] = append(s.by[out], arrival{v, time.Since(s.start)})
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// enough tells whether every output has what c wants of it.
func (s *seen) enough(c *recorded) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for out, v := range c.expect.All() {
		if least, _, _ := c.match.count(out, v.(*msg.List).Len()); len(s.by[out]) < least {
			return false
		}
	}
	return true
}

// feeds and sinks find their test by the node's id.
var feeds, sinks sync.Map

func init() {
	node.Register[feed](node.Type{Name: "test-feed", Category: "common", Icon: "arrow-right", Help: "Puts messages in.", Outputs: []string{"message"}})
	node.Register[sink](node.Type{Name: "test-sink", Category: "common", Icon: "arrow-left", Help: "Takes messages out."})
}

func (f *feed) Open(_ context.Context, env *node.Env) error {
	v, _ := feeds.Load(own(env))
	f.inlet = v.(*inlet)
	return nil
}

func (f *feed) Start(ctx context.Context, out node.Late) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case one := <-f.inlet.waiting:
			out.Send(one.m)
			close(one.rested)
		}
	}
}

func (s *sink) Open(_ context.Context, env *node.Env) error {
	v, _ := sinks.Load(own(env))
	s.outlet = v.(outlet)
	return nil
}

// Receive keeps the message as JSON would carry it.
func (s *sink) Receive(_ context.Context, m *msg.Object, _ node.Out) error {
	text, err := msg.EncodeChecked(m)
	if err != nil {
		return err
	}
	v, err := msg.Decode(text)
	if err != nil {
		return err
	}
	s.outlet.seen.add(s.outlet.out, v)
	return nil
}

// own is the node's id in the document, inside a subflow too.
func own(env *node.Env) string {
	if env.Alias != "" {
		return env.Alias
	}
	return env.ID
}

// restart forgets nothing but starts the clock of arrivals anew.
func (s *seen) restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.start = time.Now()
}

// all is what has come so far.
func (s *seen) all() map[string][]arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.by)
}
