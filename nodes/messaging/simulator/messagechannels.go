package simulator

import (
	"regexp"
	"slices"
	"unicode/utf8"
)

// party is what one end of a message must look like.
type party struct {
	what  string
	valid func(string) bool
}

var (
	phone  = party{"a number of 7 to 15 digits with country code, without + and 00", e164.MatchString}
	sender = party{"a number, a short code or a name of up to 11 letters and digits",
		func(s string) bool { return checkParties(s, "447700900000") == nil }}
	ownNumber = party{"a number or short code, digits only", senderNumber.MatchString}
	agent     = party{"a sender id of letters and digits, without spaces", regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`).MatchString}
	handle    = party{"an id of 1 to 50 characters", func(s string) bool { return utf8.RuneCountInString(s) <= 50 }}
)

// channel is one row of vonage.md §2.2.
type channel struct {
	to, from party
	kinds    map[string]func(*checker)
	options  func(c *checker, kind string)
}

var channels = map[string]channel{
	"sms": {phone, sender, map[string]func(*checker){"text": textOf(1000)}, func(c *checker, _ string) {
		c.whole("ttl", 1, 0)
		if o := c.object("sms", false); o != nil {
			o.text("content_id", false, 100)
			o.text("entity_id", false, 100)
			o.oneOf("encoding_type", false, "text", "unicode", "auto")
		}
	}},
	"mms": {phone, ownNumber, map[string]func(*checker){
		"text": textOf(1000), "image": captioned("image"), "audio": captioned("audio"), "video": captioned("video"),
		"file": captioned("file"), "vcard": captioned("vcard"),
		"content": func(c *checker) {
			c.list("content", func(in *checker) {
				in.oneOf("type", true, "image", "audio", "video", "vcard", "file")
				in.link("url", true, 2000)
				in.text("caption", false, 3000)
			})
		},
	}, func(c *checker, _ string) { c.whole("ttl", 300, 259_200) }},
	"rcs": {phone, agent, map[string]func(*checker){
		"text": textOf(3072), "image": media("image"), "video": media("video"), "file": media("file"), "custom": custom,
	}, func(c *checker, _ string) {
		c.whole("ttl", 300, 2_592_000)
		if o := c.object("rcs", false); o != nil {
			o.oneOf("category", false, "authentication", "transaction", "promotion", "service-request", "acknowledgement")
		}
		if _, ok := c.m["suggestions"]; ok {
			c.list("suggestions", func(in *checker) {
				in.text("type", true, 100)
				in.text("text", true, 25)
				in.text("postback_data", true, 2048)
			})
		}
	}},
	"whatsapp": {phone, ownNumber, map[string]func(*checker){
		"text": textOf(4096), "image": captioned("image"), "video": captioned("video"), "custom": custom,
		"audio": func(c *checker) {
			if in := c.object("audio", true); in != nil {
				in.link("url", true, 2000)
			}
		},
		"file": func(c *checker) {
			if in := c.object("file", true); in != nil {
				in.link("url", true, 2000)
				in.text("caption", false, 3000)
				in.text("name", false, 1000)
			}
		},
		"template": template, "sticker": sticker, "reaction": reaction,
	}, func(c *checker, kind string) {
		if o := c.object("whatsapp", kind == "template"); o != nil {
			o.text("locale", kind == "template", 10)
			o.oneOf("policy", false, "deterministic")
		}
		if o := c.object("context", kind == "reaction"); o != nil {
			o.text("message_uuid", true, 100)
		}
	}},
	"messenger": {handle, handle, map[string]func(*checker){
		"text": textOf(640), "image": media("image"), "audio": media("audio"), "video": media("video"), "file": media("file"),
	}, func(c *checker, _ string) {
		if o := c.object("messenger", false); o != nil {
			category := o.oneOf("category", false, "response", "update", "message_tag")
			o.text("tag", category == "message_tag", 100)
		}
	}},
	"viber_service": {phone, handle, map[string]func(*checker){
		"text": textOf(1000), "image": captioned("image"),
		"video": func(c *checker) {
			if in := c.object("video", true); in != nil {
				in.link("url", true, 2000)
				in.link("thumb_url", true, 2000)
				in.text("caption", false, 3000)
			}
		},
		"file": func(c *checker) {
			if in := c.object("file", true); in != nil {
				in.link("url", true, 2000)
				in.text("name", false, 25)
			}
		},
	}, viberOptions},
}

func textOf(limit int) func(*checker) {
	return func(c *checker) { c.text("text", true, limit) }
}

// media is an object that has a url and nothing else to say.
func media(name string) func(*checker) {
	return func(c *checker) {
		if in := c.object(name, true); in != nil {
			in.link("url", true, 2000)
		}
	}
}

func captioned(name string) func(*checker) {
	return func(c *checker) {
		if in := c.object(name, true); in != nil {
			in.link("url", true, 2000)
			in.text("caption", false, 3000)
		}
	}
}

func custom(c *checker) {
	if in := c.object("custom", true); in != nil && len(in.m) == 0 {
		c.no("custom", "must not be empty")
	}
}

var templateName = regexp.MustCompile(`^[^:\s]+(:[^:\s]+)?$`)

func template(c *checker) {
	in := c.object("template", true)
	if in == nil {
		return
	}
	if name := in.text("name", true, 1000); name != "" && !templateName.MatchString(name) {
		in.no("name", "must be namespace:name")
	}
	v, ok := in.m["parameters"]
	if !ok {
		return
	}
	list, ok := v.([]any)
	if !ok || slices.ContainsFunc(list, func(p any) bool { _, text := p.(string); return !text }) {
		in.no("parameters", "must be a list of strings")
	}
}

func sticker(c *checker) {
	in := c.object("sticker", true)
	if in == nil {
		return
	}
	_, url := in.m["url"]
	_, id := in.m["id"]
	if url == id {
		c.no("sticker", "must have either url or id")
		return
	}
	in.link("url", false, 2000)
	in.text("id", false, 1000)
}

func reaction(c *checker) {
	if in := c.object("reaction", true); in != nil {
		action := in.oneOf("action", true, "react", "unreact")
		in.text("emoji", action == "react", 100)
	}
}

func viberOptions(c *checker, kind string) {
	o := c.object("viber_service", kind == "video")
	if o == nil {
		return
	}
	o.oneOf("category", false, "transaction", "promotion")
	o.whole("ttl", 30, 259_200)
	o.text("type", false, 100)
	if kind == "video" {
		o.count("duration", 1, 600)
		o.count("file_size", 1, 200)
	}
	a := o.object("action", false)
	if a == nil {
		return
	}
	if kind != "text" && kind != "image" {
		o.no("action", "is for text and image")
	}
	a.link("url", true, 2000)
	a.text("text", true, 30)
	if image, ok := c.m["image"].(map[string]any); ok && kind == "image" && image["caption"] == nil {
		c.no("image.caption", "is required with an action")
	}
}
