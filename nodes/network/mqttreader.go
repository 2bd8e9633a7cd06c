package network

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
)

// Bounds of what waits for a mqtt-in. A message without acknowledgement that
// comes when the queue is full is dropped; the broker itself holds back those
// with acknowledgement, which is given when the flow has dealt with them.
const (
	maxMQTTWaiting      = 10_000
	maxMQTTWaitingBytes = 64 << 20
)

// mqttShare is a message that some readers have.
type mqttShare struct {
	*mqttPacket
	left atomic.Int32
}

func newMQTTShare(p *mqttPacket, readers int) *mqttShare {
	s := &mqttShare{mqttPacket: p}
	s.left.Store(int32(readers))
	if readers == 0 {
		p.ack()
	}
	return s
}

// done is called once by each reader.
func (s *mqttShare) done() {
	if s.left.Add(-1) == 0 {
		s.ack()
	}
}

// mqttReader is the queue of a mqtt-in.
type mqttReader struct {
	full func() // told when messages begin to be dropped

	mu      sync.Mutex
	queue   []*mqttShare
	bytes   int
	dropped int           // since there was room last
	wake    chan struct{} // holds one: there is something
}

func newMQTTReader(full func()) *mqttReader {
	return &mqttReader{full: full, wake: make(chan struct{}, 1)}
}

// put queues p, and never waits.
func (r *mqttReader) put(p *mqttShare) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.qos == 0 && (len(r.queue) >= maxMQTTWaiting || len(r.queue) > 0 && r.bytes+len(p.payload) > maxMQTTWaitingBytes) {
		p.done()
		if r.dropped++; r.dropped == 1 {
			r.full()
		}
		return
	}
	r.queue = append(r.queue, p)
	r.bytes += len(p.payload)
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// next waits for a message; nil when ctx has ended and nothing waits.
func (r *mqttReader) next(ctx context.Context) *mqttShare {
	for {
		r.mu.Lock()
		if len(r.queue) > 0 {
			p := r.queue[0]
			r.queue[0] = nil
			r.queue = r.queue[1:]
			r.bytes -= len(p.payload)
			r.dropped = 0
			r.mu.Unlock()
			return p
		}
		r.queue = nil
		r.mu.Unlock()
		select {
		case <-r.wake:
		case <-ctx.Done():
			return nil
		}
	}
}

// mqttMatch tells whether a topic is what a filter asks for.
func mqttMatch(filter, topic string) bool {
	if rest, ok := strings.CutPrefix(filter, "$share/"); ok {
		if _, filter, ok = strings.Cut(rest, "/"); !ok {
			return false
		}
	}
	if strings.HasPrefix(topic, "$") && (strings.HasPrefix(filter, "#") || strings.HasPrefix(filter, "+")) {
		return false // what belongs to the broker must be asked for by name
	}
	for {
		f, moreFilter, filterGoesOn := strings.Cut(filter, "/")
		if f == "#" {
			return true
		}
		t, moreTopic, topicGoesOn := strings.Cut(topic, "/")
		if f != "+" && f != t {
			return false
		}
		if !filterGoesOn || !topicGoesOn {
			return filterGoesOn == topicGoesOn || filterGoesOn && moreFilter == "#"
		}
		filter, topic = moreFilter, moreTopic
	}
}

// validFilter tells whether one can subscribe to a filter.
func validFilter(filter string) bool {
	if filter == "" || len(filter) > 0xffff || strings.ContainsRune(filter, 0) {
		return false
	}
	levels := strings.Split(filter, "/")
	for i, level := range levels {
		if strings.ContainsAny(level, "+#") && level != "+" && (level != "#" || i < len(levels)-1) {
			return false
		}
	}
	return true
}

// validTopic tells whether one can publish to a topic.
func validTopic(topic string) bool {
	return topic != "" && len(topic) <= 0xffff && !strings.ContainsAny(topic, "+#\b\f\n\r\t\v\x00")
}
