// Package sequence has the nodes that take messages apart and put several
// together: split, join, sort and batch. Messages that belong together carry
// msg.parts (contract nodes.md, sequence).
package sequence

import (
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// maxHeld is how many messages a join, sort or batch node may hold. When more
// come it gives up the oldest group, with one error for catch nodes.
const maxHeld = 1_000_000

// escapes expands what Node-RED's forms write with a backslash. A form has no
// escape for the backslash itself, and \e is JavaScript's: the letter.
var escapes = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\e`, "e", `\f`, "\f", `\0`, "\x00")

// payloadPath is where a part is unless msg.parts.property says otherwise.
var payloadPath, _ = msg.ParsePath("payload")

// partsOf returns msg.parts if it is an object, nil if not.
func partsOf(m *msg.Object) *msg.Object {
	p, _ := m.Get("parts").(*msg.Object)
	return p
}
