package template_test

import (
	"testing"

	"github.com/flowrill/flowrill/engine/template"
)

func BenchmarkTemplate(b *testing.B) {
	s := &template.Scope{Msg: message(b, `{"_msgid":"a1b2c3","req":null,"res":null,"topic":"Order",
		"payload":{"to":"447700900000","msisdn":"447700900001","text":"hello","count":5,"items":[{"name":"tea","price":2},{"name":"bun","price":3}]}}`)}
	for _, c := range []struct{ name, text string }{
		{"literal", "Thank you for your order."},
		{"one hole", "<<msg.payload.msisdn>>"},
		{"three holes", "Hi <<msg.payload.msisdn>>, you said <<msg.payload.text>> to <<msg.payload.to>>"},
		{"sum", "<<msg.payload.count + 1>>"},
		{"expression", `<<msg.payload.count > 3 ? "many: " + upper(msg.payload.text) : "few">>`},
		{"list", `<<filter(msg.payload.items, .price > 2) | map(.name) | join(", ")>>`},
	} {
		b.Run(c.name, func(b *testing.B) {
			t, err := template.Parse(c.text)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			dst := make([]byte, 0, 256)
			for b.Loop() {
				if dst, err = t.Append(dst[:0], s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("mustache", func(b *testing.B) {
		m, err := template.ParseMustache("Hi {{payload.msisdn}}:\n{{#payload.items}}\n{{name}} {{price}}\n{{/payload.items}}")
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := m.Render(s, template.MustacheOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := template.Parse("Hi <<msg.payload.msisdn>>, <<msg.payload.count + 1>>"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
