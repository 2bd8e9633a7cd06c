package function

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/flowrill/flowrill/engine/msg"
)

// Bounds of what one YAML text may become. Aliases count as often as they are
// used, so that a few lines cannot stand for a billion values.
const (
	yamlDepth  = 512
	yamlValues = 1_000_000
)

// parseYAML reads one document by YAML 1.2's core schema (contract
// jsonata-and-js.md §5), keys in the order of the text. An alias is the same
// object as its anchor. An empty text is Undefined.
func parseYAML(text string) (any, error) {
	d := yaml.NewDecoder(strings.NewReader(text))
	var doc yaml.Node
	if err := d.Decode(&doc); err == io.EOF {
		return msg.Undefined, nil
	} else if err != nil {
		return nil, err
	}
	if err := d.Decode(new(yaml.Node)); err == nil {
		return nil, errors.New("yaml: more than one document")
	} else if err != io.EOF {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return msg.Undefined, nil
	}
	r := yamlReader{done: map[*yaml.Node]yamlValue{}}
	v, _, err := r.value(doc.Content[0], 0)
	return v, err
}

// yamlValue is a converted anchor and how many values it stands for.
type yamlValue struct {
	value any
	size  int
	open  bool // still being converted: an alias to it would be a ring
}

type yamlReader struct {
	done map[*yaml.Node]yamlValue
}

func (r *yamlReader) value(n *yaml.Node, depth int) (v any, size int, err error) {
	if depth > yamlDepth {
		return nil, 0, fmt.Errorf("yaml: line %d: nested deeper than %d", n.Line, yamlDepth)
	}
	if n.Kind == yaml.AliasNode {
		got, ok := r.done[n.Alias]
		if !ok || got.open {
			return nil, 0, fmt.Errorf("yaml: line %d: alias %q is inside its own anchor", n.Line, n.Value)
		}
		return got.value, got.size, nil
	}
	if n.Anchor != "" {
		r.done[n] = yamlValue{open: true}
	}
	switch n.Kind {
	case yaml.MappingNode:
		v, size, err = r.mapping(n, depth)
	case yaml.SequenceNode:
		v, size, err = r.sequence(n, depth)
	default:
		size = 1
		v, err = yamlScalar(n)
	}
	if err != nil {
		return nil, 0, err
	}
	if size > yamlValues {
		return nil, 0, fmt.Errorf("yaml: line %d: more than %d values, aliases counted", n.Line, yamlValues)
	}
	if n.Anchor != "" {
		r.done[n] = yamlValue{value: v, size: size}
	}
	return v, size, nil
}

func (r *yamlReader) sequence(n *yaml.Node, depth int) (*msg.List, int, error) {
	list, size := &msg.List{Items: make([]any, 0, len(n.Content))}, 1
	for _, c := range n.Content {
		v, s, err := r.value(c, depth+1)
		if err != nil {
			return nil, 0, err
		}
		list.Append(v)
		size += s
	}
	return list, size, nil
}

func (r *yamlReader) mapping(n *yaml.Node, depth int) (*msg.Object, int, error) {
	o, size := msg.NewObject(len(n.Content)/2), 1
	var merged []*msg.Object
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		key, _, err := r.value(k, depth+1)
		if err != nil {
			return nil, 0, err
		}
		value, s, err := r.value(v, depth+1)
		if err != nil {
			return nil, 0, err
		}
		size += s
		if k.Kind == yaml.ScalarNode && k.Value == "<<" && k.Style == 0 {
			from, ok := mergeSources(value)
			if !ok {
				return nil, 0, fmt.Errorf("yaml: line %d: << needs a mapping or a list of mappings", k.Line)
			}
			merged = append(merged, from...)
			continue
		}
		name := msg.Text(key)
		if o.Has(name) {
			return nil, 0, fmt.Errorf("yaml: line %d: key %q is there twice", k.Line, name)
		}
		o.Set(name, value)
	}
	for _, from := range merged {
		for name, value := range from.All() {
			if !o.Has(name) {
				o.Set(name, value)
			}
		}
	}
	return o, size, nil
}

func mergeSources(v any) ([]*msg.Object, bool) {
	switch v := v.(type) {
	case *msg.Object:
		return []*msg.Object{v}, true
	case *msg.List:
		var from []*msg.Object
		for _, item := range v.Items {
			o, ok := item.(*msg.Object)
			if !ok {
				return nil, false
			}
			from = append(from, o)
		}
		return from, true
	}
	return nil, false
}

var (
	yamlInt   = regexp.MustCompile(`^[-+]?[0-9]+$`)
	yamlBase  = regexp.MustCompile(`^(0o[0-7]+|0x[0-9a-fA-F]+)$`)
	yamlFloat = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
	yamlInf   = regexp.MustCompile(`^[-+]?\.(inf|Inf|INF)$`)
)

// yamlScalar gives a scalar its value: quoted text is text, plain text is what
// the core schema says, an explicit tag wins.
func yamlScalar(n *yaml.Node) (any, error) {
	if n.Style&yaml.TaggedStyle != 0 {
		switch n.ShortTag() {
		case "!!str", "!":
			return n.Value, nil
		case "!!binary":
			data, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields([]byte(n.Value)), nil)))
			if err != nil {
				return nil, fmt.Errorf("yaml: line %d: !!binary: %w", n.Line, err)
			}
			return data, nil
		case "!!null", "!!bool", "!!int", "!!float":
			return yamlPlain(n.Value), nil
		}
		return nil, fmt.Errorf("yaml: line %d: unknown tag %s", n.Line, n.Tag)
	}
	if n.Style != 0 {
		return n.Value, nil
	}
	return yamlPlain(n.Value), nil
}

func yamlPlain(s string) any {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "true", "True", "TRUE":
		return true
	case "false", "False", "FALSE":
		return false
	case ".nan", ".NaN", ".NAN":
		return math.NaN()
	}
	switch {
	case yamlInt.MatchString(s), yamlFloat.MatchString(s):
		f, _ := strconv.ParseFloat(s, 64) // out of range is ±Inf, as in JavaScript
		return f
	case yamlBase.MatchString(s):
		n, err := strconv.ParseUint(s, 0, 64)
		if err != nil {
			return s
		}
		return float64(n)
	case yamlInf.MatchString(s):
		return math.Inf(map[bool]int{true: -1, false: 1}[s[0] == '-'])
	}
	return s
}
