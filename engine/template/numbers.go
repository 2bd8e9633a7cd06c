package template

import (
	"math"
	"slices"
	"time"
)

// operand is the number on one side of an operator.
func operand(op, side string, v any) (float64, error) {
	f, ok := float(v)
	switch {
	case ok:
		return f, nil
	case v == nil:
		return 0, errorf("there is nothing on the %s of %s; (x ?? 0) gives a default", side, op)
	}
	return 0, errorf("%s wants numbers, and %s on its %s is none", op, kind(v), side)
}

func operands(op string, a []any) (x, y float64, err error) {
	if x, err = operand(op, "left", a[0]); err == nil {
		y, err = operand(op, "right", a[1])
	}
	return x, y, err
}

func add(r *run, a []any) (any, error) {
	if x, ok := a[0].(float64); ok {
		if y, ok := a[1].(float64); ok {
			return x + y, nil
		}
	}
	_, left := a[0].(string)
	_, right := a[1].(string)
	if left || right {
		x, err := r.text(a[0])
		if err != nil {
			return nil, err
		}
		y, err := r.text(a[1])
		if err != nil {
			return nil, err
		}
		if err := r.made(len(x) + len(y)); err != nil {
			return nil, err
		}
		return x + y, nil
	}
	if v, ok := addTimes(a[0], a[1]); ok {
		return v, nil
	}
	x, y, err := operands("+", a)
	return x + y, err
}

func subtract(_ *run, a []any) (any, error) {
	if v, ok := subtractTimes(a[0], a[1]); ok {
		return v, nil
	}
	x, y, err := operands("-", a)
	return x - y, err
}

func multiply(_ *run, a []any) (any, error) {
	for i := range a {
		d, ok := a[i].(time.Duration)
		if f, isNumber := float(a[1-i]); ok && isNumber {
			return time.Duration(float64(d) * f), nil
		}
	}
	x, y, err := operands("*", a)
	return x * y, err
}

func divide(_ *run, a []any) (any, error) {
	if d, ok := a[0].(time.Duration); ok {
		switch by := a[1].(type) {
		case time.Duration:
			return float64(d) / float64(by), nil
		case float64:
			return time.Duration(float64(d) / by), nil
		}
	}
	x, y, err := operands("/", a)
	return x / y, err
}

func modulo(_ *run, a []any) (any, error) {
	x, y, err := operands("%", a)
	return math.Mod(x, y), err
}

func power(_ *run, a []any) (any, error) {
	x, y, err := operands("**", a)
	return math.Pow(x, y), err
}

func negate(_ *run, a []any) (any, error) {
	if d, ok := a[0].(time.Duration); ok {
		return -d, nil
	}
	f, err := need("-", a[0])
	return -f, err
}

// number makes a float64 of what expr's loops count.
func number(_ *run, a []any) (any, error) {
	if n, ok := a[0].(int); ok {
		return float64(n), nil
	}
	return a[0], nil
}

func toFloat(_ *run, a []any) (any, error) {
	f, err := need("float", a[0])
	return f, err
}

func toInt(_ *run, a []any) (any, error) {
	f, err := need("int", a[0])
	return math.Trunc(f), err
}

func abs(_ *run, a []any) (any, error) {
	f, err := need("abs", a[0])
	return math.Abs(f), err
}

func ceil(_ *run, a []any) (any, error) {
	f, err := need("ceil", a[0])
	return math.Ceil(f), err
}

func floor(_ *run, a []any) (any, error) {
	f, err := need("floor", a[0])
	return math.Floor(f), err
}

// round rounds halves away from zero, as expr does.
func round(_ *run, a []any) (any, error) {
	f, err := need("round", a[0])
	return math.Round(f), err
}

// bits makes a function of whole numbers of one on their bits.
func bits(name string, f func(x, y int64) int64) func(*run, []any) (any, error) {
	return func(_ *run, a []any) (any, error) {
		x, err := whole(name, a[0])
		if err != nil {
			return nil, err
		}
		y, err := whole(name, a[1])
		return float64(f(int64(x), int64(y))), err
	}
}

// shift is how far to shift: not backwards.
func shift(n int64) uint64 { return uint64(max(n, 0)) }

func bitnot(_ *run, a []any) (any, error) {
	x, err := whole("bitnot", a[0])
	return float64(^int64(x)), err
}

// spread is the values that max, min, mean and median look at: their
// arguments, and the elements of those that are lists.
func (r *run) spread(a []any) ([]any, error) {
	var out []any
	for _, v := range a {
		if kind(v) != "a list" {
			out = append(out, v)
			continue
		}
		in, err := r.items(v)
		if err != nil {
			return nil, err
		}
		out = append(out, in...)
	}
	return out, nil
}

func maximum(r *run, a []any) (any, error) { return r.extreme(a, 1) }
func minimum(r *run, a []any) (any, error) { return r.extreme(a, -1) }

// extreme is the greatest or the least, nil of an empty list.
func (r *run) extreme(a []any, sign int) (any, error) {
	in, err := r.spread(a)
	if err != nil {
		return nil, err
	}
	var best any
	for _, v := range in {
		if v == nil {
			continue
		}
		if best == nil || sign*r.order(v, best) > 0 {
			best = v
		}
	}
	return best, nil
}

// numbers is spread for functions that calculate.
func (r *run) numbers(function string, a []any) ([]float64, error) {
	in, err := r.spread(a)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(in))
	for i, v := range in {
		if out[i], err = need(function, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func mean(r *run, a []any) (any, error) {
	in, err := r.numbers("mean", a)
	if err != nil || len(in) == 0 {
		return 0.0, err
	}
	total := 0.0
	for _, f := range in {
		total += f
	}
	return total / float64(len(in)), nil
}

func median(r *run, a []any) (any, error) {
	in, err := r.numbers("median", a)
	if err != nil || len(in) == 0 {
		return 0.0, err
	}
	slices.Sort(in)
	if n := len(in); n%2 == 0 {
		return (in[n/2-1] + in[n/2]) / 2, nil
	}
	return in[len(in)/2], nil
}

// sum adds the elements up as + does, from 0. Nothing counts nothing.
func sum(r *run, a []any) (any, error) {
	in, err := r.items(a[0])
	if err != nil {
		return nil, err
	}
	if len(in) == 0 {
		return 0.0, nil
	}
	var total any
	for _, v := range in {
		switch f, ok := float(v); {
		case v == nil:
			continue
		case ok: // a form's numbers are texts
			v = f
		}
		if total == nil {
			total = v
			continue
		}
		if total, err = add(r, []any{total, v}); err != nil {
			return nil, err
		}
	}
	return total, nil
}
