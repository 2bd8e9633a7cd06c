// Package yamltext reads and writes YAML as js-yaml does, which Node-RED's yaml
// and template nodes use: YAML 1.2's core schema and dates, the order of keys
// kept (contract jsonata-and-js.md §5).
package yamltext

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/flowrill/flowrill/engine/msg"
)

// Bounds of what one YAML text may become. Aliases count as often as they are
// used, so that a few lines cannot stand for a billion values.
const (
	MaxText   = 32 << 20 // bytes
	maxDepth  = 512
	maxValues = 1_000_000
	textValue = 64 // so many bytes of text count as a value more
)

// Parse reads one document, keys in the order of the text. An alias is the
// same object as its anchor. An empty text is Undefined.
func Parse(text string) (any, error) {
	if len(text) > MaxText {
		return nil, fmt.Errorf("yaml: text is longer than %d MB", MaxText>>20)
	}
	if strings.TrimSpace(text) == "" {
		return msg.Undefined, nil
	}
	// The library knows version 1.1 and refuses to be told of another.
	text = version.ReplaceAllString(text, "%YAML 1.1")
	d := yaml.NewDecoder(strings.NewReader(text))
	var doc yaml.Node
	if err := d.Decode(&doc); err == io.EOF {
		return nil, nil // nothing but comments
	} else if err != nil {
		return nil, err
	}
	if err := d.Decode(new(yaml.Node)); err == nil {
		return nil, errors.New("yaml: more than one document")
	} else if err != io.EOF {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	r := reader{done: map[*yaml.Node]converted{}}
	v, _, err := r.value(doc.Content[0], 0)
	return v, err
}

var version = regexp.MustCompile(`^%YAML 1\.[0-9]+`)

// converted is a converted anchor and how many values it stands for.
type converted struct {
	value any
	size  int
	open  bool // still being converted: an alias to it would be a ring
}

type reader struct {
	done map[*yaml.Node]converted
}

func (r *reader) value(n *yaml.Node, depth int) (v any, size int, err error) {
	if depth > maxDepth {
		return nil, 0, fmt.Errorf("yaml: line %d: nested deeper than %d", n.Line, maxDepth)
	}
	if n.Kind == yaml.AliasNode {
		got, ok := r.done[n.Alias]
		if !ok || got.open {
			return nil, 0, fmt.Errorf("yaml: line %d: alias %q is inside its own anchor", n.Line, n.Value)
		}
		return got.value, got.size, nil
	}
	if n.Anchor != "" {
		r.done[n] = converted{open: true}
	}
	switch n.Kind {
	case yaml.MappingNode:
		if err = collection(n, "!!map", "!!set"); err == nil {
			v, size, err = r.mapping(n, depth)
		}
	case yaml.SequenceNode:
		if err = collection(n, "!!seq", "!!omap", "!!pairs"); err == nil {
			v, size, err = r.sequence(n, depth)
		}
	default:
		size = 1 + len(n.Value)/textValue
		v, err = scalar(n)
	}
	if err != nil {
		return nil, 0, err
	}
	if size > maxValues {
		return nil, 0, fmt.Errorf("yaml: line %d: more than %d values, aliases counted", n.Line, maxValues)
	}
	if n.Anchor != "" {
		r.done[n] = converted{value: v, size: size}
	}
	return v, size, nil
}

// collection looks at the tag of a mapping or sequence.
func collection(n *yaml.Node, tags ...string) error {
	if n.Style&yaml.TaggedStyle != 0 && n.Tag != "!" && !slices.Contains(tags, n.ShortTag()) {
		return fmt.Errorf("yaml: line %d: unknown tag %s", n.Line, n.Tag)
	}
	return nil
}

func (r *reader) sequence(n *yaml.Node, depth int) (*msg.List, int, error) {
	list, size := &msg.List{Items: make([]any, 0, len(n.Content))}, 1
	pairs := n.Style&yaml.TaggedStyle != 0 && n.ShortTag() == "!!pairs"
	for _, c := range n.Content {
		v, s, err := r.value(c, depth+1)
		if err != nil {
			return nil, 0, err
		}
		if o, ok := v.(*msg.Object); ok && pairs && o.Len() == 1 {
			v = msg.NewList(o.Keys()[0], o.Get(o.Keys()[0]))
		}
		list.Append(v)
		size += s
	}
	return list, size, nil
}

func (r *reader) mapping(n *yaml.Node, depth int) (*msg.Object, int, error) {
	o, size := msg.NewObject(len(n.Content)/2), 1
	merged := map[string]bool{} // keys that came with <<, which a key of the mapping's own replaces
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
			merge(o, from, merged)
			continue
		}
		name := msg.Text(key)
		if o.Has(name) && !merged[name] {
			return nil, 0, fmt.Errorf("yaml: line %d: key %q is there twice", k.Line, name)
		}
		delete(merged, name)
		o.Set(name, value)
	}
	return o, size, nil
}

