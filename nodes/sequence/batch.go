package sequence

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

var errTooMany = errors.New("too many pending messages in batch node") // Node-RED's text

// Batch makes sequences of messages (contract nodes.md, sequence).
type Batch struct {
	Mode       string        `prop:"mode" label:"Group by" enum:"count=number of messages,interval=time,concat=topic" default:"count"`
	Count      int           `prop:"count" label:"Messages" default:"1" initial:"10" min:"1" max:"1000000" width:"6" when:"mode == 'count'"`
	Overlap    int           `prop:"overlap" label:"of them again" min:"0" width:"6" when:"mode == 'count'" help:"How many of a group are in the next one, too."`
	WholeParts bool          `prop:"honourParts" label:"End with a sequence" when:"mode == 'count'" help:"The last message of a sequence (msg.parts) ends a group early."`
	Interval   node.Duration `prop:"interval" label:"Every" min:"0" max:"2147483" initial:"10" placeholder:"10s" when:"mode == 'interval'"`
	SendEmpty  bool          `prop:"allowEmptySequence" label:"Also when nothing came" when:"mode == 'interval'" help:"A message with an empty payload says so."`
	Topics     []BatchTopic  `prop:"topics" label:"Topics" when:"mode == 'concat'" initial:"[{\"topic\":\"\"}]" help:"One sequence of each, put together in this order."`

	mu      sync.Mutex
	waiting []held // count and interval
	topics  map[string][]*topicGroup
	held    int // in topics
	ticker  *time.Ticker
}

// BatchTopic is one of the topics to put together.
type BatchTopic struct {
	Topic string `prop:"topic" label:"Topic"`
}

// topicGroup is what is there of one sequence of a topic.
type topicGroup struct {
	id    string
	count float64
	held  []held
}

func init() {
	node.Register[Batch](node.Type{
		Name: "batch", Category: "sequence", Icon: "package", Outputs: []string{"group"}, Mode: node.Serial,
		Help: "Holds messages and sends them on in groups, as sequences with `msg.parts`: so many at a time, all that came in a time, or one sequence of each topic after the other.\n\n" +
			"With an overlap the last messages of a group begin the next one, too: a moving window. " +
			"`msg.reset` forgets what waits.\n\n" +
			"Nothing is joined; *join* does that. At most 1,000,000 messages wait; then all are given up, with an error for catch nodes.\n\n" +
			"Example: every 10 seconds → join into a list → one email instead of fifty.",
	})
}

// Check compares the group with its overlap.
func (b *Batch) Check(report func(property, problem string)) {
	if b.Mode == "count" && b.Overlap >= b.Count {
		report("overlap", fmt.Sprintf("%d of %d messages: less must overlap than a group has", b.Overlap, b.Count))
	}
}

// Open starts the clock.
func (b *Batch) Open(context.Context, *node.Env) error {
	b.topics = make(map[string][]*topicGroup)
	if b.Mode == "interval" && b.Interval > 0 {
		b.ticker = time.NewTicker(b.Interval.D())
	}
	return nil
}

// Start sends what came in each interval.
func (b *Batch) Start(ctx context.Context, out node.Late) error {
	if b.ticker == nil {
		return nil
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-b.ticker.C:
		}
		b.mu.Lock()
		group := b.waiting
		b.waiting = nil
		b.mu.Unlock()
		if len(group) == 0 && b.SendEmpty {
			out.Send(msg.Of("payload", nil, "parts", msg.Of("id", msg.NewID(), "index", 0, "count", 1)))
		}
		number(group)
		for _, h := range group {
			h.late.Send(h.m)
			h.late.Done(h.m, nil)
		}
	}
}

// Receive holds m, or sends the group that it completes.
func (b *Batch) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m.Has("reset") {
		b.clear(nil)
		if b.ticker != nil {
			b.ticker.Reset(b.Interval.D())
		}
		return nil
	}
	if b.Mode == "concat" {
		return b.concat(m, out)
	}
	b.waiting = append(b.waiting, held{m, out.Later()})
	switch {
	case b.Mode == "count" && (len(b.waiting) >= b.Count || b.WholeParts && isLast(m)):
		b.send(out)
	case len(b.waiting) > maxHeld:
		b.clear(errTooMany)
	}
	return nil
}

