package sequence

import (
	"cmp"
	"slices"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// collect gathers the messages of a sequence and reduces them when all are
// there. A message without msg.parts passes.
func (j *Join) collect(m *msg.Object, out node.Out) error {
	parts := partsOf(m)
	if parts == nil {
		out.Send(m)
		return nil
	}
	id := msg.Text(orUndefined(parts, "id"))
	g := j.groups.find(id)
	if g == nil {
		g = new(joining)
		j.groups.open(id, g)
	}
	if g.count == 0 {
		g.count = max(msg.Number(parts.Get("count")), 0)
	}
	if float64(len(g.held)+1) != g.count {
		j.groups.hold(g, m, out)
		return nil
	}
	waiting := g.held
	j.groups.remove(id, g)
	last, err := j.reduce(append(slices.Clone(waiting), held{m: m}))
	if err == nil {
		out.Send(last)
	}
	for _, h := range waiting {
		h.late.Done(h.m, nil)
	}
	return err
}

func orUndefined(o *msg.Object, key string) any {
	if v, ok := o.Lookup(key); ok {
		return v
	}
	return msg.Undefined
}

// reduce goes through the messages in the order of their index and returns
// the last one with the result as its payload.
func (j *Join) reduce(all []held) (*msg.Object, error) {
	index := func(h held) float64 { return msg.Number(partsOf(h.m).Get("index")) }
	slices.SortStableFunc(all, func(a, b held) int {
		if j.Right {
			a, b = b, a
		}
		return cmp.Compare(index(a), index(b))
	})
	result, err := j.Initial.Value(msg.NewObject(0))
	if err != nil {
		return nil, err
	}
	vars := map[string]any{"N": float64(len(all))}
	for _, h := range all {
		vars["I"], vars["A"] = orUndefined(partsOf(h.m), "index"), result
		if result, err = j.Reduce.ValueWith(h.m, vars); err != nil {
			return nil, err
		}
	}
	if j.Fixup.IsSet() {
		if result, err = j.Fixup.ValueWith(msg.NewObject(0), map[string]any{"N": vars["N"], "A": result}); err != nil {
			return nil, err
		}
	}
	m := all[len(all)-1].m
	if result == msg.Undefined {
		m.Delete("payload")
	} else {
		m.Set("payload", result)
	}
	return m, nil
}
