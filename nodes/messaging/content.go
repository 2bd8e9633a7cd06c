package messaging

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/nodes/messaging/sms"
)

// content is what a message says and to whom, in the words of a form that
// shows only what the channel takes (vonage.md §2.2). The channel itself is a
// property of whoever embeds it.
type content struct {
	Kind string        `prop:"kind" label:"Kind" enum:"text=Text,image=Image,audio=Audio,video=Video,file=File,vcard=Contact card,content=Several media,template=Template,sticker=Sticker,reaction=Reaction,custom=Custom" default:"text" enumWhen:"audio: channel in ['mms','whatsapp','messenger']; vcard,content: channel == 'mms'; template: channel in ['whatsapp','messenger','viber_service']; sticker,reaction: channel == 'whatsapp'; custom: channel in ['rcs','whatsapp','messenger','viber_service']" when:"channel in ['mms','rcs','whatsapp','messenger','viber_service']"`
	From node.Template `prop:"from" label:"From" placeholder:"<<msg.payload.to>>" required:"true" when:"channel in ['sms','mms','rcs','whatsapp','messenger','viber_service']" help:"Your number, or the id that the channel knows you by."`
	To   node.Template `prop:"to" label:"To" placeholder:"<<msg.payload.from>>" required:"true" when:"channel in ['sms','mms','rcs','whatsapp','messenger','viber_service']"`

	Text     node.Template `prop:"text" label:"Text" widget:"sms" required:"true" when:"channel == 'sms' || kind == 'text' && channel in ['mms','rcs','whatsapp','messenger','viber_service']"`
	URL      node.Template `prop:"url" label:"URL" placeholder:"https://example.com/picture.jpg" required:"true" when:"kind in ['image','audio','video','file'] && channel in ['mms','rcs','whatsapp','messenger','viber_service'] || kind == 'vcard' && channel == 'mms'" help:"Where the provider fetches it: a public https address."`
	Caption  node.Template `prop:"caption" label:"Caption" when:"channel == 'mms' && kind in ['image','audio','video','file','vcard'] || channel == 'whatsapp' && kind in ['image','video','file'] || channel == 'viber_service' && kind in ['image','video']"`
	FileName node.Template `prop:"fileName" label:"File name" when:"kind == 'file' && channel in ['whatsapp','viber_service']"`
	Thumb    node.Template `prop:"thumbUrl" label:"Preview" placeholder:"https://example.com/preview.jpg" required:"true" when:"kind == 'video' && channel == 'viber_service'" help:"The URL of a small picture."`
	Duration node.Template `prop:"duration" label:"Duration" unit:"s" width:"6" required:"true" when:"kind == 'video' && channel == 'viber_service'" help:"1 to 600 seconds."`
	FileSize node.Template `prop:"fileSize" label:"Size" unit:"MB" width:"6" required:"true" when:"kind == 'video' && channel == 'viber_service'" help:"1 to 200 MB."`
	Media    []mediaItem   `prop:"media" label:"Media" required:"true" when:"kind == 'content' && channel == 'mms'"`

	TemplateName node.Template   `prop:"templateName" label:"Template" placeholder:"namespace:name" required:"true" when:"kind == 'template' && channel in ['whatsapp','messenger','viber_service']"`
	Parameters   []node.Template `prop:"parameters" label:"Parameters" when:"kind == 'template' && channel in ['whatsapp','messenger','viber_service']" help:"What stands in for 1, 2 and so on."`
	Locale       string          `prop:"locale" label:"Locale" placeholder:"en-GB" default:"en" suggest:"en,en_GB,en_US,de,fr,es,it,pt_BR,nl" when:"kind == 'template' && channel == 'whatsapp'"`
	Sticker      node.Template   `prop:"sticker" label:"Sticker" placeholder:"https://example.com/sticker.webp" required:"true" when:"kind == 'sticker' && channel == 'whatsapp'" help:"A public https address, or the id of one that was uploaded."`
	Emoji        node.Template   `prop:"emoji" label:"Emoji" when:"kind == 'reaction' && channel == 'whatsapp'" help:"Empty: the reaction is taken back."`
	Quoted       node.Template   `prop:"context" label:"Answers" placeholder:"<<msg.payload.message_uuid>>" when:"channel == 'whatsapp'" help:"The message_uuid of the message that this one quotes or reacts to."`
	Custom       node.TypedValue `prop:"custom,customType" types:"json,msg,expr" label:"Custom" placeholder:"{\"type\": \"location\"}" when:"kind == 'custom' && channel in ['rcs','whatsapp','messenger','viber_service']" help:"Goes to the channel's provider unchanged."`

	RCSCategory string          `prop:"rcsCategory" label:"Category" enum:"=Not said,authentication,transaction,promotion,service-request,acknowledgement" when:"channel == 'rcs'"`
	Suggestions node.TypedValue `prop:"suggestions,suggestionsType" types:"json,msg,expr" label:"Suggestions" placeholder:"[{\"type\": \"reply\", \"text\": \"Yes\"}]" when:"channel == 'rcs'" help:"A list of replies and actions, as the provider describes them."`
	Policy      string          `prop:"policy" label:"Template policy" enum:"=Not said,deterministic" advanced:"true" when:"kind == 'template' && channel == 'whatsapp'"`

	MessengerCategory string        `prop:"messengerCategory" label:"Category" enum:"=Response,response=Response (said),update=Update,message_tag=With a tag (after 24 hours)" when:"channel == 'messenger'"`
	Tag               string        `prop:"tag" label:"Tag" suggest:"CONFIRMED_EVENT_UPDATE,POST_PURCHASE_UPDATE,ACCOUNT_UPDATE,HUMAN_AGENT" required:"true" when:"channel == 'messenger' && messengerCategory == 'message_tag'"`
	ViberCategory     string        `prop:"viberCategory" label:"Category" enum:"=Transaction,transaction=Transaction (said),promotion=Promotion" when:"channel == 'viber_service'"`
	ViberType         string        `prop:"viberType" label:"Viber type" advanced:"true" when:"channel == 'viber_service'"`
	ActionURL         node.Template `prop:"actionUrl" label:"Button opens" placeholder:"https://example.com" when:"channel == 'viber_service' && kind in ['text','image']"`
	ActionText        node.Template `prop:"actionText" label:"Button says" when:"channel == 'viber_service' && kind in ['text','image']" help:"Up to 30 characters."`

	Encoding  string        `prop:"encoding" label:"Encoding" enum:"auto,text,unicode" default:"auto" when:"channel == 'sms'"`
	Plain     bool          `prop:"plain" label:"Replace typographic characters" when:"channel == 'sms'"`
	EntityID  node.Template `prop:"entityId" label:"Entity id" advanced:"true" when:"channel == 'sms'"`
	ContentID node.Template `prop:"contentId" label:"Content id" advanced:"true" when:"channel == 'sms'"`

	ClientRef      node.Template `prop:"clientRef" label:"Reference" group:"Delivery" advanced:"true" when:"channel in ['sms','mms','rcs','whatsapp','messenger','viber_service']" help:"A label that comes back in status reports; empty: the message's id."`
	TTL            int           `prop:"ttl" label:"Give up after" unit:"s" min:"0" group:"Delivery" advanced:"true" when:"channel in ['sms','mms','rcs','viber_service']" help:"How long the network tries."`
	WebhookURL     node.Template `prop:"webhookUrl" label:"Status to" placeholder:"https://example.com/status" group:"Delivery" advanced:"true" when:"channel in ['sms','mms','rcs','whatsapp','messenger','viber_service']" help:"The URL that hears what becomes of this message; empty: the application's."`
	WebhookVersion string        `prop:"webhookVersion" label:"Status as" enum:"=As the application is set,v1=Version 1,v0.1=Version 0.1" advanced:"true" when:"channel in ['sms','mms','rcs','whatsapp','messenger','viber_service']"`
	Trusted        bool          `prop:"trustedRecipient" label:"Trusted recipient" advanced:"true" when:"channel in ['sms','mms','rcs','whatsapp']" help:"Past the account's fraud protection."`
}

