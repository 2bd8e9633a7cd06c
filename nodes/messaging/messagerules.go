package messaging

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// messagesLimit is how many characters a text over SMS may have (vonage.md
// §2.2).
const messagesLimit = 1000

// channelRules is one row of vonage.md §2.2: what is checked before a request
// is made, so that a wrong message costs nothing and says where it is wrong.
type channelRules struct {
	phone    bool // to is a number
	sender   func(string) (string, error)
	kinds    []string // of v1
	legacy   []string // of v0.1
	text     int      // characters
	low, top int      // ttl in seconds, 0: none
}

var rulesOf = map[string]channelRules{
	"sms": {phone: true, sender: sms.Sender, kinds: []string{"text"}, legacy: []string{"text"}, text: messagesLimit, low: 1, top: math.MaxInt32},
	"mms": {phone: true, sender: ownNumber, kinds: []string{"text", "image", "audio", "video", "file", "vcard", "content"},
		legacy: []string{"text", "image", "audio", "video", "file"}, text: messagesLimit, low: 300, top: 259_200},
	"rcs": {phone: true, sender: agent, kinds: []string{"text", "image", "video", "file", "custom"}, text: 3072, low: 300, top: 2_592_000},
	"whatsapp": {phone: true, sender: ownNumber, text: 4096,
		kinds:  []string{"text", "image", "audio", "video", "file", "template", "sticker", "reaction", "custom"},
		legacy: []string{"text", "image", "audio", "video", "file", "template", "custom"}},
	"messenger": {sender: handle, kinds: []string{"text", "image", "audio", "video", "file"},
		legacy: []string{"text", "image", "audio", "video", "file", "template", "custom"}, text: 640},
	"viber_service": {phone: true, sender: handle, kinds: []string{"text", "image", "video", "file"},
		legacy: []string{"text", "image", "template", "custom"}, text: 1000},
}

// kindsOf are the kinds that a channel takes in a version of the API.
func kindsOf(channel, version string) []string {
	if version == "v0.1" {
		return rulesOf[channel].legacy
	}
	return rulesOf[channel].kinds
}

func ownNumber(s string) (string, error) {
	number, err := sms.Sender(s)
	if err == nil && strings.Trim(number, "0123456789") != "" {
		err = fmt.Errorf("%q is no number of yours", cut(s, 40))
	}
	return number, err
}

var agentID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// agent is the name that RCS knows a sender by.
func agent(s string) (string, error) {
	if !agentID.MatchString(s) {
		return "", fmt.Errorf("%q is no RCS sender id, which has letters and digits", cut(s, 40))
	}
	return s, nil
}

// handle is the id by which Messenger and Viber know somebody.
func handle(s string) (string, error) {
	if n := utf8.RuneCountInString(s); n == 0 || n > 50 {
		return "", fmt.Errorf("%q is no id, which has 1 to 50 characters", cut(s, 40))
	}
	return s, nil
}

// checkMessage checks a message in the shape of v1 and brings its addresses
// to the form the provider wants.
func checkMessage(o *msg.Object, version string) *failure {
	d := &draft{o: o}
	channel, kind := member(o, "channel"), member(o, "message_type")
	rules, known := rulesOf[channel]
	switch {
	case !known:
		d.no("channel", "%q is none of sms, mms, rcs, whatsapp, messenger, viber_service", cut(channel, 40))
	case !slices.Contains(kindsOf(channel, version), kind):
		d.no("kind", "%s takes %s, not %q", channel, strings.Join(kindsOf(channel, version), ", "), cut(kind, 40))
	default:
		d.ends(rules)
		d.kind(channel, kind, rules)
		d.options(channel, kind, rules)
	}
	d.text("client_ref", false, 100)
	if s := d.text("webhook_url", false, 2000); s != "" {
		if u, err := url.Parse(s); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			d.no("webhook_url", "%q is not a URL such as https://example.com/status", cut(s, 60))
		}
	}
	d.oneOf("webhook_version", false, "v0.1", "v1")
	if v, has := o.Lookup("trusted_recipient"); has && v != true && v != false {
		d.no("trusted_recipient", "is neither true nor false")
	}
	return d.err
}

func (d *draft) ends(rules channelRules) {
	number := handle
	if rules.phone {
		number = sms.Number
	}
	for _, end := range []struct {
		name string
		read func(string) (string, error)
	}{{"to", number}, {"from", rules.sender}} {
		s, err := end.read(member(d.o, end.name))
		if err != nil {
			d.no(end.name, "%w", err)
			return
		}
		d.o.Set(end.name, s)
	}
}

