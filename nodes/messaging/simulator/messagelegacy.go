package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

const legacyErrors = "https://www.nexmo.com/messages/Errors#InvalidParams"

// serveLegacy is POST /v0.1/messages (vonage.md §3.1).
func (s *Simulator) serveLegacy(w http.ResponseWriter, r *http.Request) {
	if !s.lets(w, r) {
		return
	}
	m, no := readMessage(w, r)
	if no == nil {
		var e Entry
		if e, no = checkLegacy(newChecker(m)); no == nil {
			writeJSON(w, http.StatusAccepted, map[string]string{"message_uuid": s.accept(e).ID})
			return
		}
	}
	asLegacy(no).write(w)
}

// serveDispatch is POST /v0.1/dispatch (§3.2): the first message of the
// workflow goes out, and each of the others when the one before it fails or
// does not become in time what it should.
func (s *Simulator) serveDispatch(w http.ResponseWriter, r *http.Request) {
	if !s.lets(w, r) {
		return
	}
	m, no := readMessage(w, r)
	if no == nil {
		var e Entry
		if e, no = checkDispatch(newChecker(m)); no == nil {
			writeJSON(w, http.StatusAccepted, map[string]string{"dispatch_uuid": s.accept(e).Workflow})
			return
		}
	}
	asLegacy(no).write(w)
}

func asLegacy(no *problem) *problem {
	if no.status == http.StatusUnprocessableEntity {
		no.status, no.Type = http.StatusBadRequest, legacyErrors
	}
	return no
}

// checkLegacy turns a message into the shape of v1 and checks it as such.
func checkLegacy(c *checker) (Entry, *problem) {
	m := modern(c)
	if c.clean() {
		in := newChecker(m)
		e, no := m.checkOne(in)
		if no != nil {
			for i := range no.Invalid {
				no.Invalid[i].Name = c.prefix + legacyName(no.Invalid[i].Name, m)
			}
			return Entry{}, no
		}
		for _, i := range *in.invalid {
			c.no(legacyName(i.Name, m), "%s", i.Reason)
		}
		if c.text("client_ref", false, 40); c.clean() {
			return e, nil
		}
	}
	return Entry{}, unprocessable("Your request parameters didn't validate.", "The value of one or more parameters is invalid.", *c.invalid...)
}

// modern is a v0.1 message in the shape of v1. Whatever is missing is in c.
func modern(c *checker) message {
	m := message{}
	for _, name := range []string{"client_ref", "webhook_url", "webhook_version", "ttl"} {
		if v, ok := c.m[name]; ok {
			m[name] = v
		}
	}
	kinds := [2]string{}
	for i, end := range []string{"from", "to"} {
		o := c.object(end, true)
		if o == nil {
			continue
		}
		kinds[i] = o.text("type", true, 100)
		address := addressName(kinds[i], end)
		if t := o.text(address, true, 1000); t != "" {
			m[end] = t
		}
	}
	if kinds[0] != kinds[1] && c.clean() {
		c.no("from.type", "must be the same as to.type")
	}
	m["channel"] = kinds[1]
	if kinds[1] == "viber_service_msg" {
		m["channel"] = "viber_service"
	} else if kinds[1] == "viber_service" {
		c.no("to.type", "is not supported")
	}
	body := c.object("message", true)
	if body == nil {
		return m
	}
	for name, v := range body.m {
		switch name {
		case "content":
		case "viber_service_msg":
			m["viber_service"] = v
		default:
			m[name] = v
		}
	}
	if content := body.object("content", true); content != nil {
		kind := content.text("type", true, 100)
		m["message_type"] = kind
		if v, ok := content.m[kind]; ok {
			m[kind] = v
		}
	}
	return m
}

// addressName is the member that holds an address: id for Messenger and for
// a Viber sender, else number.
func addressName(kind, end string) string {
	if kind == "messenger" || kind == "viber_service_msg" && end == "from" {
		return "id"
	}
	return "number"
}

// legacyName is what v0.1 calls a parameter of v1.
func legacyName(name string, m message) string {
	kind, _ := m["message_type"].(string)
	channel, _ := m["channel"].(string)
	if channel == "viber_service" {
		channel = "viber_service_msg"
	}
	first, rest, _ := strings.Cut(name, ".")
	switch {
	case first == "channel":
		return "to.type"
	case first == "message_type":
		return "message.content.type"
	case first == "to" || first == "from":
		return first + "." + addressName(channel, first)
	case first == kind:
		return "message.content." + name
	case first == "viber_service":
		return "message.viber_service_msg." + rest
	case first == channel || first == "context":
		return "message." + name
	}
	return name
}

// checkDispatch checks a whole workflow. The entry is its first message, with
// those that may follow.
func checkDispatch(c *checker) (Entry, *problem) {
	c.oneOf("template", true, "failover")
	items, _ := c.m["workflow"].([]any)
	var all []Entry
	c.list("workflow", func(in *checker) {
		last := len(all) == len(items)-1
		condition := in.object("failover", !last)
		delete(in.m, "failover")
		var within int64
		var until string
		if condition != nil {
			if last {
				in.no("failover", "is not for the last message")
			}
			expiry, ok := condition.m["expiry_time"].(json.Number)
			if !ok {
				condition.no("expiry_time", "is required")
			}
			within, _ = expiry.Int64()
			condition.whole("expiry_time", 15, 86_400)
			until = condition.oneOf("condition_status", true, "delivered", "read")
			if to, _ := in.m["to"].(map[string]any); until == "read" && to["type"] == "sms" {
				condition.no("condition_status", "must be delivered for sms")
			}
		}
		e, no := checkLegacy(in)
		if no != nil && in.clean() {
			*c.invalid = append(*c.invalid, no.Invalid...)
		}
		e.until, e.within = until, time.Duration(within)*time.Second
		all = append(all, e)
	})
	if len(items) == 1 {
		c.no("workflow", "must have at least two messages")
	}
	if !c.clean() {
		return Entry{}, unprocessable("Your request parameters didn't validate.", "The value of one or more parameters is invalid.", *c.invalid...)
	}
	first := all[0]
	first.rest = all[1:]
	first.begin(uuid())
	return first, nil
}
