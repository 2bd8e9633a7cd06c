package network

import (
	"context"
	"errors"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

const invalidTopic = "Invalid topic specified"

var (
	// Node-RED's texts, as catch nodes have them.
	errMQTTAction       = errors.New("Error: Invalid action specified")                 //nolint:staticcheck // Node-RED's text
	errMQTTConnected    = errors.New("Error: Disconnect from broker before connecting") //nolint:staticcheck // the same
	errMQTTSubscription = errors.New("Error: msg.topic is missing or invalid")          //nolint:staticcheck // the same
	errMQTTFilter       = errors.New("Error: " + invalidTopic)                          //nolint:staticcheck // the same
)

// act does what msg.action says about the connection.
func (b *MQTTBroker) act(m *msg.Object, out node.Out) error {
	switch m.Get("action") {
	case "disconnect":
		late := out.Later()
		go func() {
			b.disconnect()
			late.Done(m, nil)
		}()
		return nil
	case "connect":
	default:
		return errMQTTAction
	}
	changes, _ := m.Get("broker").(*msg.Object)
	b.mu.Lock()
	on := b.stop != nil
	b.mu.Unlock()
	if on && changes != nil && !msg.Truthy(changes.Get("force")) {
		return errMQTTConnected
	}
	late := out.Later()
	go func() {
		if changes != nil {
			b.disconnect()
			if err := b.change(changes); err != nil {
				late.Done(m, err)
				return
			}
		}
		b.connect(func() { late.Done(m, nil) })
	}()
	return nil
}

func (b *MQTTBroker) change(o *msg.Object) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, err := b.settings.with(o, b.env)
	if err == nil {
		b.settings = s
	}
	return err
}

// Receive does what msg.action says.
func (n *MQTTIn) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	b := n.Broker.Get()
	switch action := m.Get("action"); action {
	case "subscribe", "unsubscribe":
		topics, err := n.topics(m, action == "unsubscribe")
		if err != nil {
			return err
		}
		for _, t := range topics {
			n.subscribe(ctx, t, action == "subscribe")
		}
		m.Set("subscriptions", n.list())
		return nil
	case "getSubscriptions":
		m.Set("topic", "subscriptions")
		m.Set("payload", n.list())
		out.Send(m)
		return nil
	}
	return b.act(m, out)
}

// list is what the node has subscribed to.
func (n *MQTTIn) list() *msg.List {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := msg.NewList()
	for _, v := range n.subs.All() {
		all.Append(msg.CloneValue(v))
	}
	return all
}

// topics are those that msg.topic names: a text, an object with a topic, or a
// list of them; to end subscriptions also true, which is all.
func (n *MQTTIn) topics(m *msg.Object, ends bool) ([]*msg.Object, error) {
	var items []any
	switch v := m.Get("topic").(type) {
	case *msg.List:
		items = v.Items
	case string, *msg.Object:
		items = []any{v}
	case bool:
		if !v || !ends {
			return nil, errMQTTSubscription
		}
		items = n.list().Items
	default:
		return nil, errMQTTSubscription
	}
	var topics []*msg.Object
	for _, item := range items {
		t, ok := item.(*msg.Object)
		if text, isText := item.(string); isText {
			t, ok = msg.Of("topic", text), true
		}
		if filter, isText := t.Get("topic").(string); !ok || !isText || !validFilter(filter) {
			return nil, errMQTTFilter
		}
		topics = append(topics, t)
	}
	return topics, nil
}

// subscribe subscribes to one topic, or ends that.
func (n *MQTTIn) subscribe(ctx context.Context, t *msg.Object, begin bool) {
	b := n.Broker.Get()
	filter := t.Get("topic").(string)
	n.mu.Lock()
	had := n.subs.Has(filter)
	n.subs.Delete(filter)
	n.mu.Unlock()
	if had {
		b.unsubscribe(ctx, filter, n.reader, true)
	}
	if !begin {
		return
	}
	s := mqttSubscription{filter: filter, qos: mqttQoS(t.Get("qos"), 2), rap: true}
	t.Set("qos", int(s.qos))
	if b.Version == 5 {
		s.rh = mqttQoS(t.Get("rh"), 0)
		if v := t.Get("rap"); v == false || v == "false" {
			s.rap = false
		}
		switch t.Get("nl") {
		case true, "true":
			s.noLocal = true
			t.Set("nl", true)
		case false, "false":
			t.Set("nl", false)
		default:
			t.Delete("nl")
		}
		t.Set("rh", int(s.rh))
		t.Set("rap", s.rap)
	}
	n.mu.Lock()
	n.subs.Set(filter, t.Clone())
	n.mu.Unlock()
	b.subscribe(ctx, s, n.reader)
}
