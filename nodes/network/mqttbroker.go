package network

import (
	"context"
	"sync"
	"time"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// mqttAgain is Node-RED's pause between two tries to connect.
const mqttAgain = 5 * time.Second

// MQTTBroker is a connection to an MQTT broker, which all nodes that use it
// share (contract nodes.md, network).
type MQTTBroker struct {
	Broker      string              `prop:"broker" label:"Server" placeholder:"mqtt.example.com" summary:"true" help:"A host, or a URL that begins with mqtt://, mqtts://, ws:// or wss://. Empty: this machine."`
	Port        int                 `prop:"port" label:"Port" default:"1883" min:"1" max:"65535"`
	UseTLS      bool                `prop:"usetls" label:"Use TLS"`
	TLS         node.Ref[TLSConfig] `prop:"tls" label:"TLS" when:"usetls"`
	Verify      bool                `prop:"verifyservercert" label:"Verify the server's certificate" when:"usetls" advanced:"true" help:"Where there is no TLS configuration, which says so itself."`
	AutoConnect bool                `prop:"autoConnect" label:"Connect automatically" default:"true" help:"Otherwise msg.action does."`
	Version     int                 `prop:"protocolVersion" label:"Protocol" enum:"3=MQTT 3.1,4=MQTT 3.1.1,5=MQTT 5" default:"4"`
	ClientID    string              `prop:"clientid" label:"Client id" help:"Empty: a new one each time."`
	KeepAlive   int                 `prop:"keepalive" label:"Keep alive" unit:"s" default:"60" min:"0" max:"65535"`
	Clean       bool                `prop:"cleansession" label:"Clean session" default:"true" help:"Otherwise the broker keeps subscriptions and messages while the connection is down; that needs a client id."`
	Expiry      float64             `prop:"sessionExpiry" label:"Session ends after" unit:"s" min:"0" max:"4294967295" when:"protocolVersion == '5'"`
	Unsubscribe bool                `prop:"autoUnsubscribe" label:"Unsubscribe when nodes stop" default:"true"`
	UserProps   any                 `prop:"userProps" label:"User properties" when:"protocolVersion == '5'" advanced:"true" help:"A JSON object."`
	User        node.Secret         `prop:"user" label:"User" shown:"true" group:"Sign in"`
	Password    node.Secret         `prop:"password" label:"Password" group:"Sign in"`

	BirthTopic   string `prop:"birthTopic" label:"Topic" placeholder:"shop/status" help:"Empty: no message." group:"When connected" advanced:"true"`
	BirthPayload string `prop:"birthPayload" label:"Payload" group:"When connected" advanced:"true"`
	BirthQoS     string `prop:"birthQos" label:"QoS" enum:"0,1,2" default:"0" group:"When connected" advanced:"true"`
	BirthRetain  bool   `prop:"birthRetain" label:"Retain" group:"When connected" advanced:"true"`
	BirthMsg     any    `prop:"birthMsg" label:"Properties" help:"A JSON object." when:"protocolVersion == '5'" group:"When connected" advanced:"true"`
	CloseTopic   string `prop:"closeTopic" label:"Topic" placeholder:"shop/status" help:"Empty: no message." group:"Before disconnecting" advanced:"true"`
	ClosePayload string `prop:"closePayload" label:"Payload" group:"Before disconnecting" advanced:"true"`
	CloseQoS     string `prop:"closeQos" label:"QoS" enum:"0,1,2" default:"0" group:"Before disconnecting" advanced:"true"`
	CloseRetain  bool   `prop:"closeRetain" label:"Retain" group:"Before disconnecting" advanced:"true"`
	CloseMsg     any    `prop:"closeMsg" label:"Properties" help:"A JSON object." when:"protocolVersion == '5'" group:"Before disconnecting" advanced:"true"`
	WillTopic    string `prop:"willTopic" label:"Topic" placeholder:"shop/status" help:"Empty: no message." group:"When the connection is lost" advanced:"true"`
	WillPayload  string `prop:"willPayload" label:"Payload" group:"When the connection is lost" advanced:"true"`
	WillQoS      string `prop:"willQos" label:"QoS" enum:"0,1,2" default:"0" group:"When the connection is lost" advanced:"true"`
	WillRetain   bool   `prop:"willRetain" label:"Retain" group:"When the connection is lost" advanced:"true"`
	WillMsg      any    `prop:"willMsg" label:"Properties" help:"A JSON object." when:"protocolVersion == '5'" group:"When the connection is lost" advanced:"true"`

	env   *node.Env
	pause time.Duration // between two tries

	// talking keeps subscriptions and connections in one order. Never taken under mu.
	talking sync.Mutex

	mu       sync.Mutex
	settings *mqttSettings
	users    map[*mqttUser]struct{}
	subs     map[string]map[*mqttReader]mqttSubscription // by filter
	link     mqttLink                                    // nil: not connected
	state    mqttState
	stop     context.CancelFunc // of the goroutine that keeps the connection; nil: none
	stopped  chan struct{}      // closed when it has ended
	waiting  []func()           // who waits to be connected
}

type mqttState int

const (
	mqttDisconnected mqttState = iota
	mqttConnecting
	mqttConnected
)

// mqttUser is a node that shows the state of the connection.
type mqttUser struct{ status func(node.Status) }

func init() {
	node.Register[MQTTBroker](node.Type{
		Name: "mqtt-broker", Category: "config", Icon: "router",
		Help: "A connection to an MQTT broker, version 3.1, 3.1.1 or 5. It is made when the first node uses it, and again 5 seconds after it was lost. " +
			"Three messages may be sent: when it is made, before it is ended in order, and by the broker when it is lost.",
	})
}

// Upgrade brings the box of old files for version 3.1 to today's.
func (*MQTTBroker) Upgrade(raw *msg.Object) {
	if v := raw.Get("compatmode"); v == true || v == "true" {
		raw.Set("protocolVersion", 3)
	}
	for _, key := range []string{"birthQos", "closeQos", "willQos"} {
		if n, ok := raw.Get(key).(float64); ok {
			raw.Set(key, msg.FormatNumber(n))
		}
	}
}

// Check wants an address.
func (b *MQTTBroker) Check(report func(property, problem string)) {
	if _, err := b.address(); err != nil {
		report("broker", err.Error())
	}
}

// Open works out how to connect; the first user connects.
func (b *MQTTBroker) Open(_ context.Context, env *node.Env) error {
	s, err := b.configured(env)
	if err != nil {
		return err
	}
	b.env, b.settings = env, s
	if b.pause == 0 {
		b.pause = mqttAgain
	}
	b.users, b.subs = make(map[*mqttUser]struct{}), make(map[string]map[*mqttReader]mqttSubscription)
	return nil
}

// Close disconnects.
func (b *MQTTBroker) Close() error {
	b.disconnect()
	return nil
}

// register is called by a node that uses the broker, for as long as until it
// calls leave.
func (b *MQTTBroker) register(status func(node.Status)) (leave func()) {
	u := &mqttUser{status}
	b.mu.Lock()
	b.users[u] = struct{}{}
	status(b.state.status())
	first := len(b.users) == 1
	b.mu.Unlock()
	if first && b.AutoConnect {
		b.connect(nil)
	}
	return func() {
		b.mu.Lock()
		delete(b.users, u)
		last := len(b.users) == 0
		b.mu.Unlock()
		if last {
			b.disconnect()
		}
	}
}

func (s mqttState) status() node.Status {
	switch s {
	case mqttConnecting:
		return node.Status{Fill: "yellow", Shape: "ring", Text: "node-red:common.status.connecting"}
	case mqttConnected:
		return node.Status{Fill: "green", Shape: "dot", Text: "node-red:common.status.connected"}
	}
	return node.Status{Fill: "red", Shape: "ring", Text: "node-red:common.status.disconnected"}
}

// become changes the state, and shows it under all nodes.
func (b *MQTTBroker) become(s mqttState, link mqttLink) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state, b.link = s, link
	for u := range b.users {
		u.status(s.status())
	}
	if s == mqttConnected {
		for _, f := range b.waiting {
			go f()
		}
		b.waiting = nil
	}
}

