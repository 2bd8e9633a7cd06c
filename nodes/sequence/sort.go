package sequence

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Sort orders the items of a list, or the messages of a sequence (contract
// nodes.md, sequence).
type Sort struct {
	Target     node.TypedValue `prop:"target,targetType" types:"msg,seq=the messages of a sequence" label:"Sort" default:"payload"`
	ItemKey    node.TypedValue `prop:"msgKey,msgKeyType" types:"elem=the item itself,jsonata" label:"By" when:"targetType == 'msg'" placeholder:"age" help:"What is compared: each item, or an expression that looks into it."`
	MessageKey node.TypedValue `prop:"seqKey,seqKeyType" types:"msg,jsonata" label:"By" default:"payload" when:"targetType == 'seq'" help:"What is compared of each message."`
	Order      string          `prop:"order" label:"Order" enum:"ascending=smallest first,descending=largest first" default:"ascending"`
	AsNumber   bool            `prop:"as_num" label:"As numbers" help:"Compare the number that a text says: \"9\" before \"10\"."`

	mu     sync.Mutex
	groups groups[*sorting]
}

// sorting is what is there of a sequence.
type sorting struct {
	members
	count float64 // of all messages; NaN: not known
}

func init() {
	node.Register[Sort](node.Type{
		Name: "sort", Category: "sequence", Icon: "arrow-down-narrow-wide", Outputs: []string{"sorted"}, Mode: node.Serial,
		Help: "Sorts a list in a message, or the messages of a sequence.\n\n" +
			"Values are compared as JavaScript does: texts by character code, numbers by size. Equal ones stay in order. " +
			"An expression makes the value to compare, such as `age` for items `{\"name\": \"Al\", \"age\": 30}`.\n\n" +
			"Messages of a sequence (`msg.parts`) wait until all have come, then leave in order with a new `msg.parts.index`. " +
			"At most 1,000,000 wait; then the oldest sequence is given up, with an error for catch nodes.\n\n" +
			"What is no list, or not part of a sequence, is dropped.\n\n" +
			"Example: http-request → json → sort `msg.payload` by `price`.",
	})
}

// Upgrade writes out what Node-RED takes for granted: without a type a sort is
// one of messages.
func (*Sort) Upgrade(raw *msg.Object) {
	if t := raw.Get("targetType"); t == nil || t == "" {
		raw.Set("targetType", "seq")
	}
}

// Receive sorts the list, or holds m until its sequence is whole.
func (s *Sort) Receive(_ context.Context, m *msg.Object, out node.Out) error {
	if s.Target.Type() == "msg" {
		return s.sortList(m, out)
	}
	parts := partsOf(m)
	if !parts.Has("id") || !parts.Has("index") {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := msg.Text(parts.Get("id"))
	g := s.groups.find(id)
	if g == nil {
		g = &sorting{count: math.NaN()}
		s.groups.open(id, g)
	}
	if v, ok := parts.Lookup("count"); ok {
		g.count = msg.Number(v)
	}
	s.groups.hold(g, m, out)
	if float64(len(g.held)) != g.count {
		return nil
	}
	s.groups.remove(id, g)
	sorted, err := s.sortMessages(g.held)
	if err != nil {
		g.done(err)
		return nil
	}
	for i, h := range sorted {
		partsOf(h.m).Set("index", i)
		out.Send(h.m)
		h.late.Done(h.m, nil)
	}
	return nil
}

// sortList sorts the list in m.
func (s *Sort) sortList(m *msg.Object, out node.Out) error {
	value, err := s.Target.Value(m)
	list, ok := value.(*msg.List)
	if err != nil || !ok {
		return err
	}
	items := make([]item, list.Len())
	for i := range items {
		x := list.At(i)
		items[i] = item{value: x, key: x}
		if s.ItemKey.Type() == "jsonata" {
			var err error
			if items[i].key, err = s.ItemKey.ValueOf(x); err != nil {
				return keyError(err)
			}
		}
	}
	sortBy(s, items, func(x item) any { return x.key })
	sorted := &msg.List{Items: make([]any, len(items))}
	for i, x := range items {
		sorted.Items[i] = x.value
	}
	if err := s.Target.Set(m, sorted); err != nil {
		return err
	}
	out.Send(m)
	return nil
}

// item is an item of a list and what it is compared by.
type item struct{ value, key any }

// sortMessages returns the messages in order.
func (s *Sort) sortMessages(all []held) ([]held, error) {
	type keyed struct {
		held
		key any
	}
	ks := make([]keyed, len(all))
	for i, h := range all {
		key, err := s.MessageKey.Value(h.m)
		if err != nil {
			return nil, keyError(err)
		}
		ks[i] = keyed{h, key}
	}
	sortBy(s, ks, func(k keyed) any { return k.key })
	sorted := make([]held, len(all))
	for i, k := range ks {
		sorted[i] = k.held
	}
	return sorted, nil
}

func keyError(err error) error {
	return fmt.Errorf("Invalid JSONata expression in sort node: %v", err) // Node-RED's text, without code
}

// sortBy sorts as JavaScript does with Node-RED's comparison: what neither
// equals nor exceeds is less. Undefined comes last.
func sortBy[T any](s *Sort, all []T, key func(T) any) {
	up := 1
	if s.Order == "descending" {
		up = -1
	}
	slices.SortStableFunc(all, func(a, b T) int {
		x, y := key(a), key(b)
		switch {
		case x == msg.Undefined && y == msg.Undefined:
			return 0
		case x == msg.Undefined:
			return 1
		case y == msg.Undefined:
			return -1
		}
		if s.AsNumber {
			x, y = msg.Number(x), msg.Number(y)
		}
		if msg.StrictEqual(x, y) {
			return 0
		}
		if greater, ok := msg.Less(y, x); ok && greater {
			return up
		}
		return -up
	})
}

// Close gives up what waits.
func (s *Sort) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups.clear(errors.New("the node stopped before the sequence was whole"))
	return nil
}