// kind checks the member that is named like the kind.
func (d *draft) kind(channel, kind string, rules channelRules) {
	switch kind {
	case "text":
		d.text("text", true, rules.text)
	case "image", "audio", "video", "file", "vcard":
		d.in(kind, true, func(in *draft) { in.medium(channel, kind) })
	case "content":
		d.each("content", func(in *draft) {
			in.oneOf("type", true, "image", "audio", "video", "file", "vcard")
			in.medium(channel, "image")
		})
	case "template":
		d.in("template", true, func(in *draft) {
			if name := in.text("name", true, 1000); name != "" && !templateName.MatchString(name) {
				in.no("name", "%q is not namespace:name", cut(name, 60))
			}
			in.texts("parameters")
		})
	case "sticker":
		d.in("sticker", true, func(in *draft) {
			if in.o.Has("url") == in.o.Has("id") {
				d.no("sticker", "needs either a url or an id")
			}
			in.link("url", false)
			in.text("id", false, 1000)
		})
	case "reaction":
		d.in("reaction", true, func(in *draft) {
			action := in.oneOf("action", true, "react", "unreact")
			in.text("emoji", action == "react", 100)
		})
	case "custom":
		d.in("custom", true, func(in *draft) {
			if in.o.Len() == 0 {
				d.no("custom", "is an empty object")
			}
		})
	}
}

// templateName is namespace:name, or the name alone.
var templateName = regexp.MustCompile(`^[^:\s]+(:[^:\s]+)?$`)

func (d *draft) texts(name string) {
	v, has := d.o.Lookup(name)
	list, ok := v.(*msg.List)
	if has && !ok {
		d.no(name, "is not a list")
	}
	for i := range list.Len() {
		if _, ok := list.Items[i].(string); !ok {
			d.no(fmt.Sprintf("%s[%d]", name, i), "is not text")
		}
	}
}

func (d *draft) medium(channel, kind string) {
	d.link("url", true)
	d.text("caption", false, 3000)
	if kind == "file" && channel == "viber_service" {
		d.text("name", false, 25)
	}
	if kind == "video" && channel == "viber_service" {
		d.link("thumb_url", true)
	}
}

func (d *draft) options(channel, kind string, rules channelRules) {
	if rules.top > 0 {
		d.whole("ttl", false, rules.low, rules.top, false)
	}
	switch channel {
	case "sms":
		d.in("sms", false, func(in *draft) {
			in.oneOf("encoding_type", false, "auto", "text", "unicode")
			in.text("entity_id", false, 100)
			in.text("content_id", false, 100)
		})
	case "rcs":
		d.in("rcs", false, func(in *draft) {
			in.oneOf("category", false, "authentication", "transaction", "promotion", "service-request", "acknowledgement")
		})
		if d.o.Has("suggestions") {
			d.each("suggestions", func(in *draft) {
				in.text("type", true, 100)
				in.text("text", true, 25)
				in.text("postback_data", true, 2048)
			})
		}
	case "whatsapp":
		d.in("whatsapp", kind == "template", func(in *draft) {
			in.text("locale", kind == "template", 10)
			in.oneOf("policy", false, "deterministic")
		})
		d.in("context", kind == "reaction", func(in *draft) { in.text("message_uuid", true, 100) })
	case "messenger":
		d.in("messenger", false, func(in *draft) {
			category := in.oneOf("category", false, "response", "update", "message_tag")
			in.text("tag", category == "message_tag", 100)
		})
	case "viber_service":
		d.in("viber_service", kind == "video", func(in *draft) { in.viber(kind, d) })
	}
}

func (d *draft) viber(kind string, message *draft) {
	d.oneOf("category", false, "transaction", "promotion")
	d.whole("ttl", false, 30, 259_200, false)
	if kind == "video" {
		d.whole("duration", true, 1, 600, true)
		d.whole("file_size", true, 1, 200, true)
	}
	if !d.o.Has("action") {
		return
	}
	d.in("action", true, func(in *draft) {
		in.link("url", true)
		in.text("text", true, 30)
	})
	switch image, _ := message.o.Get("image").(*msg.Object); {
	case kind != "text" && kind != "image":
		d.no("action", "is for text and image")
	case kind == "image" && !image.Has("caption") && d.err == nil:
		d.err = invalid("image.caption", errors.New("is needed with a button"))
	}
}
