package network

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"
)

// mqttAcks is how often acknowledgements are sent; the client library collects
// them to keep their order.
const mqttAcks = 5 * time.Millisecond

// mqtt5 is a connection in MQTT 5.
type mqtt5 struct {
	client  *paho.Client
	numbers bool // the broker knows subscriptions by id

	order sync.Mutex    // held from the beginning of a publish until it is written
	mu    sync.Mutex    // of wrote
	wrote chan struct{} // closed when the publish that is being written is
}

func connectMQTT5(ctx context.Context, s *mqttSettings, received func(*mqttPacket)) (mqttLink, error) {
	conn, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	l := new(mqtt5)
	ready := make(chan struct{})
	defer close(ready)
	conn.(*mqttConn).first = ready // the client library is not made to lose the connection before Connect returns
	conn.(*mqttConn).released = func(first byte) {
		if first>>4 == packets.PUBLISH {
			l.written()
		}
	}
	l.client = paho.NewClient(paho.ClientConfig{
		ClientID: s.clientID, Conn: conn, PacketTimeout: mqttPatience,
		EnableManualAcknowledgment: true, SendAcksInterval: mqttAcks,
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){func(r paho.PublishReceived) (bool, error) {
			received(packet5(r))
			return true, nil
		}},
	})
	window, largest := uint16(mqttWindow), uint32(maxMQTTPacket)
	c := &paho.Connect{
		ClientID: s.clientID, CleanStart: s.clean, KeepAlive: s.keepAlive,
		Username: s.user, UsernameFlag: s.user != "", Password: []byte(s.password), PasswordFlag: s.password != "",
		Properties: &paho.ConnectProperties{
			ReceiveMaximum: &window, MaximumPacketSize: &largest, RequestProblemInfo: true, RequestResponseInfo: true, User: user5(s.userProps),
		},
	}
	if s.sessionExpiry > 0 {
		c.Properties.SessionExpiryInterval = &s.sessionExpiry
	}
	if w := s.will; w != nil {
		c.WillMessage = &paho.WillMessage{Topic: w.topic, Payload: w.payload, QoS: w.qos, Retain: w.retain}
		c.WillProperties = &paho.WillProperties{WillDelayInterval: w.props.delay, User: user5(w.props.user)}
		conn.(*mqttConn).will = willBytes(w.props)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	answer, err := l.client.Connect(ctx, c)
	if err != nil {
		if answer != nil && answer.ReasonCode != 0 {
			err = fmt.Errorf("the broker refused the connection, reason 0x%02x: %w", answer.ReasonCode, err)
		}
		return nil, err
	}
	l.numbers = answer.Properties == nil || answer.Properties.SubIDAvailable
	return l, nil
}

// written lets the next publish begin.
func (l *mqtt5) written() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wrote != nil {
		close(l.wrote)
		l.wrote = nil
	}
}

func packet5(r paho.PublishReceived) *mqttPacket {
	m := r.Packet
	p := &mqttPacket{topic: m.Topic, payload: m.Payload, qos: m.QoS, retain: m.Retain, ack: func() { _ = r.Client.Ack(m) }}
	if q := m.Properties; q != nil {
		p.props = mqttProps{responseTopic: q.ResponseTopic, contentType: q.ContentType, correlation: q.CorrelationData, expiry: q.MessageExpiry}
		if q.SubscriptionIdentifier != nil {
			p.sub = *q.SubscriptionIdentifier
		}
		if q.PayloadFormat != nil {
			utf8 := *q.PayloadFormat == 1
			p.props.utf8 = &utf8
		}
		for _, u := range q.User {
			p.props.user = append(p.props.user, mqttUserProperty{u.Key, u.Value})
		}
	}
	return p
}

func user5(props []mqttUserProperty) paho.UserProperties {
	var u paho.UserProperties
	for _, p := range props {
		u.Add(p.key, p.value)
	}
	return u
}

func format5(utf8 *bool) *byte {
	if utf8 == nil {
		return nil
	}
	var b byte
	if *utf8 {
		b = 1
	}
	return &b
}

func (l *mqtt5) subscribe(ctx context.Context, s mqttSubscription) error {
	p := &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{
		Topic: s.filter, QoS: s.qos, NoLocal: s.noLocal, RetainAsPublished: s.rap, RetainHandling: s.rh,
	}}}
	if l.numbers {
		id := s.id()
		p.Properties = &paho.SubscribeProperties{SubscriptionIdentifier: &id}
	}
	_, err := l.client.Subscribe(ctx, p)
	return err
}

func (l *mqtt5) unsubscribe(ctx context.Context, filter string) error {
	_, err := l.client.Unsubscribe(ctx, &paho.Unsubscribe{Topics: []string{filter}})
	return err
}

// publish writes p before it returns, so that messages keep their order while
// several wait for the broker.
func (l *mqtt5) publish(ctx context.Context, p *mqttPacket) (wait func() error) {
	m := &paho.Publish{Topic: p.topic, Payload: p.payload, QoS: p.qos, Retain: p.retain, Properties: &paho.PublishProperties{
		ResponseTopic: p.props.responseTopic, ContentType: p.props.contentType, CorrelationData: p.props.correlation,
		MessageExpiry: p.props.expiry, User: user5(p.props.user), PayloadFormat: format5(p.props.utf8),
	}}
	l.order.Lock()
	defer l.order.Unlock()
	wrote, done := make(chan struct{}), make(chan error, 1)
	l.mu.Lock()
	l.wrote = wrote
	l.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, err := l.client.Publish(ctx, m)
		done <- err
		l.mu.Lock()
		if l.wrote == wrote { // it was never written
			close(wrote)
			l.wrote = nil
		}
		l.mu.Unlock()
	}()
	<-wrote
	return func() error {
		defer cancel() // the client would go on waiting after the connection was lost
		select {
		case err := <-done:
			return err
		case <-l.client.Done():
			return errMQTTLost
		}
	}
}

func (l *mqtt5) disconnect() { _ = l.client.Disconnect(&paho.Disconnect{ReasonCode: 0}) }

func (l *mqtt5) lost() <-chan struct{} { return l.client.Done() }