// mediaItem is one of several media in one message.
type mediaItem struct {
	Type    string        `prop:"type" label:"Kind" enum:"image=Image,audio=Audio,video=Video,file=File,vcard=Contact card" default:"image"`
	URL     node.Template `prop:"url" label:"URL" required:"true"`
	Caption node.Template `prop:"caption" label:"Caption"`
}

// kind is what a message on that channel is: SMS carries nothing but text.
func (c *content) kind(channel string) string {
	if channel == "sms" {
		return "text"
	}
	return c.Kind
}

// object is a message in the shape of v1, not checked yet. Where v has an
// error it is not to be used.
func (c *content) object(channel, ref string, v *node.Values) *msg.Object {
	kind := c.kind(channel)
	o := msg.Of("channel", channel, "message_type", kind, "to", v.Text(c.To), "from", v.Text(c.From))
	switch kind {
	case "text":
		o.Set("text", c.text(channel, v))
	case "image", "audio", "video", "file", "vcard":
		o.Set(kind, c.medium(channel, kind, v))
	case "content":
		list := msg.NewList()
		for _, item := range c.Media {
			in := msg.Of("type", item.Type, "url", v.Text(item.URL))
			said(in, "caption", v.Text(item.Caption))
			list.Append(in)
		}
		o.Set("content", list)
	case "template":
		list := msg.NewList()
		for _, p := range c.Parameters {
			list.Append(v.Text(p))
		}
		in := msg.Of("name", v.Text(c.TemplateName))
		if list.Len() > 0 {
			in.Set("parameters", list)
		}
		o.Set("template", in)
	case "sticker":
		name, sticker := "id", v.Text(c.Sticker)
		if strings.Contains(sticker, "://") {
			name = "url"
		}
		o.Set("sticker", msg.Of(name, sticker))
	case "reaction":
		if emoji := v.Text(c.Emoji); emoji != "" {
			o.Set("reaction", msg.Of("action", "react", "emoji", emoji))
		} else {
			o.Set("reaction", msg.Of("action", "unreact"))
		}
	case "custom":
		o.Set("custom", msg.CloneValue(v.Any(c.Custom)))
	}
	c.channelOptions(channel, kind, o, v)
	if own := v.Text(c.ClientRef); own != "" {
		ref = own
	}
	said(o, "client_ref", cut(ref, 100))
	said(o, "webhook_url", v.Text(c.WebhookURL))
	said(o, "webhook_version", c.WebhookVersion)
	return o
}

