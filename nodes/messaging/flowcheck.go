package messaging

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/flows"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

func init() { node.RegisterCheck(checkFlows) }

// checkFlows looks for what goes wrong with messages in practice, while it can
// still be mended (messaging-practice.md §1, §5–7, §9).
func checkFlows(d *flows.Document, publicURL string) []flows.Problem {
	c := &flowCheck{doc: d, public: isPublic(publicURL), inside: map[string][]*flows.Object{}}
	for _, o := range d.Objects() {
		if d.Wins(o) {
			c.inside[o.Z] = append(c.inside[o.Z], o)
		}
	}
	for _, o := range d.Objects() {
		if !d.Wins(o) || o.Disabled {
			continue
		}
		switch canonical(o.Type) {
		case "http-in":
			c.httpIn(o)
		case "inbound-message":
			c.inbound(o)
		case "message-status":
			c.receipts(o, nil)
		case "send-sms", "send-message":
			c.texts(o)
		}
	}
	return c.problems
}

type flowCheck struct {
	doc      *flows.Document
	public   bool
	inside   map[string][]*flows.Object
	problems []flows.Problem
	told     map[string]bool
}

// canonical is the name of a type, whichever alias a file uses.
func canonical(typ string) string {
	if t, ok := node.Lookup(typ); ok {
		return t.Name
	}
	return strings.ReplaceAll(typ, " ", "-")
}

// isPublic tells whether others than this machine reach a URL.
func isPublic(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Hostname() == "localhost" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return ip == nil || !ip.IsLoopback()
}

// notice tells a thing about a node once.
func (c *flowCheck) notice(o *flows.Object, code, property, format string, args ...any) {
	if c.told[o.ID+code] {
		return
	}
	if c.told == nil {
		c.told = map[string]bool{}
	}
	c.told[o.ID+code] = true
	c.problems = append(c.problems, o.Problem(flows.Notice, code, property, format, args...))
}

// behind is everything that a message can reach from o, or from those of its
// ports alone, without passing a node of type stop.
func (c *flowCheck) behind(o *flows.Object, ports []int, stop ...string) []*flows.Object {
	seen := map[string]bool{}
	var reached []*flows.Object
	var visit func(id string)
	visit = func(id string) {
		at := c.doc.Find(id)
		if at == nil || seen[id] || at.Disabled || slices.Contains(stop, canonical(at.Type)) {
			return
		}
		seen[id] = true
		reached = append(reached, at)
		for _, next := range c.next(at, nil, stop) {
			visit(next)
		}
	}
	for _, next := range c.next(o, ports, stop) {
		visit(next)
	}
	return reached
}

// next is where a node's messages go: along wires, links, and into subflows.
func (c *flowCheck) next(o *flows.Object, ports []int, stop []string) []string {
	var ids []string
	if ports == nil && slices.Contains(stop, "loop-brake") && canonical(o.Type) == "opt-out" {
		ports = []int{0, 2} // what it answers itself, it answers once
	}
	for port, wires := range o.Wires {
		if ports == nil || slices.Contains(ports, port) {
			ids = append(ids, wires...)
		}
	}
	switch canonical(o.Type) {
	case "link-out", "link-call":
		if links, ok := o.Raw().Get("links").(*msg.List); ok {
			for _, id := range links.Items {
				ids = append(ids, msg.Text(id))
			}
		}
	}
	if template, ok := strings.CutPrefix(o.Type, "subflow:"); ok {
		for _, inner := range c.inside[template] {
			ids = append(ids, inner.ID)
		}
	}
	return ids
}

// answers tells whether a node may answer a request.
func answers(o *flows.Object) bool {
	switch canonical(o.Type) {
	case "http-response":
		return true
	case "function":
		return strings.Contains(word(o.Raw(), "func"), "res.") // msg.res.send(…)
	case "link-call":
		return word(o.Raw(), "linkType") == "dynamic" // anywhere
	}
	return false
}

func (c *flowCheck) httpIn(o *flows.Object) {
	reached := c.behind(o, nil)
	if !slices.ContainsFunc(reached, answers) {
		c.notice(o, "no_response", "", "no http-response can be reached from here: the provider gets no answer and delivers each message again and again")
	}
	replies := c.replies(o, nil, whoWrote)
	if c.public && replies {
		c.notice(o, "unsigned", "", "whoever finds %s can make this flow send texts: inbound-message checks the provider's signature", word(o.Raw(), "url"))
	}
	path := strings.ToLower(word(o.Raw(), "url"))
	if strings.Contains(path, "receipt") || strings.Contains(path, "dlr") || strings.Contains(path, "status") {
		c.receipts(o, nil)
	}
}

