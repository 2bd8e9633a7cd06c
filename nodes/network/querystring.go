package network

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/flowrill/flowrill/engine/msg"
)

// queryLimits are the bounds within which a query or form is read, those of
// Node-RED's server (contract runtime.md §10).
type queryLimits struct {
	pairs  int  // how many a=b
	depth  int  // of a[b][c]
	list   int  // items in one list; beyond that it is an object with indexes
	strict bool // more pairs or depth are errors, not cut off
}

var (
	urlLimits  = queryLimits{pairs: 1000, depth: 5, list: 1000}
	formLimits = queryLimits{pairs: 1000, depth: 32, list: 100, strict: true}
)

var (
	errTooManyPairs = errors.New("too many parameters")
	errTooDeep      = errors.New("The input exceeded the depth") //nolint:staticcheck // Node-RED's text
)

// parseQuery reads a=1&b[c]=2&d=x&d=y as Node-RED does: repeated keys and
// keys with [] or a small index make lists, [name] objects, and everything
// else is text. What does not unescape stays as it came.
func parseQuery(raw string, l queryLimits) (*msg.Object, error) {
	if raw == "" {
		return msg.NewObject(0), nil
	}
	count := strings.Count(raw, "&") + 1
	if count > l.pairs && l.strict {
		return nil, errTooManyPairs
	}
	if o := flatQuery(raw, min(count, l.pairs)); o != nil {
		return o, nil
	}
	if l.strict {
		l.list = max(l.list, count)
	}
	names, values := queryPairs(raw, l)
	root := &queryTree{limit: l.list}
	for _, name := range names {
		path, err := queryPath(name, l)
		if err != nil {
			return nil, err
		}
		if path == nil {
			continue
		}
		if path[0] == "[]" {
			path[0] = "[0]"
		}
		root.merge(queryBranch(path, values[name], l.list))
	}
	return root.object(), nil
}

// flatQuery reads a query without brackets and repeated keys, nil if it is
// not one.
func flatQuery(raw string, room int) *msg.Object {
	if strings.IndexByte(raw, '[') >= 0 || strings.Contains(raw, "%5") {
		return nil
	}
	o := msg.NewObject(room)
	for ; raw != "" && room > 0; room-- {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		if key = unescapeQuery(key); key == "" || key == "__proto__" {
			continue
		}
		if o.Has(key) {
			return nil
		}
		o.Set(key, unescapeQuery(value))
	}
	return o
}

// unescapeQuery is JavaScript's decodeURIComponent with + for a blank.
func unescapeQuery(s string) string {
	if strings.IndexByte(s, '+') >= 0 {
		s = strings.ReplaceAll(s, "+", " ")
	}
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	text, err := url.PathUnescape(s)
	if err != nil || !utf8.ValidString(text) {
		return s
	}
	return text
}

// queryPairs collects the values of each full name, names in order. A value is
// a text, or a tree that is a list where the name came more than once.
func queryPairs(raw string, l queryLimits) (names []string, values map[string]any) {
	values = make(map[string]any)
	for n := 0; raw != "" && n < l.pairs; n++ {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		if pair == "" {
			continue
		}
		// In a[b=c]=d the first ]= ends the name.
		at := strings.IndexByte(pair, '=')
		if end := strings.Index(pair, "]="); end >= 0 {
			at = end + 1
		}
		name, value := pair, ""
		if at >= 0 {
			name, value = pair[:at], unescapeQuery(pair[at+1:])
		}
		if name = unescapeQuery(name); name == "" {
			continue
		}
		if have, again := values[name]; again {
			values[name] = joinQuery(have, value, l.list)
			continue
		}
		names = append(names, name)
		values[name] = value
	}
	return names, values
}