// isLast tells whether m is the last message of a sequence.
func isLast(m *msg.Object) bool {
	parts := partsOf(m)
	return parts.Has("index") && msg.Number(parts.Get("index"))+1 == msg.Number(parts.Get("count"))
}

// send sends the group; its end stays if groups overlap.
func (b *Batch) send(out node.Out) {
	group := b.waiting
	stays := min(b.Overlap, len(group))
	b.waiting = slices.Clone(group[len(group)-stays:])
	if b.Overlap > 0 {
		sendCopies(group, out)
	} else {
		number(group)
		for _, h := range group {
			out.Send(h.m)
		}
	}
	for _, h := range group[:len(group)-stays] {
		h.late.Done(h.m, nil)
	}
}

func sendCopies(group []held, out node.Out) {
	copies := make([]held, len(group))
	for i, h := range group {
		copies[i].m = h.m.Clone()
	}
	number(copies)
	for _, h := range copies {
		out.Send(h.m)
	}
}

// number makes messages one sequence; its id is that of the first message.
func number(group []held) {
	if len(group) == 0 {
		return
	}
	id, ok := group[0].m.Lookup("_msgid")
	if !ok {
		id = msg.NewID()
	}
	for i, h := range group {
		parts := partsOf(h.m)
		if parts == nil {
			parts = msg.NewObject(3)
			h.m.Set("parts", parts)
		}
		parts.Set("id", id)
		parts.Set("index", i)
		parts.Set("count", len(group))
	}
}

// concat puts m to its topic, and sends when of each topic a sequence is
// whole.
func (b *Batch) concat(m *msg.Object, out node.Out) error {
	topic, ok := m.Get("topic").(string)
	if !ok || !slices.Contains(b.Topics, BatchTopic{topic}) {
		return nil
	}
	parts := partsOf(m)
	if !parts.Has("id") || !parts.Has("index") || !parts.Has("count") {
		return errors.New("no parts property in message") // Node-RED's text
	}
	b.put(topic, msg.Text(parts.Get("id")), msg.Number(parts.Get("count")), held{m, out.Later()})
	if b.held++; b.held > maxHeld {
		b.clear(errTooMany)
		return nil
	}
	var all []held
	for _, t := range b.Topics {
		groups := b.topics[t.Topic]
		if len(groups) == 0 || float64(len(groups[0].held)) != groups[0].count {
			return nil
		}
		all = append(all, groups[0].held...)
	}
	for _, t := range b.Topics {
		if groups := b.topics[t.Topic]; len(groups) > 0 {
			b.held -= len(groups[0].held)
			b.topics[t.Topic] = groups[1:]
		}
	}
	sendCopies(all, out)
	for _, h := range all {
		h.late.Done(h.m, nil)
	}
	return nil
}

// put adds a message to the sequence of that id.
func (b *Batch) put(topic, id string, count float64, h held) {
	groups := b.topics[topic]
	i := slices.IndexFunc(groups, func(g *topicGroup) bool { return g.id == id })
	if i < 0 {
		i = len(groups)
		b.topics[topic] = append(groups, &topicGroup{id: id, count: count})
	}
	g := b.topics[topic][i]
	g.held = append(g.held, h)
}

// clear forgets what waits; the last message ends with err.
func (b *Batch) clear(err error) {
	all := b.waiting
	for _, t := range b.Topics {
		for _, g := range b.topics[t.Topic] {
			all = append(all, g.held...)
		}
		delete(b.topics, t.Topic)
	}
	b.waiting, b.held = nil, 0
	(&members{held: all}).done(err)
}

// Close stops the clock and gives up what waits.
func (b *Batch) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ticker != nil {
		b.ticker.Stop()
	}
	b.clear(errors.New("the node stopped before the group was whole"))
	return nil
}
