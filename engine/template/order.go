package template

import (
	"math"
	"slices"

	"github.com/flowrill/flowrill/engine/msg"
)

// direction is 1 for asc, -1 for desc.
func direction(v any) (int, error) {
	switch v {
	case "asc":
		return 1, nil
	case "desc":
		return -1, nil
	}
	return 0, errorf(`the order is "asc" or "desc", not %s`, kind(v))
}

func sorted(r *run, a []any) (any, error) {
	in, err := r.items(a[0])
	if err != nil {
		return nil, err
	}
	return sortBy(r, []any{in, in, append(slices.Clone(a), "asc")[1]})
}

// sortBy sorts the elements of a[0] by the values of a[1]. Equals stay in
// their order, and nothing comes last whatever the direction.
func sortBy(r *run, a []any) (any, error) {
	sign, err := direction(a[2])
	if err != nil {
		return nil, err
	}
	in, by := a[0].([]any), a[1].([]any)
	if err := r.spend(len(in) * int(math.Log2(float64(len(in)+1)))); err != nil {
		return nil, err
	}
	places := make([]int, len(in))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(i, j int) int {
		if by[i] == nil || by[j] == nil {
			return r.order(by[i], by[j])
		}
		return sign * r.order(by[i], by[j])
	})
	out := make([]any, len(in))
	for i, place := range places {
		out[i] = in[place]
	}
	return out, r.spend(0)
}

// groupBy is an object that has, under the text of each value of a[1], the
// elements of a[0] with that value.
func groupBy(r *run, a []any) (any, error) {
	in, by := a[0].([]any), a[1].([]any)
	o := msg.NewObject(0)
	for i, v := range in {
		key, err := r.text(by[i])
		if err != nil {
			return nil, err
		}
		if v, err = r.value(v); err != nil {
			return nil, err
		}
		group, ok := o.Get(key).(*msg.List)
		if !ok {
			group = &msg.List{}
			o.Set(key, group)
		}
		group.Append(v)
	}
	return o, nil
}

// findLast and findLastIndex look for the last element of a[0] for which a[1]
// has true.
func findLast(_ *run, a []any) (any, error) {
	if i := lastTrue(a[1].([]any)); i >= 0 {
		return a[0].([]any)[i], nil
	}
	return nil, nil
}

func findLastIndex(_ *run, a []any) (any, error) {
	if i := lastTrue(a[1].([]any)); i >= 0 {
		return float64(i), nil
	}
	return nil, nil
}

func lastTrue(met []any) int {
	for i := len(met) - 1; i >= 0; i-- {
		if met[i] == true {
			return i
		}
	}
	return -1
}
