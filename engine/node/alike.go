package node

import "sync"

// alike has the compiled values that depend on no node's surroundings: in a
// large flow thousands of fields say payload. One value for all of them is
// less memory, and is near when the next message needs it.
var alike = alikeValues{known: map[alikeKey]*boundValue{}}

type alikeValues struct {
	mu    sync.Mutex
	known map[alikeKey]*boundValue
}

type alikeKey struct {
	choice *typeChoice
	at     string
	raw    any // nil, bool, float64 or a text of at most alikeText bytes
}

// At most alikeMost values are kept; the next one starts afresh.
const (
	alikeMost = 4096
	alikeText = 64
)

// compile returns the value for what a configuration says, or a problem in
// words.
func (a *alikeValues) compile(choice *typeChoice, at string, raw any, around *surroundings) (*boundValue, string) {
	if !shareable(choice, raw) {
		b := &boundValue{at: at, choice: choice, raw: raw, around: around}
		return b, b.compile()
	}
	key := alikeKey{choice, at, raw}
	a.mu.Lock()
	defer a.mu.Unlock()
	if b := a.known[key]; b != nil {
		return b, ""
	}
	b := &boundValue{at: at, choice: choice, raw: raw}
	if problem := b.compile(); problem != "" {
		return nil, problem
	}
	if len(a.known) >= alikeMost {
		clear(a.known)
	}
	a.known[key] = b
	return b, ""
}

// shareable tells whether a value needs nothing but the message, and is small.
func shareable(choice *typeChoice, raw any) bool {
	switch choice.as {
	case "msg", "str", "num", "bool", "date":
	default:
		return false
	}
	switch raw := raw.(type) {
	case nil, bool:
		return true
	case float64:
		return raw == raw
	case string:
		return len(raw) <= alikeText
	}
	return false
}
