package network

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

var errTCPLong = fmt.Errorf("more than %d MB without an end: disconnected", maxTCPMessage>>20)

// tcpFrames makes payloads of what comes in over a connection.
type tcpFrames struct {
	single    bool   // all of the connection is one payload
	as        string // buffer, utf8 or base64
	delimiter string // of texts in a stream
	keep      bool   // the delimiter stays
	buffer    []byte
	searched  int // so much of buffer has no delimiter
}

// add makes payloads of what came; data is the caller's afterwards.
func (f *tcpFrames) add(data []byte, emit func(payload any)) error {
	switch {
	case f.single:
		f.buffer = append(f.buffer, data...)
	case f.as == "utf8" && f.delimiter != "":
		f.buffer = append(f.buffer, data...)
		f.split(emit)
	case f.as == "utf8":
		text := append(f.buffer, data...)
		whole := len(text) - cutRune(text)
		if whole > 0 {
			emit(msg.Text(text[:whole]))
		}
		f.buffer = bytes.Clone(text[whole:])
	default:
		emit(f.payload(data))
	}
	if len(f.buffer) > maxTCPMessage {
		return errTCPLong
	}
	return nil
}

// split emits the lines that are whole.
func (f *tcpFrames) split(emit func(payload any)) {
	rest := f.buffer
	for {
		at := bytes.Index(rest[f.searched:], []byte(f.delimiter))
		if at < 0 {
			break
		}
		at += f.searched
		line := rest[:at]
		rest = rest[at+len(f.delimiter):]
		f.searched = 0
		if f.keep {
			emit(msg.Text(line) + f.delimiter)
		} else {
			emit(msg.Text(line))
		}
	}
	f.searched = max(0, len(rest)-len(f.delimiter)+1)
	if len(rest) < len(f.buffer) {
		f.buffer = bytes.Clone(rest)
	}
}

// end emits what is left when the peer has ended, and tells whether that was
// anything.
func (f *tcpFrames) end(emit func(payload any)) bool {
	left := f.buffer
	f.buffer, f.searched = nil, 0
	if len(left) == 0 {
		return false
	}
	emit(f.payload(left))
	return true
}

func (f *tcpFrames) payload(data []byte) any {
	switch f.as {
	case "utf8":
		return msg.Text(data)
	case "base64":
		return base64.StdEncoding.EncodeToString(data)
	}
	return bytes.Clone(data)
}

// cutRune is how many bytes at the end are the beginning of a character.
func cutRune(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// delimiterOf reads \n, \r and \t as they are written in forms.
func delimiterOf(text string) string {
	return strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t").Replace(text)
}
