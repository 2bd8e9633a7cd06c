package network

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// MQTTIn makes messages of what a broker sends (contract nodes.md, network).
type MQTTIn struct {
	Broker   node.Ref[MQTTBroker] `prop:"broker" label:"Broker" required:"true"`
	Dynamic  int                  `prop:"inputs" label:"Subscribe to" enum:"0=one topic,1=the topics that messages name" default:"0"`
	Topic    string               `prop:"topic" label:"Topic" placeholder:"sensors/+/temperature" when:"inputs == '0'" summary:"true" help:"+ is any one level, # all that follow."`
	QoS      string               `prop:"qos" label:"QoS" enum:"0=0: at most once,1=1: at least once,2=2: exactly once" default:"2" when:"inputs == '0'"`
	As       string               `prop:"datatype" label:"Payload" enum:"auto-detect=what it is: JSON or text or buffer,auto=text or buffer,buffer=buffer,utf8=text,json=JSON,base64=text in base64" default:"utf8" initial:"auto-detect"`
	NoLocal  bool                 `prop:"nl" label:"Not what this client publishes" when:"inputs == '0'" advanced:"true" help:"With MQTT 5."`
	Retained bool                 `prop:"rap" label:"Keep the retain flag" initial:"true" when:"inputs == '0'" advanced:"true" help:"With MQTT 5."`
	Handling string               `prop:"rh" label:"Retained messages" enum:"0=send them,1=send them for new subscriptions,2=do not send them" default:"0" when:"inputs == '0'" advanced:"true" help:"With MQTT 5."`

	env    *node.Env
	reader *mqttReader
	leave  func()

	mu   sync.Mutex
	subs *msg.Object // of a dynamic node: by topic, as the message asked
}

func init() {
	node.Register[MQTTIn](node.Type{
		Name: "mqtt-in", Aliases: []string{"mqtt in"}, Category: "network", Icon: "rss", Outputs: []string{"message"}, Mode: node.Serial,
		Help: "Starts a flow for each message of an MQTT topic: `msg.topic`, `msg.payload`, `msg.qos`, `msg.retain`, and with MQTT 5 its properties.\n\n" +
			"A node for topics that messages name does what `msg.action` says: `subscribe` and `unsubscribe` with the topics in `msg.topic`, `getSubscriptions`, `connect`, `disconnect`.\n\n" +
			"A message with QoS 1 or 2 is acknowledged when the flow has dealt with it. Up to 10,000 messages with QoS 0 wait while the flow is busy; more are dropped.",
	})
}

// Upgrade reads numbers as the texts that forms save.
func (*MQTTIn) Upgrade(raw *msg.Object) {
	for _, key := range []string{"qos", "rh"} {
		if n, ok := raw.Get(key).(float64); ok {
			raw.Set(key, msg.FormatNumber(n))
		}
	}
}

// Check wants a topic.
func (n *MQTTIn) Check(report func(property, problem string)) {
	if n.Dynamic == 0 && !validFilter(n.Topic) {
		report("topic", invalidTopic)
	}
}

// Inputs: a node for topics that messages name has one.
func (n *MQTTIn) Inputs() int { return min(n.Dynamic, 1) }

// Open makes the broker connect.
func (n *MQTTIn) Open(_ context.Context, env *node.Env) error {
	n.env, n.subs = env, msg.NewObject(0)
	n.reader = newMQTTReader(func() {
		env.Log.Warn("messages come faster than the flow takes them: dropped those with QoS 0", "waiting", maxMQTTWaiting)
	})
	if n.Dynamic == 0 {
		n.Broker.Get().expect(n.subscription(), n.reader)
	}
	n.leave = n.Broker.Get().register(env.Status)
	return nil
}

// subscription is that of a node for one topic.
func (n *MQTTIn) subscription() mqttSubscription {
	return mqttSubscription{filter: n.Topic, qos: mqttQoS(n.QoS, 2), noLocal: n.NoLocal, rap: n.Retained, rh: mqttQoS(n.Handling, 0)}
}

// Close lets the broker go.
func (n *MQTTIn) Close() error {
	if n.leave != nil {
		n.leave()
		n.Broker.Get().forget(n.Topic, n.reader) // if it was never started
	}
	return nil
}

// Start sends on what comes until ctx ends, and then what has come.
func (n *MQTTIn) Start(ctx context.Context, out node.Late) error {
	b := n.Broker.Get()
	if n.Dynamic == 0 {
		b.subscribe(ctx, n.subscription(), n.reader)
	}
	for ctx.Err() == nil {
		n.pass(n.reader.next(ctx), out)
	}
	topics := []string{n.Topic}
	if n.Dynamic != 0 {
		n.mu.Lock()
		topics = n.subs.Keys()
		n.mu.Unlock()
	}
	for _, t := range topics {
		b.unsubscribe(context.Background(), t, n.reader, b.Unsubscribe)
	}
	for p := n.reader.next(ctx); p != nil; p = n.reader.next(ctx) {
		n.pass(p, out)
	}
	return nil
}

