package template

import "github.com/flowrill/flowrill/engine/msg"

// Bounds of one rendering: what sections inside each other can multiply.
const (
	maxRender = 64 << 20   // bytes
	maxTokens = 20_000_000 // pieces of text and names
)

// MustacheOptions says how to render.
type MustacheOptions struct {
	// JSON escapes backslashes and control characters in strings that are put
	// in, as the template node does when its output is parsed as JSON.
	JSON bool
	// MsgOnly leaves out flow, global and env, as the trigger node does.
	MsgOnly bool
}

// Render renders the text against the message, and against the rest of the
// scope where the message has no property of a name. What is missing is empty.
func (m *Mustache) Render(s *Scope, o MustacheOptions) (string, error) {
	if s == nil {
		s = &Scope{}
	}
	return m.within(s, o, maxTokens)
}

func (m *Mustache) within(s *Scope, o MustacheOptions, tokens int) (string, error) {
	r := rendering{scope: s, options: o, left: tokens, out: make([]byte, 0, len(m.source)+64)}
	var root any
	if s.Msg != nil {
		root = s.Msg
	}
	if !r.tokens(m.tokens, &view{value: root}) {
		return "", &Error{Message: "the text is too long or goes through too many lists inside each other"}
	}
	return string(r.out), nil
}

// view is what names are looked up in: the message, and each section's value.
type view struct {
	value  any
	parent *view
}

type rendering struct {
	scope   *Scope
	options MustacheOptions
	left    int // tokens
	out     []byte
	seen    map[*foreign]any // what was looked up outside the message
}

// tokens renders, and tells whether there is still room.
func (r *rendering) tokens(tokens []token, in *view) bool {
	for i := range tokens {
		if r.left--; r.left < 0 || len(r.out) > maxRender {
			return false
		}
		t := &tokens[i]
		if t.kind == textToken {
			r.out = append(r.out, t.text...)
			continue
		}
		v := r.lookup(t, in)
		switch t.kind {
		case escapedToken:
			r.escaped(v)
		case rawToken:
			r.raw(v)
		case sectionToken:
			if !r.section(t, v, in) {
				return false
			}
		case invertedToken:
			if l, ok := v.(*msg.List); msg.Truthy(v) && !(ok && l.Len() == 0) {
				continue
			}
			if !r.tokens(t.inside, in) {
				return false
			}
		}
	}
	return true
}

// section renders once per element of a list, and otherwise once if the value
// is true as JavaScript's if sees it.
func (r *rendering) section(t *token, v any, in *view) bool {
	if !msg.Truthy(v) {
		return true
	}
	switch v := v.(type) {
	case *msg.List:
		for i := range v.Len() {
			if !r.tokens(t.inside, &view{v.At(i), in}) {
				return false
			}
		}
		return true
	case bool:
		return r.tokens(t.inside, in)
	}
	return r.tokens(t.inside, &view{v, in})
}

// lookup is the value of a name: of the innermost section that has it, else
// the message's, else flow's, global's or env's; nil if nobody has it.
func (r *rendering) lookup(t *token, in *view) any {
	v, ok := find(t, in)
	if !ok && t.beyond != nil && !r.options.MsgOnly {
		v = r.foreign(t.beyond)
	}
	if s, ok := v.(string); ok && r.options.JSON {
		return escapeJSON(s)
	}
	return v
}

// find looks a name up in the sections around it and in the message. What is
// Undefined there is not found.
func find(t *token, in *view) (any, bool) {
	if t.name == "." {
		return known(in.value), true
	}
	for ; in != nil; in = in.parent {
		v, ok := in.value, true
		if _, isText := v.(string); isText && len(t.path) == 1 {
			continue
		}
		for i := 0; i < len(t.path) && ok; i++ {
			v, ok = property(v, &t.path[i])
		}
		if ok {
			return known(v), v != any(msg.Undefined)
		}
	}
	return nil, false
}

// property is v[key] in JavaScript, as far as v has it of its own.
func property(v any, s *step) (any, bool) {
	switch v := known(v).(type) {
	case *msg.Object:
		return v.Lookup(s.key)
	case *msg.List:
		if s.isIndex && s.index >= 0 && s.index < v.Len() {
			return v.At(s.index), true
		}
		return float64(v.Len()), s.key == "length"
	case string, []byte:
		if s.isIndex && s.index < 0 {
			return nil, false
		}
		x := member(v, s)
		return x, x != nil
	}
	return nil, false
}

// foreign reads flow, global or env, once for each token.
func (r *rendering) foreign(f *foreign) any {
	if v, ok := r.seen[f]; ok {
		return v
	}
	v := known(f.read(r.scope))
	for i, ok := 0, true; i < len(f.rest); i++ {
		if v, ok = property(v, &f.rest[i]); !ok {
			v = nil
			break
		}
	}
	v = known(v)
	if r.seen == nil {
		r.seen = map[*foreign]any{}
	}
	r.seen[f] = v
	return v
}

func (f *foreign) read(s *Scope) any {
	if f.store == "" {
		return outside{s, f.root}.get(f.key)
	}
	from := s.FlowStore
	if f.root == ofGlobal {
		from = s.GlobalStore
	}
	if from == nil {
		return nil
	}
	return from(f.store, f.key)
}

func (r *rendering) raw(v any) {
	switch v := v.(type) {
	case nil:
	case string:
		r.out = append(r.out, v...)
	case float64:
		r.out = msg.AppendNumber(r.out, v)
	default:
		r.out = append(r.out, msg.Text(v)...)
	}
}

// escaped is raw with the characters escaped that mean something in HTML.
func (r *rendering) escaped(v any) {
	switch v := v.(type) {
	case nil, float64, bool:
		r.raw(v)
	case string:
		r.html(v)
	default:
		r.html(msg.Text(v))
	}
}

func (r *rendering) html(s string) {
	from := 0
	for i := 0; i < len(s); i++ {
		entity := entities[s[i]]
		if entity == "" {
			continue
		}
		r.out = append(r.out, s[from:i]...)
		r.out = append(r.out, entity...)
		from = i + 1
	}
	r.out = append(r.out, s[from:]...)
}

var entities = [256]string{
	'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\'': "&#39;", '/': "&#x2F;", '`': "&#x60;", '=': "&#x3D;",
}

// escapeJSON leaves quotes alone, as Node-RED does.
func escapeJSON(s string) string {
	var out []byte
	from := 0
	for i := 0; i < len(s); i++ {
		short := escapes[s[i]]
		if short == 0 {
			continue
		}
		out = append(append(out, s[from:i]...), '\\', short)
		from = i + 1
	}
	if from == 0 {
		return s
	}
	return string(append(out, s[from:]...))
}

var escapes = [256]byte{'\\': '\\', '\n': 'n', '\t': 't', '\r': 'r', '\f': 'f', '\b': 'b'}