func (c *content) text(channel string, v *node.Values) string {
	text := v.Text(c.Text)
	if channel != "sms" {
		return text
	}
	if c.Plain {
		text = sms.Plain(text)
	}
	return sms.Clean(text)
}

// medium is the object of one of the media kinds.
func (c *content) medium(channel, kind string, v *node.Values) *msg.Object {
	o := msg.Of("url", v.Text(c.URL))
	if kind == "video" && channel == "viber_service" {
		o.Set("thumb_url", v.Text(c.Thumb))
	}
	if slices.Contains(captioned[channel], kind) {
		said(o, "caption", v.Text(c.Caption))
	}
	if kind == "file" && (channel == "whatsapp" || channel == "viber_service") {
		said(o, "name", v.Text(c.FileName))
	}
	return o
}

// captioned are the kinds that may have a caption.
var captioned = map[string][]string{
	"mms": {"image", "audio", "video", "file", "vcard"}, "whatsapp": {"image", "video", "file"}, "viber_service": {"image", "video"},
}

// channelOptions sets what only this channel knows.
func (c *content) channelOptions(channel, kind string, o *msg.Object, v *node.Values) {
	in := msg.NewObject(0)
	switch channel {
	case "sms":
		if c.Encoding != "auto" {
			in.Set("encoding_type", c.Encoding)
		}
		said(in, "entity_id", v.Text(c.EntityID))
		said(in, "content_id", v.Text(c.ContentID))
	case "rcs":
		said(in, "category", c.RCSCategory)
		if s := v.Any(c.Suggestions); s != msg.Undefined && s != nil && s != "" {
			o.Set("suggestions", msg.CloneValue(s))
		}
	case "whatsapp":
		if kind == "template" {
			said(in, "policy", c.Policy)
			said(in, "locale", c.Locale)
		}
		if quoted := v.Text(c.Quoted); quoted != "" {
			o.Set("context", msg.Of("message_uuid", quoted))
		}
	case "messenger":
		said(in, "category", c.MessengerCategory)
		if c.MessengerCategory == "message_tag" {
			in.Set("tag", c.Tag)
		}
	case "viber_service":
		c.viberOptions(kind, in, v)
	}
	if in.Len() > 0 {
		o.Set(channel, in)
	}
	if c.TTL > 0 && (channel == "sms" || channel == "mms" || channel == "rcs") {
		o.Set("ttl", c.TTL)
	}
	if c.Trusted && slices.Contains([]string{"sms", "mms", "rcs", "whatsapp"}, channel) {
		o.Set("trusted_recipient", true)
	}
}

func (c *content) viberOptions(kind string, in *msg.Object, v *node.Values) {
	said(in, "category", c.ViberCategory)
	if c.TTL > 0 {
		in.Set("ttl", c.TTL)
	}
	said(in, "type", c.ViberType)
	switch kind {
	case "video":
		in.Set("duration", v.Text(c.Duration))
		in.Set("file_size", v.Text(c.FileSize))
	case "text", "image":
		if url, text := v.Text(c.ActionURL), v.Text(c.ActionText); url != "" || text != "" {
			in.Set("action", msg.Of("url", url, "text", text))
		}
	}
}

// said sets a member that is not empty.
func said(o *msg.Object, name, value string) {
	if value != "" {
		o.Set(name, value)
	}
}

// parts is how many texts a message is billed as: more than one only over SMS.
func parts(o *msg.Object) int {
	if o.Get("channel") != "sms" {
		return 1
	}
	text, _ := o.Get("text").(string)
	encoding, _ := o.Path("sms.encoding_type").(string)
	if utf8.RuneCountInString(text) == 0 {
		return 1
	}
	return sms.Parts(text, encoding == "unicode" || encoding != "text" && !sms.IsGSM7(text))
}