// queryPath splits a[b][] into "a", "[b]" and "[]"; what stands between
// brackets is dropped and what is too deep is one last name. nil: drop it all.
func queryPath(name string, l queryLimits) ([]string, error) {
	open := strings.IndexByte(name, '[')
	if open < 0 {
		open = len(name)
	}
	if name == "" {
		return nil, nil
	}
	var path []string
	if open > 0 {
		path = append(path, name[:open])
	}
	for depth := 0; open < len(name); depth++ {
		end := strings.IndexByte(name[open:], ']')
		switch {
		case end < 0:
			return append(path, "["+name[open:]+"]"), nil
		case depth == l.depth && l.strict:
			return nil, errTooDeep
		case depth == l.depth:
			return append(path, "["+name[open:]+"]"), nil
		}
		path = append(path, name[open:open+end+1])
		next := strings.IndexByte(name[open+end:], '[')
		if next < 0 {
			break
		}
		open += end + next
	}
	if path[0] == "__proto__" {
		return nil, nil
	}
	return path, nil
}

// queryTree is an object or a list in the making: lists keep their items by
// index until all are there, because they may come in any order.
type queryTree struct {
	list  bool
	grown bool // by push: a list, or one that was too long to stay one
	limit int  // of items in a list
	keys  []string
	at    map[string]any // text or *queryTree
}

func (t *queryTree) set(key string, v any) {
	if t.at == nil {
		t.at = make(map[string]any)
	}
	if _, have := t.at[key]; !have {
		t.keys = append(t.keys, key)
	}
	t.at[key] = v
}

// push adds an item behind the last; a list that is too long becomes an object.
func (t *queryTree) push(v any) {
	next := 0
	for _, key := range t.keys {
		if n, ok := listIndex(key); ok {
			next = max(next, n+1)
		}
	}
	t.set(strconv.Itoa(next), v)
	t.grown = true
	if len(t.keys) > t.limit {
		t.list = false
	}
}

// listIndex reads an index as it is written canonically.
func listIndex(key string) (int, bool) {
	n, err := strconv.Atoi(key)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == key
}

// queryBranch is the tree of a single name.
func queryBranch(path []string, value any, limit int) *queryTree {
	for _, step := range slices.Backward(path) {
		t := &queryTree{limit: limit}
		key := step
		if inner, ok := strings.CutPrefix(step, "["); ok {
			key = strings.TrimSuffix(inner, "]")
			n, isIndex := listIndex(key)
			t.list = key == "" || isIndex && n < limit
		}
		switch have, isTree := value.(*queryTree); {
		case key == "" && isTree && (have.list || have.grown):
			t = have // a[]=1&a[]=2 is one list
		case key == "":
			t.set("0", value)
		case key != "__proto__":
			t.set(key, value)
		}
		value = t
	}
	return value.(*queryTree)
}

// joinQuery makes a list of two values, either of which may be one.
func joinQuery(a, b any, limit int) any {
	t, ok := a.(*queryTree)
	if !ok || !t.list {
		t = &queryTree{list: true, limit: limit}
		t.push(a)
	}
	if other, ok := b.(*queryTree); ok && other.list {
		for _, key := range other.keys {
			t.push(other.at[key])
		}
		return t
	}
	t.push(b)
	return t
}

// merge takes over what o has.
func (t *queryTree) merge(o *queryTree) {
	if t.list && !o.list {
		t.list = false
	}
	for _, key := range o.keys {
		have, ok := t.at[key]
		value := o.at[key]
		a, aTree := have.(*queryTree)
		b, bTree := value.(*queryTree)
		switch {
		case !ok:
			t.set(key, value)
		case aTree && bTree && !(t.list && (a.list || b.list)):
			a.merge(b)
		case t.list:
			t.push(value)
		default:
			t.set(key, joinQuery(have, value, t.limit))
		}
	}
}

// value is the finished object or list.
func (t *queryTree) value() any {
	if !t.list {
		return t.object()
	}
	slices.SortFunc(t.keys, func(a, b string) int {
		x, _ := listIndex(a)
		y, _ := listIndex(b)
		return x - y
	})
	l := &msg.List{Items: make([]any, len(t.keys))}
	for i, key := range t.keys {
		l.Items[i] = finished(t.at[key])
	}
	return l
}

func (t *queryTree) object() *msg.Object {
	o := msg.NewObject(len(t.keys))
	for _, key := range t.keys {
		o.Set(key, finished(t.at[key]))
	}
	return o
}

func finished(v any) any {
	if t, ok := v.(*queryTree); ok {
		return t.value()
	}
	return v
}