func (c *flowCheck) inbound(o *flows.Object) {
	c.replies(o, []int{0}, peerOrWhoWrote)
	c.receipts(o, []int{1})
	if word(o.Raw(), "verify") == "never" {
		c.notice(o, "unsigned", "verify", "signatures are not checked: whoever finds the URL can make up messages")
	}
}

// What stands in the To of a node that answers who wrote: the provider's
// names, and behind inbound-message ours.
var (
	whoWrote       = regexp.MustCompile(`msisdn|payload\.from\b`)
	peerOrWhoWrote = regexp.MustCompile(`msisdn|payload\.from\b|\bpeer\b`)
)

func isReply(o *flows.Object, to *regexp.Regexp) bool {
	switch canonical(o.Type) {
	case "send-sms", "send-message":
		return to.MatchString(word(o.Raw(), "to"))
	}
	return false
}

// replies looks at the send nodes that answer what comes in at o, and tells
// whether there are any.
func (c *flowCheck) replies(o *flows.Object, ports []int, to *regexp.Regexp) bool {
	unbraked, open := c.behind(o, ports, "loop-brake"), c.behind(o, ports, "opt-out")
	any := false
	for _, send := range c.behind(o, ports) {
		if !isReply(send, to) {
			continue
		}
		any = true
		var lacks []string
		if slices.Contains(unbraked, send) && !c.braked(send) {
			lacks = append(lacks, "loop-brake (against endless replies to another machine)")
		}
		if slices.Contains(open, send) {
			lacks = append(lacks, "opt-out (for who texts STOP)")
		}
		if len(lacks) > 0 {
			c.notice(send, "unguarded_reply", "", "it answers whoever writes, without a node in between for this: %s", strings.Join(lacks, ", "))
		}
		if from := strings.TrimSpace(property(send, "from", "fr")); !strings.ContainsAny(from, "<{$") && strings.ContainsFunc(from, isLetter) {
			c.notice(send, "named_sender", "from", "nobody can answer a text from %q, and some countries refuse it: a reply comes from the number that was written to, <<msg.own ?? msg.payload.to>>", cut(from, 40))
		}
	}
	return any
}

// braked tells whether the account of a send node brakes its replies itself.
func (c *flowCheck) braked(send *flows.Object) bool {
	account := c.doc.Find(property(send, "vonage", "creds"))
	return account != nil && word(account.Raw(), "loopBrake") != "off"
}

func isLetter(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }

// receipts looks for answers to a receipt. Some nodes let no receipt through.
func (c *flowCheck) receipts(o *flows.Object, ports []int) {
	for _, send := range c.behind(o, ports, "opt-out", "loop-brake", "message-status") {
		if isReply(send, peerOrWhoWrote) {
			c.notice(send, "answers_receipt", "to", "receipts reach this node, and in a receipt that number is who was written to: each text makes another, without end")
		}
	}
}

var entity = regexp.MustCompile(`&(#[0-9]+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos|nbsp);`)

// texts looks at what a send node would send.
func (c *flowCheck) texts(o *flows.Object) {
	for _, names := range [][]string{{"to"}, {"from", "fr"}, {"text"}} {
		if found := entity.FindString(property(o, names...)); found != "" {
			c.notice(o, "html_entity", names[0], "%s is HTML: people would read it as it stands; write %s", found, plainEntity(found))
		}
	}
	text := property(o, "text")
	if text == "" || strings.Contains(text, "<<") || strings.Contains(text, "{{") || strings.Contains(text, "${") {
		return
	}
	most, err := strconv.Atoi(word(o.Raw(), "maxParts"))
	if err != nil {
		most = 10
	}
	if parts := sms.Parts(text, !sms.IsGSM7(text)); parts > most {
		c.notice(o, "many_parts", "text", "it takes %d parts, each of which is billed; at most %d are allowed", parts, most)
	}
}

func property(o *flows.Object, names ...string) string {
	for _, name := range names {
		if v := word(o.Raw(), name); v != "" {
			return v
		}
	}
	return ""
}

func plainEntity(e string) string {
	switch e {
	case "&amp;":
		return "&"
	case "&lt;":
		return "<"
	case "&gt;":
		return ">"
	case "&nbsp;":
		return "a space"
	case "&#39;", "&#x27;", "&apos;":
		return "'"
	case "&quot;":
		return `"`
	}
	return fmt.Sprintf("the character itself instead of %s", e)
}