// connect begins to keep a connection, unless there is one. connected, if it
// is not nil, is called when there is.
func (b *MQTTBroker) connect(connected func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if connected != nil {
		if b.state == mqttConnected {
			go connected()
		} else if len(b.waiting) < mqttWindow {
			b.waiting = append(b.waiting, connected)
		}
	}
	if b.stop != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	before, stopped := b.stopped, make(chan struct{})
	b.stop, b.stopped = cancel, stopped
	s := b.settings
	go func() {
		defer close(stopped)
		if before != nil {
			<-before // two at once would throw each other out
		}
		b.keep(ctx, s)
	}()
}

// disconnect ends the connection in order.
func (b *MQTTBroker) disconnect() {
	b.mu.Lock()
	stop, stopped := b.stop, b.stopped
	b.stop, b.waiting = nil, nil
	b.mu.Unlock()
	if stop != nil {
		stop()
		<-stopped
	}
}

// keep connects again and again until ctx ends.
func (b *MQTTBroker) keep(ctx context.Context, s *mqttSettings) {
	defer b.become(mqttDisconnected, nil)
	for failed := false; ; {
		b.become(mqttConnecting, nil)
		link, err := s.connect(ctx, b.received)
		switch {
		case ctx.Err() != nil:
			if err == nil {
				link.disconnect()
			}
			return
		case err != nil:
			if !failed { // the next tries are not worth a line each
				b.env.Log.Warn("Connection failed to broker: " + s.url.Redacted() + ": " + err.Error())
			}
			failed = true
		default:
			failed = false
			b.live(ctx, s, link)
			if ctx.Err() != nil {
				return
			}
			b.env.Log.Info("Disconnected from broker: " + s.url.Redacted())
			b.become(mqttDisconnected, nil)
		}
		if !pause(ctx, b.pause) {
			return
		}
	}
}

// live is the life of one connection: it subscribes, says hello, and waits for
// the end.
func (b *MQTTBroker) live(ctx context.Context, s *mqttSettings, link mqttLink) {
	b.talking.Lock()
	b.become(mqttConnected, link)
	b.mu.Lock()
	var all []mqttSubscription
	for filter, subs := range b.subs {
		all = append(all, b.strongest(filter))
		for r, s := range subs {
			s.told = true
			subs[r] = s
		}
	}
	b.mu.Unlock()
	for _, sub := range all {
		if err := link.subscribe(ctx, sub); err != nil && ctx.Err() == nil {
			b.env.Log.Warn("subscribe to " + sub.filter + ": " + err.Error())
		}
	}
	b.talking.Unlock()
	if s.birth != nil {
		if err := link.publish(ctx, s.birth)(); err != nil && ctx.Err() == nil {
			b.env.Log.Warn("birth message: " + err.Error())
		}
	}
	select {
	case <-link.lost():
		return
	case <-ctx.Done():
	}
	if s.close != nil {
		limited, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		_ = link.publish(limited, s.close)()
		cancel()
	}
	link.disconnect()
}

// connected returns the connection, nil if there is none.
func (b *MQTTBroker) connected() mqttLink {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.link
}
