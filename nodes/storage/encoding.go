package storage

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"github.com/flowrill/flowrill/engine/msg"
)

// byMessage is the encoding that leaves it to msg.encoding.
const byMessage = "setbymsg"

// encoder makes the bytes of a file of UTF-8.
type encoder func([]byte) ([]byte, error)

// named are the encodings that go by other names here than in the world, or
// mean something else.
var named = map[string]encoding.Encoding{
	"latin1": charmap.ISO8859_1, "binary": charmap.ISO8859_1, "iso88591": charmap.ISO8859_1, "ascii": charmap.ISO8859_1,
	"ucs2": utf16le, "utf16le": utf16le, "utf16": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	"utf16be": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	"utf32":   utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), "utf32le": utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), "utf32be": utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM),
	"cp437": charmap.CodePage437, "cp850": charmap.CodePage850, "cp852": charmap.CodePage852, "cp855": charmap.CodePage855,
	"cp858": charmap.CodePage858, "cp860": charmap.CodePage860, "cp862": charmap.CodePage862, "cp863": charmap.CodePage863,
	"cp865": charmap.CodePage865, "cp866": charmap.CodePage866, "macintosh": charmap.Macintosh, "macroman": charmap.Macintosh,
	"maccyrillic": charmap.MacintoshCyrillic,
}

// alike are further names of encodings that the libraries know.
var alike = map[string]string{
	"windows31j": "shift_jis", "windows932": "shift_jis", "cp932": "shift_jis",
	"windows936": "gbk", "cp936": "gbk", "euccn": "gbk",
	"windows949": "euc-kr", "cp949": "euc-kr", "ksc5601": "euc-kr",
	"windows950": "big5", "cp950": "big5", "big5hkscs": "big5",
}

var utf16le = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)

// lookup finds an encoding by any of its names; nil: UTF-8.
func lookup(name string) (encoding.Encoding, error) {
	plain := strings.NewReplacer("-", "", "_", "", " ", "", ":", "").Replace(strings.ToLower(name))
	switch plain {
	case "", "none", "utf8", "unicode11utf8":
		return nil, nil
	}
	if e, ok := named[plain]; ok {
		return e, nil
	}
	if n, ok := strings.CutPrefix(plain, "cp125"); ok {
		name = "windows-125" + n
	} else if known, ok := alike[plain]; ok {
		name = known
	}
	if e, err := htmlindex.Get(name); err == nil {
		return e, nil
	}
	if e, err := ianaindex.IANA.Encoding(name); err == nil && e != nil {
		return e, nil
	}
	return nil, fmt.Errorf("unknown encoding %q", name)
}

// encoderOf finds how to write an encoding. A character that it has not
// becomes a question mark.
func encoderOf(name string) (encoder, error) {
	switch strings.ToLower(name) {
	case "base64":
		return func(data []byte) ([]byte, error) { return decodeBase64(string(data)), nil }, nil
	case "hex":
		return func(data []byte) ([]byte, error) {
			n, _ := hex.Decode(data, data) // up to the first that is no digit, as Node.js does
			return data[:n], nil
		}, nil
	}
	e, err := lookup(name)
	if err != nil {
		return nil, err
	}
	if e == nil {
		return func(data []byte) ([]byte, error) { return data, nil }, nil
	}
	return func(data []byte) ([]byte, error) {
		if out, err := e.NewEncoder().Bytes(data); err == nil {
			return out, nil
		}
		var out bytes.Buffer
		w := e.NewEncoder()
		for _, r := range string(data) {
			b, err := w.String(string(r))
			if err != nil {
				b, _ = w.String("?")
			}
			out.WriteString(b)
		}
		return out.Bytes(), nil
	}, nil
}

// decodeBase64 reads what it can, with or without padding, of both alphabets.
func decodeBase64(s string) []byte {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		case r == '+' || r == '/' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, s)
	data, _ := base64.RawStdEncoding.DecodeString(s)
	return data
}

// decoderOf finds how to read an encoding: as a text, and as a stream of UTF-8
// (nil: there is none).
func decoderOf(name string) (text func([]byte) string, stream func(io.Reader) io.Reader, err error) {
	switch strings.ToLower(name) {
	case "base64":
		return base64.StdEncoding.EncodeToString, nil, nil
	case "hex":
		return hex.EncodeToString, nil, nil
	}
	e, err := lookup(name)
	if err != nil {
		return nil, nil, err
	}
	if e == nil {
		return func(data []byte) string { return msg.Text(data) }, func(r io.Reader) io.Reader { return r }, nil
	}
	text = func(data []byte) string {
		out, err := e.NewDecoder().Bytes(data)
		if err != nil {
			return msg.Text(data)
		}
		return strings.TrimPrefix(string(out), "\ufeff")
	}
	return text, func(r io.Reader) io.Reader { return e.NewDecoder().Reader(r) }, nil
}