// merge adds what o has not.
func merge(o *msg.Object, from []*msg.Object, merged map[string]bool) {
	for _, f := range from {
		for name, value := range f.All() {
			if !o.Has(name) {
				o.Set(name, value)
				merged[name] = true
			}
		}
	}
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

// scalar gives a scalar its value: quoted text is text, plain text is what
// the schema says, an explicit tag wins.
func scalar(n *yaml.Node) (any, error) {
	if n.Style&yaml.TaggedStyle == 0 {
		if n.Style != 0 {
			return n.Value, nil
		}
		return plain(n.Value), nil
	}
	tag := n.ShortTag()
	v := plain(n.Value)
	fits := true
	switch tag {
	case "!!str", "!":
		return n.Value, nil
	case "!!binary":
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.Value), ""))
		if err != nil {
			return nil, fmt.Errorf("yaml: line %d: !!binary: %w", n.Line, err)
		}
		return data, nil
	case "!!null":
		fits = v == nil
	case "!!bool":
		_, fits = v.(bool)
	case "!!int", "!!float":
		_, fits = v.(float64)
	case "!!timestamp":
		_, fits = v.(msg.Date)
	default:
		return nil, fmt.Errorf("yaml: line %d: unknown tag %s", n.Line, n.Tag)
	}
	if !fits {
		return nil, fmt.Errorf("yaml: line %d: %q is no %s", n.Line, n.Value, tag)
	}
	return v, nil
}

var (
	integer   = regexp.MustCompile(`^[-+]?[0-9]+$`)
	based     = regexp.MustCompile(`^([-+]?)(0b[01]+|0o[0-7]+|0x[0-9a-fA-F]+)$`)
	float     = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
	infinite  = regexp.MustCompile(`^[-+]?\.(inf|Inf|INF)$`)
	day       = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})-([0-9]{2})$`)
	timestamp = regexp.MustCompile(`^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(Z|([-+])([0-9]{1,2})(?::([0-9]{2}))?))?$`)
)

// plain is what text without quotes and tag stands for.
func plain(s string) any {
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
	if c := s[0]; c != '.' && c != '-' && c != '+' && (c < '0' || c > '9') {
		return s
	}
	switch {
	case integer.MatchString(s), float.MatchString(s):
		if f, err := strconv.ParseFloat(s, 64); err == nil || f == 0 {
			return f
		}
	case infinite.MatchString(s):
		if s[0] == '-' {
			return math.Inf(-1)
		}
		return math.Inf(1)
	}
	if m := based.FindStringSubmatch(s); m != nil {
		if n, err := strconv.ParseUint(m[2], 0, 64); err == nil {
			if m[1] == "-" {
				return -float64(n)
			}
			return float64(n)
		}
	}
	if date, ok := parseDate(s); ok {
		return date
	}
	return s
}

// parseDate reads a day or a point in time; without a zone it is UTC.
func parseDate(s string) (msg.Date, bool) {
	m := day.FindStringSubmatch(s)
	if m == nil {
		if m = timestamp.FindStringSubmatch(s); m == nil {
			return 0, false
		}
	}
	n := make([]int, 12)
	for i, part := range m[1:] {
		if i != 6 { // of the fraction only milliseconds count
			n[i+1], _ = strconv.Atoi(part)
		}
	}
	milli := 0
	if len(m) > 7 {
		milli, _ = strconv.Atoi((m[7] + "000")[:3])
	}
	at := time.Date(n[1], time.Month(n[2]), n[3], n[4], n[5], n[6], milli*int(time.Millisecond), time.UTC)
	if zone := time.Duration(n[10])*time.Hour + time.Duration(n[11])*time.Minute; len(m) > 9 && m[9] == "-" {
		at = at.Add(zone)
	} else {
		at = at.Add(-zone)
	}
	return msg.Date(at.UnixMilli()), true
}
