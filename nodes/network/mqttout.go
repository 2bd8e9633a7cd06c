package network

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// MQTTOut publishes messages (contract nodes.md, network).
type MQTTOut struct {
	Broker        node.Ref[MQTTBroker] `prop:"broker" label:"Broker" required:"true"`
	Topic         string               `prop:"topic" label:"Topic" placeholder:"shop/orders" summary:"true" help:"Empty: msg.topic."`
	QoS           string               `prop:"qos" label:"QoS" enum:"=msg.qos or 0,0=0: at most once,1=1: at least once,2=2: exactly once"`
	Retain        string               `prop:"retain" label:"Retain" enum:"=msg.retain or no,true=yes,false=no"`
	ResponseTopic string               `prop:"respTopic" label:"Response topic" advanced:"true" help:"With MQTT 5, as those below."`
	ContentType   string               `prop:"contentType" label:"Content type" advanced:"true"`
	UserProps     any                  `prop:"userProps" label:"User properties" advanced:"true" help:"A JSON object."`
	Correlation   string               `prop:"correl" label:"Correlation data" advanced:"true"`
	Expiry        string               `prop:"expiry" label:"Expires after" unit:"s" advanced:"true"`

	leave    func()
	work     sync.WaitGroup
	underWay chan struct{} // one for each message that waits for the broker
	away     atomic.Bool   // the broker is, and the log says so
}

func init() {
	node.Register[MQTTOut](node.Type{
		Name: "mqtt-out", Aliases: []string{"mqtt out"}, Category: "network", Icon: "rss", Mode: node.Pool(1),
		Help: "Publishes `msg.payload` to an MQTT topic: a buffer or text as it is, anything else as JSON. What the node leaves empty is in `msg.topic`, `msg.qos`, `msg.retain`.\n\n" +
			"`msg.action` connects and disconnects. A message is complete when the broker has it. A message without payload is not published, and one for a broker that is not connected is dropped.\n\n" +
			"At most 1,000 messages with QoS 1 and 2 wait for the broker; then the flow waits.",
	})
}

// Upgrade reads numbers and boxes as the texts that forms save.
func (*MQTTOut) Upgrade(raw *msg.Object) {
	for _, key := range []string{"qos", "expiry"} {
		if n, ok := raw.Get(key).(float64); ok {
			raw.Set(key, msg.FormatNumber(n))
		}
	}
	if raw.Get("retain") == false { // which Node-RED takes for nothing said
		raw.Set("retain", "")
	}
	textOfBool(raw, "retain")
}

// Check looks at the topic.
func (n *MQTTOut) Check(report func(property, problem string)) {
	if n.Topic != "" && !validTopic(n.Topic) {
		report("topic", invalidTopic)
	}
}

// Open makes the broker connect.
func (n *MQTTOut) Open(_ context.Context, env *node.Env) error {
	n.underWay = make(chan struct{}, mqttWindow)
	n.leave = n.Broker.Get().register(env.Status)
	return nil
}

// Close lets the broker go, when it has what is under way or is gone.
func (n *MQTTOut) Close() error {
	if n.leave != nil {
		n.leave()
		n.work.Wait()
	}
	return nil
}

// Receive publishes m.
func (n *MQTTOut) Receive(ctx context.Context, m *msg.Object, out node.Out) error {
	b := n.Broker.Get()
	if msg.Truthy(m.Get("action")) {
		return b.act(m, out)
	}
	p := n.packet(m, b.Version == 5)
	if !m.Has("payload") {
		return nil
	}
	link := b.connected()
	if link == nil {
		if !n.away.Swap(true) {
			node.Log(ctx).Warn("not connected to the broker: messages are dropped")
		}
		out.Later() // never done: it is not complete, and no error, as in Node-RED
		return nil
	}
	n.away.Store(false)
	p.payload = n.payload(m)
	if !validTopic(p.topic) {
		node.Log(ctx).Warn(invalidTopic)
		out.Later() // never done, as below
		return nil
	}
	select {
	case n.underWay <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	wait := link.publish(ctx, p)
	if p.qos == 0 {
		<-n.underWay
		return wait()
	}
	late := out.Later()
	n.work.Go(func() {
		err := wait()
		<-n.underWay
		late.Done(m, err)
	})
	return nil
}

// packet is what goes to the broker. What the node says is put into m, as
// complete nodes of Node-RED see it.
func (n *MQTTOut) packet(m *msg.Object, v5 bool) *mqttPacket {
	if n.Topic != "" {
		m.Set("topic", n.Topic)
	}
	p := &mqttPacket{qos: mqttQoS(m.Get("qos"), 0)}
	if n.QoS != "" {
		p.qos = mqttQoS(n.QoS, 0)
	}
	retain := m.Get("retain")
	if n.Retain != "" {
		retain = n.Retain
	}
	p.retain = retain == true || retain == "true"
	m.Set("qos", int(p.qos))
	m.Set("retain", p.retain)
	p.topic, _ = m.Get("topic").(string)
	if v5 {
		for _, own := range []struct{ key, value string }{
			{"responseTopic", n.ResponseTopic}, {"contentType", n.ContentType}, {"correlationData", n.Correlation}, {"messageExpiryInterval", n.Expiry},
		} {
			if own.value != "" {
				m.Set(own.key, own.value)
			}
		}
		if own := mqttUserProps(n.UserProps); own != nil {
			props := msg.NewObject(len(own))
			for _, u := range own {
				props.Set(u.key, u.value)
			}
			m.Set("userProperties", props)
		}
		p.props = mqttPropsOf(m)
		if p.topic == "" && p.props.responseTopic != "" {
			p.topic = p.props.responseTopic
			m.Set("topic", p.topic)
			m.Delete("responseTopic")
		}
	}
	return p
}

// payload is what is published. It is put into m, too, where it is no buffer.
func (n *MQTTOut) payload(m *msg.Object) []byte {
	v := m.Get("payload")
	data := mqttPayload(v)
	if _, ok := v.([]byte); !ok {
		m.Set("payload", string(data))
	}
	return data
}