// pass sends a message on, and tells the broker that it has been dealt with.
func (n *MQTTIn) pass(p *mqttShare, out node.Late) {
	if p != nil {
		n.send(p.mqttPacket, out)
		p.done()
	}
}

// send makes a message and carries it.
func (n *MQTTIn) send(p *mqttPacket, out node.Late) {
	b := n.Broker.Get()
	m := msg.NewObject(8)
	m.Set("topic", p.topic)
	payload, err := n.payload(p)
	m.Set("payload", payload)
	m.Set("qos", int(p.qos))
	m.Set("retain", p.retain)
	if err != nil {
		out.Fail(m, err)
		return
	}
	set := func(key, text string) {
		if text != "" {
			m.Set(key, text)
		}
	}
	set("responseTopic", p.props.responseTopic)
	if p.props.correlation != nil {
		m.Set("correlationData", p.props.correlation)
	}
	set("contentType", p.props.contentType)
	if p.props.expiry != nil {
		m.Set("messageExpiryInterval", float64(*p.props.expiry))
	}
	if p.props.utf8 != nil {
		m.Set("payloadFormatIndicator", *p.props.utf8)
	}
	if len(p.props.user) > 0 {
		m.Set("userProperties", userProperties(p.props.user))
	}
	if b.Broker == "localhost" || b.Broker == "127.0.0.1" {
		m.Set("_topic", p.topic) // as in Node-RED
	}
	out.Send(m)
}

// mediaTypes are those whose payload is known to be no text, or JSON.
var mediaTypes = map[string]string{
	"text/css": "text", "text/html": "text", "text/plain": "text", "application/xml": "text", "application/json": "json",
	"application/octet-stream": "buffer", "application/pdf": "buffer", "application/x-gtar": "buffer", "application/x-gzip": "buffer", "application/x-tar": "buffer",
	"application/zip": "buffer", "audio/aac": "buffer", "audio/ac3": "buffer", "audio/basic": "buffer", "audio/mp4": "buffer",
	"audio/ogg": "buffer", "image/bmp": "buffer", "image/gif": "buffer", "image/jpeg": "buffer", "image/tiff": "buffer", "image/png": "buffer",
}

var (
	errMQTTParse = errors.New("Failed to parse JSON string") //nolint:staticcheck // Node-RED's text
	errMQTTText  = errors.New("Invalid JSON string")         //nolint:staticcheck // the same
)

// payload reads the bytes as the node says; an error comes with them as they
// are.
func (n *MQTTIn) payload(p *mqttPacket) (any, error) {
	isText := p.props.utf8 != nil && *p.props.utf8 || isText(p.payload)
	as := n.as(p.topic)
	if as == "auto" || as == "auto-detect" {
		switch mediaTypes[strings.ToLower(p.props.contentType)] {
		case "text":
			return msg.Text(p.payload), nil
		case "buffer":
			return p.payload, nil
		case "json":
			v, err := msg.Decode(p.payload)
			if err != nil {
				return msg.Text(p.payload), errMQTTParse
			}
			if as == "auto" {
				return msg.Text(p.payload), nil
			}
			return v, nil
		}
		if !isText {
			return p.payload, nil
		}
		if as == "auto-detect" {
			if v, err := msg.Decode(p.payload); err == nil {
				return v, nil
			}
		}
		return msg.Text(p.payload), nil
	}
	switch as {
	case "buffer":
		return p.payload, nil
	case "base64":
		return base64.StdEncoding.EncodeToString(p.payload), nil
	case "json":
		if !isText {
			return p.payload, errMQTTText
		}
		v, err := msg.Decode(p.payload)
		if err != nil {
			return p.payload, errMQTTParse
		}
		return v, nil
	}
	return msg.Text(p.payload), nil
}

// as is how to read the payload of a topic: a dynamic node's subscription may
// say it.
func (n *MQTTIn) as(topic string) string {
	if n.Dynamic == 0 {
		return n.As
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for filter, s := range n.subs.All() {
		if own, _ := s.(*msg.Object).Get("datatype").(string); own != "" && mqttMatch(filter, topic) {
			return own
		}
	}
	return n.As
}

// isText tells whether b is UTF-8 without control characters, but for tabs and
// line ends, which is what Node-RED takes for a text.
func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return false
		}
	}
	return utf8.Valid(b)
}

// userProperties are those of a message; what comes more than once is a list in
// JSON, as in Node-RED.
func userProperties(user []mqttUserProperty) *msg.Object {
	values := make(map[string]*msg.List)
	for _, u := range user {
		if values[u.key] == nil {
			values[u.key] = msg.NewList()
		}
		values[u.key].Append(u.value)
	}
	props := msg.NewObject(len(values))
	for _, u := range user {
		if all := values[u.key]; len(all.Items) > 1 {
			props.Set(u.key, string(msg.Encode(all)))
		} else {
			props.Set(u.key, u.value)
		}
	}
	return props
}
