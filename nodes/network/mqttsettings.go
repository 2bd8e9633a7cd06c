package network

import (
	"crypto/tls"
	"fmt"
	"math"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// address is where the broker is.
func (b *MQTTBroker) address() (*url.URL, error) { return mqttAddress(b.Broker, b.Port, b.UseTLS) }

func mqttAddress(broker string, port int, secure bool) (*url.URL, error) {
	broker = strings.TrimSpace(broker)
	if strings.Contains(broker, "://") {
		u, err := url.Parse(broker)
		if err != nil || u.Host == "" {
			return nil, fmt.Errorf("%q is not the address of a broker such as mqtt://mqtt.example.com:1883", broker)
		}
		switch u.Scheme {
		case "mqtt", "tcp", "mqtts", "ssl", "tls", "ws", "wss":
			return u, nil
		}
		return nil, fmt.Errorf("%q does not begin with mqtt://, mqtts://, ws:// or wss://", broker)
	}
	if broker == "" {
		broker = "localhost"
	}
	if strings.ContainsAny(broker, "/ @?#") {
		return nil, fmt.Errorf("%q is not a host", broker)
	}
	u := &url.URL{Scheme: "mqtt", Host: net.JoinHostPort(strings.Trim(broker, "[]"), strconv.Itoa(port))}
	if secure {
		u.Scheme = "mqtts"
	}
	return u, nil
}

// configured is how to connect, as the form says.
func (b *MQTTBroker) configured(env *node.Env) (*mqttSettings, error) {
	u, err := b.address()
	if err != nil {
		return nil, err
	}
	s := &mqttSettings{
		url: u, clientID: b.ClientID, user: b.User.Reveal(), password: b.Password.Reveal(), keepAlive: uint16(b.KeepAlive), clean: b.Clean,
		version: b.Version, allow: env.Allow, userProps: mqttUserProps(b.UserProps), sessionExpiry: uint32(b.Expiry),
		birth: mqttNotice(b.BirthTopic, b.BirthPayload, b.BirthQoS, b.BirthRetain, b.BirthMsg),
		close: mqttNotice(b.CloseTopic, b.ClosePayload, b.CloseQoS, b.CloseRetain, b.CloseMsg),
		will:  mqttNotice(b.WillTopic, b.WillPayload, b.WillQoS, b.WillRetain, b.WillMsg),
	}
	if b.UseTLS {
		if s.tls, err = b.TLS.Get().config(); err != nil {
			return nil, err
		}
	}
	if s.tls == nil {
		s.tls = &tls.Config{InsecureSkipVerify: !b.Verify, MinVersion: tls.VersionTLS12} //nolint:gosec // what the box says
	}
	s.complete(env)
	return s, nil
}

// complete settles what was left open.
func (s *mqttSettings) complete(env *node.Env) {
	if in := s.url.User; in != nil {
		if s.user == "" {
			s.user = in.Username()
		}
		if s.password == "" {
			s.password, _ = in.Password()
		}
	}
	if s.clientID != "" {
		return
	}
	if !s.clean {
		env.Log.Warn("No client ID set, using clean session")
		s.clean = true
	}
	s.clientID = "nodered" + msg.NewID()
	if s.version == 3 {
		s.clientID = s.clientID[:23] // as long as MQTT 3.1 allows
	}
}

// mqttNotice is a birth, close or will message; nil without topic.
func mqttNotice(topic string, payload any, qos any, retain bool, props any) *mqttPacket {
	if topic == "" {
		return nil
	}
	p := &mqttPacket{topic: topic, payload: mqttPayload(payload), retain: retain, qos: mqttQoS(qos, 0)}
	if o, ok := props.(*msg.Object); ok {
		p.props = mqttPropsOf(o)
	}
	return p
}

// mqttQoS reads 0, 1 or 2.
func mqttQoS(v any, none byte) byte {
	if v == nil || v == "" || v == any(msg.Undefined) {
		return none
	}
	if n := msg.ParseInt(msg.Text(v)); n == 0 || n == 1 || n == 2 {
		return byte(n)
	}
	return none
}

// mqttPayload is a payload as bytes.
func mqttPayload(v any) []byte {
	switch v := v.(type) {
	case nil:
		return nil
	case []byte:
		return v
	case *msg.Object, *msg.List, msg.Date:
		return msg.Encode(v)
	}
	if v == any(msg.Undefined) {
		return nil
	}
	return []byte(msg.Text(v))
}

// mqttPropsOf reads the properties of MQTT 5, by the names that the editor
// gives them or by those of messages.
func mqttPropsOf(o *msg.Object) mqttProps {
	first := func(names ...string) any {
		for _, name := range names {
			if v := o.Get(name); v != nil && v != "" && v != any(msg.Undefined) {
				return v
			}
		}
		return nil
	}
	p := mqttProps{expiry: mqttSeconds(first("expiry", "messageExpiryInterval")), delay: mqttSeconds(first("delay", "willDelayInterval")),
		user: mqttUserProps(first("userProps", "userProperties"))}
	p.responseTopic, _ = first("respTopic", "responseTopic").(string)
	p.contentType, _ = first("contentType").(string)
	if v := first("correl", "correlationData"); v != nil {
		p.correlation = mqttPayload(v)
	}
	switch first("payloadFormatIndicator") {
	case true, "true":
		yes := true
		p.utf8 = &yes
	case false, "false":
		no := false
		p.utf8 = &no
	}
	return p
}

func mqttSeconds(v any) *uint32 {
	if v == nil {
		return nil
	}
	n := msg.ParseInt(msg.Text(v))
	if !(n >= 0 && n <= math.MaxUint32) {
		return nil
	}
	s := uint32(n)
	return &s
}

// mqttUserProps reads an object, or one in JSON; what is no text is JSON.
func mqttUserProps(v any) []mqttUserProperty {
	if text, ok := v.(string); ok {
		v, _ = msg.Decode([]byte(text))
	}
	o, ok := v.(*msg.Object)
	if !ok {
		return nil
	}
	var props []mqttUserProperty
	for key, v := range o.All() {
		switch v := v.(type) {
		case nil:
		case string:
			props = append(props, mqttUserProperty{key, v})
		default:
			if v != any(msg.Undefined) {
				props = append(props, mqttUserProperty{key, string(msg.Encode(v))})
			}
		}
	}
	return props
}

// with is s as the msg.broker of a connect action changes it.
func (s *mqttSettings) with(o *msg.Object, env *node.Env) (*mqttSettings, error) {
	n := *s
	text := func(into *string, key string) {
		if v, ok := o.Lookup(key); ok {
			*into = msg.Text(v)
		}
	}
	text(&n.clientID, "clientid")
	text(&n.user, "username")
	text(&n.password, "password")
	if v, ok := o.Lookup("keepalive"); ok {
		n.keepAlive = uint16(min(max(0, msg.Number(v)), math.MaxUint16))
	}
	if v, ok := o.Lookup("cleansession"); ok {
		n.clean = v == true || v == "true"
	}
	if v := msg.Number(o.Get("protocolVersion")); v == 3 || v == 4 || v == 5 {
		n.version = int(v)
	}
	for _, key := range []string{"userProperties", "userProps"} {
		if v, ok := o.Lookup(key); ok {
			n.userProps = mqttUserProps(v)
		}
	}
	for _, key := range []string{"sessionExpiry", "sessionExpiryInterval"} {
		if v := mqttSeconds(o.Get(key)); v != nil {
			n.sessionExpiry = *v
		}
	}
	for key, into := range map[string]**mqttPacket{"birth": &n.birth, "close": &n.close, "will": &n.will} {
		if v, ok := o.Lookup(key); ok {
			p, _ := v.(*msg.Object)
			topic, _ := p.Get("topic").(string)
			*into = mqttNotice(topic, p.Get("payload"), p.Get("qos"), p.Get("retain") == true || p.Get("retain") == "true", p.Get("properties"))
		}
	}
	if u, _ := o.Get("url").(string); u != "" {
		var err error
		if n.url, err = mqttAddress(u, 0, false); err != nil {
			return nil, err
		}
	} else if o.Has("broker") || o.Has("port") || o.Has("usetls") {
		host, port, secure := s.url.Hostname(), s.url.Port(), s.url.Scheme == "mqtts"
		text(&host, "broker")
		text(&port, "port")
		if v, ok := o.Lookup("usetls"); ok {
			secure = v == true || v == "true"
		}
		number, err := strconv.Atoi(port)
		if err != nil || number < 1 || number > 0xffff {
			number = 1883
		}
		if n.url, err = mqttAddress(host, number, secure); err != nil {
			return nil, err
		}
	}
	n.complete(env)
	return &n, nil
}
