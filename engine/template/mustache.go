package template

import (
	"regexp"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// Mustache is a compiled text in the Mustache that Node-RED's template and
// trigger nodes speak (contract jsonata-and-js.md §5): sections, dotted names,
// HTML escaping, and as root the message itself.
type Mustache struct {
	source string
	tokens []token
}

type tokenKind uint8

const (
	textToken     tokenKind = iota
	escapedToken            // {{x}}
	rawToken                // {{{x}}}, {{&x}}
	sectionToken            // {{#x}}
	invertedToken           // {{^x}}
	endToken                // {{/x}}, until the sections are nested
)

// token is a piece of a Mustache text.
type token struct {
	kind   tokenKind
	text   string // of a textToken
	name   string
	path   []step   // name, taken apart at its dots
	beyond *foreign // what name means if the message has no such property
	inside []token  // of a section
}

// foreign is a name that reaches out of the message.
type foreign struct {
	root  root
	store string // of flow[store].key
	key   string // of the context, or the name of a variable
	rest  []step // below key
}

// ParseMustache compiles a text. An error is an *Error.
func ParseMustache(text string) (*Mustache, error) {
	p := mustacheParser{text: text, open: "{{", close: "}}"}
	if err := p.parse(); err != nil {
		return nil, err
	}
	tokens, _ := nest(p.out)
	return &Mustache{source: text, tokens: tokens}, nil
}

// Source is the text that was compiled.
func (m *Mustache) Source() string { return m.source }

// nest puts what stands in a section inside it, drops text that is empty and
// joins text that is not. It returns what follows the end of the section.
func nest(flat []token) (tokens, rest []token) {
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			tokens = append(tokens, token{text: text.String()})
			text.Reset()
		}
	}
	for len(flat) > 0 {
		t := flat[0]
		flat = flat[1:]
		if t.kind == textToken {
			text.WriteString(t.text)
			continue
		}
		flush()
		switch t.kind {
		case endToken:
			return tokens, flat
		case sectionToken, invertedToken:
			t.inside, flat = nest(flat)
		}
		tokens = append(tokens, t)
	}
	flush()
	return tokens, nil
}

// outsideName is flow.key, global[store].key and env.NAME.
var outsideName = regexp.MustCompile(`^(?:(flow|global)(?:\[(\w+)\])?|env)\.(.+)$`)

// named makes the token that stands for a value.
func named(kind tokenKind, name string) token {
	t := token{kind: kind, name: name}
	if strings.IndexByte(name, '.') > 0 {
		for _, part := range strings.Split(name, ".") {
			t.path = append(t.path, stepOf(part))
		}
	} else {
		t.path = []step{stepOf(name)}
	}
	m := outsideName.FindStringSubmatch(name)
	switch {
	case m == nil:
	case m[1] == "":
		t.beyond = &foreign{root: ofEnv, key: m[3]}
	default:
		p, err := msg.ParsePath(m[3])
		if err != nil || p.Dynamic() {
			break // no such key
		}
		t.beyond = &foreign{root: roots[m[1]], store: m[2], key: p.First()}
		for _, part := range p.Parts()[1:] {
			t.beyond.rest = append(t.beyond.rest, stepOf(part))
		}
	}
	return t
}
