package simulator

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// checker gathers everything that is wrong with a message.
type checker struct {
	m       map[string]any
	prefix  string
	invalid *[]invalid
}

func newChecker(m map[string]any) *checker { return &checker{m: m, invalid: new([]invalid)} }

func (c *checker) no(name, format string, args ...any) {
	*c.invalid = append(*c.invalid, invalid{c.prefix + name, fmt.Sprintf(format, args...)})
}

func (c *checker) clean() bool { return len(*c.invalid) == 0 }

// text reads a member that must be a string of 1 to limit characters.
func (c *checker) text(name string, required bool, limit int) string {
	v, ok := c.m[name]
	if !ok {
		if required {
			c.no(name, "is required")
		}
		return ""
	}
	t, ok := v.(string)
	switch n := utf8.RuneCountInString(t); {
	case !ok:
		c.no(name, "must be a string")
	case n == 0:
		c.no(name, "must not be empty")
	case n > limit:
		c.no(name, "must be at most %d characters", limit)
	}
	return t
}

func (c *checker) oneOf(name string, required bool, words ...string) string {
	t := c.text(name, required, 1000)
	if t != "" && !oneOf(words...)(t) {
		c.no(name, "must be one of %s", strings.Join(words, ", "))
	}
	return t
}

// object reads a member that must be an object; nil if there is none.
func (c *checker) object(name string, required bool) *checker {
	v, ok := c.m[name]
	if !ok {
		if required {
			c.no(name, "is required")
		}
		return nil
	}
	members, ok := v.(map[string]any)
	if !ok {
		c.no(name, "must be an object")
		return nil
	}
	return &checker{m: members, prefix: c.prefix + name + ".", invalid: c.invalid}
}

// list reads a member that must be a list of objects and hands each to check.
func (c *checker) list(name string, check func(*checker)) {
	items, ok := c.m[name].([]any)
	if !ok || len(items) == 0 {
		c.no(name, "must be a list that is not empty")
		return
	}
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", name, i)
		members, ok := item.(map[string]any)
		if !ok {
			c.no(at, "must be an object")
			continue
		}
		check(&checker{m: members, prefix: c.prefix + at + ".", invalid: c.invalid})
	}
}

// whole reads a whole number between low and high; a high of 0 is no limit.
func (c *checker) whole(name string, low, high int64) {
	v, ok := c.m[name]
	if !ok {
		return
	}
	number, ok := v.(json.Number)
	n, err := number.Int64()
	switch {
	case !ok || err != nil || !digits.MatchString(number.String()):
		c.no(name, "must be a whole number")
	case n < low || high > 0 && n > high:
		c.no(name, "must be between %d and %d", low, high)
	}
}

// count reads a number that must be written as a string.
func (c *checker) count(name string, low, high int64) {
	if t := c.text(name, true, 10); t != "" && !between(low, high)(t) {
		c.no(name, "must be a number between %d and %d, as a string", low, high)
	}
}

// link reads a public address: https with a host.
func (c *checker) link(name string, required bool, limit int) {
	t := c.text(name, required, limit)
	if u, err := url.Parse(t); t != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
		c.no(name, "must be a public https URL")
	}
}

// check is the envelope (§2.1), and what §2.2 says of the channel.
func (m message) check() (Entry, *problem) {
	c := newChecker(m)
	e, no := m.checkOne(c)
	if no != nil {
		return Entry{}, no
	}
	if _, ok := m["failover"]; ok {
		c.list("failover", func(in *checker) {
			if _, nested := in.m["failover"]; nested {
				in.no("failover", "must not be nested")
			}
			next, no := message(in.m).checkOne(in)
			if no != nil && in.clean() {
				in.no("channel", "%s", no.Title)
			}
			e.rest = append(e.rest, next)
		})
		if c.clean() {
			e.begin(uuid())
		}
	}
	if !c.clean() {
		return Entry{}, unprocessable("Invalid params", "The value of one or more parameters is invalid.", *c.invalid...)
	}
	return e, nil
}

// checkOne checks a message without its failover. What it finds is in c; a
// problem is something that has a title of its own.
func (m message) checkOne(c *checker) (Entry, *problem) {
	name, kind := c.text("channel", true, 100), c.text("message_type", true, 100)
	ch, known := channels[name]
	takes := known && ch.kinds[kind] != nil
	switch {
	case name != "" && !known && c.clean():
		return Entry{}, unprocessable("Unsupported channel", fmt.Sprintf("There is no channel %q.", name),
			invalid{c.prefix + "channel", "is not supported"})
	case known && kind != "" && !takes && c.clean():
		return Entry{}, unprocessable("Invalid message type", fmt.Sprintf("The channel %s does not take %q.", name, kind),
			invalid{c.prefix + "message_type", "is not supported by the channel"})
	}
	e := Entry{
		API: "messages", Channel: name, Type: kind, Parts: 1, Message: m,
		From: c.text("from", true, 1000), To: c.text("to", true, 1000),
		ClientRef: c.text("client_ref", false, 100), Callback: c.text("webhook_url", false, 2000),
	}
	if known {
		if e.To != "" && !ch.to.valid(e.To) {
			c.no("to", "must be %s", ch.to.what)
		}
		if e.From != "" && !ch.from.valid(e.From) {
			c.no("from", "must be %s", ch.from.what)
		}
	}
	if u, err := url.Parse(e.Callback); e.Callback != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		c.no("webhook_url", "must be a URL")
	}
	c.oneOf("webhook_version", false, "v0.1", "v1")
	if v, ok := m["trusted_recipient"]; ok {
		if _, ok := v.(bool); !ok {
			c.no("trusted_recipient", "must be true or false")
		}
	}
	if takes {
		ch.kinds[kind](c)
		ch.options(c, kind)
		e.Text, _ = m["text"].(string)
	}
	if !c.clean() {
		return e, nil
	}
	if strings.HasPrefix(e.To, "999") && ch.to.what == phone.what { // a country code of nobody
		return Entry{}, unprocessable("Invalid recipient", "Unroutable message - rejected.", invalid{c.prefix + "to", "has no route"})
	}
	if name == "sms" {
		return m.asSMS(c, e)
	}
	return e, nil
}

// asSMS is what becomes of a text on its way into SMS.
func (m message) asSMS(c *checker, e Entry) (Entry, *problem) {
	if no := checkParties(e.From, e.To); no != nil {
		return Entry{}, unprocessable("Invalid sender", no.text+".", invalid{c.prefix + "from", "is not allowed for this recipient"})
	}
	options, _ := m["sms"].(map[string]any)
	encoding, _ := options["encoding_type"].(string)
	wide := encoding == "unicode" || encoding != "text" && !sms.IsGSM7(e.Text)
	e.Parts = sms.Parts(e.Text, wide)
	if wide {
		e.Type = "unicode"
	} else {
		e.Text = asReceived(e.Text)
	}
	return e, nil
}
