package network

import (
	"context"
	"time"
)

// strongest is what of all subscriptions to a filter is asked of the broker;
// b.mu is held.
func (b *MQTTBroker) strongest(filter string) mqttSubscription {
	var all mqttSubscription
	for _, s := range b.subs[filter] {
		if all.filter == "" {
			all = s
		}
		all.qos = max(all.qos, s.qos)
		all.noLocal = all.noLocal && s.noLocal
		all.rap = all.rap || s.rap
		all.rh = min(all.rh, s.rh)
	}
	return all
}

// expect gives what matches s to r, too, but does not ask the broker for it. It
// is for a node that has not started: what a session has kept for it comes as
// soon as there is a connection.
func (b *MQTTBroker) expect(s mqttSubscription, r *mqttReader) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.want(s, r)
}

// want puts a subscription down, if it is not; b.mu is held.
func (b *MQTTBroker) want(s mqttSubscription, r *mqttReader) mqttSubscription {
	if b.subs[s.filter] == nil {
		b.subs[s.filter] = make(map[*mqttReader]mqttSubscription)
	}
	if had, ok := b.subs[s.filter][r]; ok {
		s.told = had.told
	}
	b.subs[s.filter][r] = s
	return s
}

// forget is expect's opposite.
func (b *MQTTBroker) forget(filter string, r *mqttReader) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if delete(b.subs[filter], r); len(b.subs[filter]) == 0 {
		delete(b.subs, filter)
	}
}

// subscribe gives what matches s to r, too.
func (b *MQTTBroker) subscribe(ctx context.Context, s mqttSubscription, r *mqttReader) {
	b.talking.Lock()
	defer b.talking.Unlock()
	b.mu.Lock()
	s = b.want(s, r)
	all, link := b.strongest(s.filter), b.link
	if link == nil || s.told { // without connection: with the others, when there is one
		b.mu.Unlock()
		return
	}
	s.told = true
	b.subs[s.filter][r] = s
	b.mu.Unlock()
	if err := link.subscribe(ctx, all); err != nil && ctx.Err() == nil {
		b.env.Log.Warn("subscribe to " + s.filter + ": " + err.Error())
	}
}

// unsubscribe ends that. The broker is told when nobody else wants the filter,
// and unsub says that it should be.
func (b *MQTTBroker) unsubscribe(ctx context.Context, filter string, r *mqttReader, unsub bool) {
	b.talking.Lock()
	defer b.talking.Unlock()
	b.forget(filter, r)
	b.mu.Lock()
	last, link := len(b.subs[filter]) == 0, b.link
	b.mu.Unlock()
	if last && unsub && link != nil {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		_ = link.unsubscribe(ctx, filter) // a broker that does not answer does not matter now
	}
}

// received hands a message to all who want it.
func (b *MQTTBroker) received(p *mqttPacket) {
	b.mu.Lock()
	readers := b.readers(p, p.sub)
	if len(readers) == 0 && p.sub != 0 { // the id of another program that had the session
		readers = b.readers(p, 0)
	}
	b.mu.Unlock()
	left := newMQTTShare(p, len(readers))
	for r := range readers {
		r.put(left)
	}
}

// readers are those for whom p is, by its topic and, unless it is 0, by the id
// of a subscription: a broker sends p once for each. b.mu is held.
func (b *MQTTBroker) readers(p *mqttPacket, id int) map[*mqttReader]struct{} {
	readers := make(map[*mqttReader]struct{})
	for filter, subs := range b.subs {
		if mqttMatch(filter, p.topic) && (id == 0 || id == mqttSubscription{filter: filter}.id()) {
			for r := range subs {
				readers[r] = struct{}{}
			}
		}
	}
	return readers
}
