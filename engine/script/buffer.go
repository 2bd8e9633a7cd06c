package script

import (
	_ "embed"
	"encoding/hex"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja_nodejs/buffer"

	"github.com/flowrill/flowrill/engine/msg"
)

//go:embed buffer.js
var bufferSource string

var bufferProgram = sync.OnceValue(func() *goja.Program { return goja.MustCompile("buffer", "("+bufferSource+")", true) })

// loadBuffer makes the class Buffer.
func (v *vm) loadBuffer() goja.Value {
	class := v.module(buffer.Require).Get("Buffer").(*goja.Object)
	must(v.js.GlobalObject().DefineDataProperty("Buffer", class, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
	v.buffers = buffer.GetApi(v.js)
	made, err := v.js.RunProgram(bufferProgram())
	must(err)
	complete, _ := goja.AssertFunction(made)
	_, err = complete(goja.Undefined(), class, v.js.ToValue(v.encodeBuffer), v.js.ToValue(v.decodeBuffer))
	must(err)
	v.limitBuffer(class)
	return class
}

// bufferOf is a Buffer on the given bytes.
func (v *vm) bufferOf(b []byte) goja.Value {
	if v.buffers == nil {
		v.loadBuffer()
	}
	return v.buffers.WrapBytes(b)
}

// encodeBuffer is the text of a part of a Buffer: (buffer, encoding, start, end).
func (v *vm) encodeBuffer(c goja.FunctionCall) goja.Value {
	b := bytesOf(c.Argument(0))
	b = b[:min(int(c.Argument(3).ToInteger()), len(b))]
	b = b[min(int(c.Argument(2).ToInteger()), len(b)):]
	encoding := c.Argument(1).String()
	if encoding != "utf8" && len(b) > maxText/2 { // hexadecimal is twice as long
		panic(v.rangeError("Cannot create a string of that length"))
	}
	switch encoding {
	case "utf8":
		return v.js.ToValue(msg.Text(b))
	case "latin1", "ascii":
		runes := make([]rune, len(b))
		for i, c := range b {
			if encoding == "ascii" {
				c &= 0x7f
			}
			runes[i] = rune(c)
		}
		return v.js.ToValue(string(runes))
	case "utf16le":
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
		}
		return goja.StringFromUTF16(units)
	case "base64url":
		text := buffer.StringCodecByName("base64").Encode(b)
		return v.js.ToValue(strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(text), "="))
	default:
		return v.js.ToValue(buffer.StringCodecByName(encoding).Encode(b))
	}
}

func bytesOf(v goja.Value) []byte {
	if o, ok := v.(*goja.Object); ok {
		b, _ := o.Export().([]byte)
		return b
	}
	return nil
}

// base64Text makes one alphabet of both and leaves out what is white.
var base64Text = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer("-", "+", "_", "/", " ", "", "\n", "", "\r", "", "\t", "")
})

// decodeBuffer is a Buffer with the bytes that a text stands for: (text,
// encoding).
func (v *vm) decodeBuffer(c goja.FunctionCall) goja.Value {
	text, _ := c.Argument(0).(goja.String)
	var b []byte
	switch encoding := c.Argument(1).String(); encoding {
	case "latin1", "ascii":
		b = make([]byte, text.Length())
		for i := range b {
			b[i] = byte(text.CharAt(i))
		}
	case "utf16le":
		for i := range text.Length() {
			b = append(b, byte(text.CharAt(i)), byte(text.CharAt(i)>>8))
		}
	case "hex":
		s := text.String()
		for len(s) >= 2 {
			one, err := hex.DecodeString(s[:2])
			if err != nil {
				break
			}
			b, s = append(b, one...), s[2:]
		}
	case "utf8":
		b = []byte(text.String())
	default:
		b = buffer.StringCodecByName("base64").DecodeAppend(base64Text().Replace(text.String()), nil)
	}
	return v.buffers.WrapBytes(b)
}
