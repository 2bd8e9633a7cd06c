package network

import (
	"context"
	"errors"
	"net"
	"net/url"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// mqtt3 is a connection in MQTT 3.1 or 3.1.1.
type mqtt3 struct {
	client mqtt.Client
	ended  chan struct{}
	end    func() // closes ended, once
}

var errMQTTLost = errors.New("the connection to the broker was lost")

func connectMQTT3(ctx context.Context, s *mqttSettings, received func(*mqttPacket)) (mqttLink, error) {
	l := &mqtt3{ended: make(chan struct{})}
	l.end = sync.OnceFunc(func() { close(l.ended) })
	o := mqtt.NewClientOptions().
		AddBroker("tcp://broker"). // where to is the connection's matter
		SetCustomOpenConnectionFn(func(*url.URL, mqtt.ClientOptions) (net.Conn, error) { return s.dial(ctx) }).
		SetProtocolVersion(uint(s.version)).
		SetClientID(s.clientID).SetUsername(s.user).SetPassword(s.password).
		SetCleanSession(s.clean).SetKeepAlive(time.Duration(s.keepAlive) * time.Second).
		SetAutoReconnect(false).SetConnectRetry(false).SetResumeSubs(false).
		SetConnectTimeout(mqttPatience).SetWriteTimeout(mqttPatience).SetPingTimeout(mqttPatience).
		SetOrderMatters(true).SetAutoAckDisabled(true).
		SetConnectionLostHandler(func(mqtt.Client, error) { l.end() }).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
			received(&mqttPacket{topic: m.Topic(), payload: m.Payload(), qos: m.Qos(), retain: m.Retained(), ack: m.Ack})
		})
	if w := s.will; w != nil {
		o.SetBinaryWill(w.topic, w.payload, w.qos, w.retain)
	}
	l.client = mqtt.NewClient(o)
	if err := wait3(ctx, l.client.Connect()); err != nil {
		l.client.Disconnect(0)
		return nil, err
	}
	return l, nil
}

// wait3 waits for a token.
func wait3(ctx context.Context, t mqtt.Token) error {
	limit := time.NewTimer(mqttPatience)
	defer limit.Stop()
	select {
	case <-t.Done():
		return t.Error()
	case <-ctx.Done():
		return ctx.Err()
	case <-limit.C:
		return errMQTTSilent
	}
}

var errMQTTSilent = errors.New("the broker does not answer")

func (l *mqtt3) subscribe(ctx context.Context, s mqttSubscription) error {
	t := l.client.Subscribe(s.filter, s.qos, nil)
	if err := wait3(ctx, t); err != nil {
		return err
	}
	if granted, ok := t.(*mqtt.SubscribeToken); ok && granted.Result()[s.filter] == 0x80 {
		return errors.New("the broker refused the subscription")
	}
	return nil
}

func (l *mqtt3) unsubscribe(ctx context.Context, filter string) error {
	return wait3(ctx, l.client.Unsubscribe(filter))
}

func (l *mqtt3) publish(ctx context.Context, p *mqttPacket) (wait func() error) {
	// Publish holds on for mqttPatience to a connection that has just ended
	handed := make(chan mqtt.Token, 1)
	go func() { handed <- l.client.Publish(p.topic, p.qos, p.retain, p.payload) }()
	var t mqtt.Token
	select {
	case t = <-handed:
	case <-l.ended:
		return func() error { return errMQTTLost }
	}
	return func() error {
		select {
		case <-t.Done():
			return t.Error()
		case <-l.ended:
			return errMQTTLost
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// goodbyeMQTT3 is how long what is being sent may take before a disconnect.
const goodbyeMQTT3 = 250 * time.Millisecond

func (l *mqtt3) disconnect() {
	l.client.Disconnect(uint(goodbyeMQTT3.Milliseconds()))
	l.end()
}

func (l *mqtt3) lost() <-chan struct{} { return l.ended }
