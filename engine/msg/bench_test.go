package msg

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// small is a message as an inbound text makes it, without the request.
func small() *Object {
	return Of("_msgid", "0123456789abcdef", "topic", "", "payload", "hello", "from", "447700900000", "count", 3)
}

// nested is one as http-in makes it of a webhook.
func nested() *Object {
	return Of("_msgid", "0123456789abcdef", "payload", Of("msisdn", "447700900001", "to", "447700900000",
		"text", "hello", "messageId", "a1", "type", "text", "keyword", "HELLO"), "parts", NewList("a", "b"))
}

// big is about 100 kB of JSON: texts, numbers, lists in objects in a list.
func big() []byte {
	var b strings.Builder
	b.WriteString(`{"items":[`)
	for i := 0; b.Len() < 100_000; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"name":"Customer %d","to":"4477009%05d","active":%t,"score":%d.25,`+
			`"tags":["alpha","beta","%x"],"address":{"street":"%d High Street","city":"Köln","zip":null},"text":"Line one\nline two, \"quoted\""}`,
			i, i, i, i%2 == 0, i, i*7919, i)
	}
	b.WriteString(`],"total":84901234567}`)
	return []byte(b.String())
}

func BenchmarkClone(b *testing.B) {
	decoded, err := DecodeObject(big())
	if err != nil {
		b.Fatal(err)
	}
	wide := NewObject(0)
	for i := range 40 {
		wide.Set(fmt.Sprint("key", i), i)
	}
	for _, c := range []struct {
		name string
		o    *Object
	}{{"small", small()}, {"nested", nested()}, {"wide", wide}, {"100k", decoded}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.o.Clone()
			}
		})
	}
}

func BenchmarkGetSet(b *testing.B) {
	m := small()
	p, _ := ParsePath("payload.items[0].id")
	deep := small()
	p.Set(deep, 1.0)
	b.Run("get", func(b *testing.B) {
		for b.Loop() {
			m.Get("count")
		}
	})
	b.Run("set", func(b *testing.B) {
		var v any = "x"
		for b.Loop() {
			m.Set("payload", v)
		}
	})
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			small()
		}
	})
	b.Run("path", func(b *testing.B) {
		p, _ := ParsePath("payload.text")
		m := nested()
		b.ReportAllocs()
		for b.Loop() {
			p.Lookup(m)
		}
	})
	b.Run("pathSet", func(b *testing.B) {
		p, _ := ParsePath("payload.text")
		m := nested()
		var v any = "x"
		b.ReportAllocs()
		for b.Loop() {
			p.Set(m, v)
		}
	})
	b.Run("Path", func(b *testing.B) {
		m := nested()
		b.ReportAllocs()
		for b.Loop() {
			m.Path("payload.text")
		}
	})
	b.Run("wide", func(b *testing.B) {
		wide := NewObject(0)
		for i := range 1000 {
			wide.Set(fmt.Sprint("key", i), i)
		}
		for b.Loop() {
			wide.Get("key500")
		}
	})
}

func BenchmarkDecode100k(b *testing.B) {
	data := big()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode100k(b *testing.B) {
	v, err := Decode(big())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(big())))
	b.ReportAllocs()
	for b.Loop() {
		Encode(v)
	}
}

func BenchmarkDecodeSmall(b *testing.B) {
	data := Encode(nested())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		Decode(data)
	}
}

func BenchmarkEncodeSmall(b *testing.B) {
	m := nested()
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		buf = AppendJSON(buf[:0], m)
	}
}

// BenchmarkStandard is encoding/json on the same 100 kB, to compare with.
func BenchmarkStandard(b *testing.B) {
	data := big()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			b.Fatal(err)
		}
		json.Marshal(v)
	}
}

func BenchmarkNewID(b *testing.B) {
	for b.Loop() {
		NewID()
	}
}

func BenchmarkFormatNumber(b *testing.B) {
	for b.Loop() {
		FormatNumber(84901234567)
	}
}
