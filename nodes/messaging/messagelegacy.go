package messaging

import (
	"fmt"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// legacyRef is how long a client_ref of v0.1 may be.
const legacyRef = 40

// legacy is a checked message in the shape of v0.1, which older guides use
// (vonage.md §3.1).
func legacy(o *msg.Object) (*msg.Object, *failure) {
	channel, kind := member(o, "channel"), member(o, "message_type")
	old := channel
	if channel == "viber_service" {
		old = "viber_service_msg"
	}
	end := func(name string) *msg.Object {
		address := "number"
		if channel == "messenger" || channel == "viber_service" && name == "from" {
			address = "id"
		}
		return msg.Of("type", old, address, o.Get(name))
	}
	body := msg.Of("content", msg.Of("type", kind, kind, o.Get(kind)))
	whole := msg.Of("from", end("from"), "to", end("to"), "message", body)
	var lost []string
	for name, v := range o.All() {
		switch name {
		case "channel", "message_type", "from", "to", kind:
		case "client_ref":
			whole.Set(name, cut(member(o, name), legacyRef))
		case "webhook_url", "webhook_version":
			whole.Set(name, v)
		case channel:
			if channel == "sms" {
				lost = append(lost, name)
				continue
			}
			body.Set(old, v)
		default:
			lost = append(lost, name)
		}
	}
	if lost != nil {
		return nil, invalid("version", fmt.Errorf("v0.1 has no %s", strings.Join(lost, ", ")))
	}
	return whole, nil
}

// dispatch is a workflow of v0.1 (§3.2): each message but the last says when
// the next one takes its place.
func dispatch(stages []stage) (*msg.Object, *failure) {
	workflow := msg.NewList()
	for i, s := range stages {
		o, f := legacy(s.message)
		if f != nil {
			return nil, at(i, f)
		}
		if i+1 < len(stages) {
			next := stages[i+1]
			o.Set("failover", msg.Of("expiry_time", next.expiry, "condition_status", next.until))
		}
		workflow.Append(o)
	}
	return msg.Of("template", "failover", "workflow", workflow), nil
}
