package network

import (
	"encoding/binary"

	"github.com/eclipse/paho.golang/packets"
)

// willBytes are the properties of a will, as MQTT 5 writes them, that the
// client library leaves out of its CONNECT packet: it knows the delay and the
// user's only.
func willBytes(p mqttProps) (b []byte) {
	if f := format5(p.utf8); f != nil {
		b = append(b, packets.PropPayloadFormat, *f)
	}
	if p.expiry != nil {
		b = binary.BigEndian.AppendUint32(append(b, packets.PropMessageExpiry), *p.expiry)
	}
	text := func(id byte, s string) {
		if s != "" && len(s) <= 0xffff {
			b = append(binary.BigEndian.AppendUint16(append(b, id), uint16(len(s))), s...)
		}
	}
	text(packets.PropContentType, p.contentType)
	text(packets.PropResponseTopic, p.responseTopic)
	text(packets.PropCorrelationData, string(p.correlation))
	return b
}

// withWill adds properties to those of the will in a CONNECT packet. What is
// no such packet stays as it is.
func withWill(packet, more []byte) []byte {
	if len(more) == 0 {
		return packet
	}
	rest := packet[1:]
	if _, n := uvarint(rest); n > 0 {
		rest = rest[n:]
	} else {
		return packet
	}
	const fixed = 2 + len("MQTT") + 1 + 1 + 2 // name, version, flags, keep alive
	at := fixed
	if at >= len(rest) {
		return packet
	}
	length, n := uvarint(rest[at:])
	if at += n + length; n <= 0 || at+2 > len(rest) {
		return packet
	}
	if at += 2 + int(binary.BigEndian.Uint16(rest[at:])); at >= len(rest) { // the client's id
		return packet
	}
	length, n = uvarint(rest[at:])
	if n <= 0 || at+n+length > len(rest) {
		return packet
	}
	body := append([]byte(nil), rest[:at]...)
	body = binary.AppendUvarint(body, uint64(length+len(more)))
	body = append(body, rest[at+n:at+n+length]...)
	body = append(body, more...)
	body = append(body, rest[at+n+length:]...)
	return append(binary.AppendUvarint([]byte{packet[0]}, uint64(len(body))), body...)
}

// uvarint reads a length as MQTT writes it; n is 0 or less if there is none.
func uvarint(b []byte) (length, n int) {
	v, n := binary.Uvarint(b)
	if n > 4 {
		return 0, 0
	}
	return int(v), n
}
