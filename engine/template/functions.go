package template

import (
	"fmt"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"

	"github.com/flowrill/flowrill/engine/msg"
)

// entry is a function of the dialect. a has between min and max arguments; it
// must not be kept.
type entry struct {
	min, max int
	call     func(r *run, a []any) (any, error)
}

const many = 1 << 10 // arguments, as many as one likes

// table has the functions that an expression can name. The loops (map, filter
// and so on) are in loops.go.
var table = map[string]entry{
	"string": {1, 1, asText(func(_ *run, s string) (any, error) { return s, nil })},
	"upper":  {1, 1, asText(upper)}, "lower": {1, 1, asText(lower)},
	"trim": {1, 2, trim}, "trimPrefix": {1, 2, trimPrefix}, "trimSuffix": {1, 2, trimSuffix},
	"split": {2, 3, split}, "splitAfter": {2, 3, splitAfter}, "join": {1, 2, join},
	"replace": {3, 4, replace}, "repeat": {2, 2, repeat},
	"indexOf": {2, 2, indexOf}, "lastIndexOf": {2, 2, lastIndexOf},
	"hasPrefix": {2, 2, hasPrefix}, "hasSuffix": {2, 2, hasSuffix},
	"toJSON": {1, 1, toJSON}, "fromJSON": {1, 1, asText(fromJSON)},
	"toBase64": {1, 1, toBase64}, "fromBase64": {1, 1, asText(fromBase64)},

	"int": {1, 1, toInt}, "float": {1, 1, toFloat}, "type": {1, 1, typeOf},
	"abs": {1, 1, abs}, "ceil": {1, 1, ceil}, "floor": {1, 1, floor}, "round": {1, 1, round},
	"max": {1, many, maximum}, "min": {1, many, minimum}, "mean": {1, many, mean}, "median": {1, many, median},
	"bitand": {2, 2, bits("bitand", func(x, y int64) int64 { return x & y })},
	"bitor":  {2, 2, bits("bitor", func(x, y int64) int64 { return x | y })},
	"bitxor": {2, 2, bits("bitxor", func(x, y int64) int64 { return x ^ y })}, "bitnand": {2, 2, bits("bitnand", func(x, y int64) int64 { return x &^ y })},
	"bitshl": {2, 2, bits("bitshl", func(x, y int64) int64 { return x << shift(y) })}, "bitshr": {2, 2, bits("bitshr", func(x, y int64) int64 { return x >> shift(y) })},
	"bitushr": {2, 2, bits("bitushr", func(x, y int64) int64 { return int64(uint64(x) >> shift(y)) })},
	"bitnot":  {1, 1, bitnot},

	"len": {1, 1, length}, "get": {2, 2, get}, "first": {1, 1, first}, "last": {1, 1, last}, "take": {2, 2, take},
	"keys": {1, 1, keys}, "values": {1, 1, values}, "toPairs": {1, 1, toPairs}, "fromPairs": {1, 1, fromPairs},
	"reverse": {1, 1, reverse}, "uniq": {1, 1, uniq}, "concat": {1, many, concat}, "flatten": {1, 1, flatten}, "sort": {1, 2, sorted},

	"now": {0, 0, now}, "date": {1, 3, date}, "duration": {1, 1, asText(duration)}, "timezone": {1, 1, asText(timezone)},
}

// inside has what stands for operators and other syntax.
var inside = map[string]entry{
	"path": {1, 1, func(r *run, a []any) (any, error) { return a[0].(*path).get(r.scope), nil }},
	"get":  {2, 2, get}, "slice": {3, 3, slice}, "bytes": {1, 1, literalBytes},
	"list": {0, many, list}, "object": {0, many, object}, "items": {1, 1, items},
	"truthy": {1, 1, func(_ *run, a []any) (any, error) { return msg.Truthy(a[0]), nil }},
	"number": {1, 1, number}, "negate": {1, 1, negate},
	"add": {2, 2, add}, "subtract": {2, 2, subtract}, "multiply": {2, 2, multiply}, "divide": {2, 2, divide}, "modulo": {2, 2, modulo}, "power": {2, 2, power},
	"equal": {2, 2, equals}, "less": {2, 2, less}, "lessOrEqual": {2, 2, lessOrEqual}, "greater": {2, 2, greater}, "greaterOrEqual": {2, 2, greaterOrEqual},
	"in": {2, 2, in}, "contains": {2, 2, contains}, "matches": {2, 2, matches}, "range": {2, 2, span},
	"sum": {1, 1, sum}, "sortBy": {3, 3, sortBy}, "groupBy": {2, 2, groupBy}, "findLast": {2, 2, findLast}, "findLastIndex": {2, 2, findLastIndex}, "method": {2, many, callMethod},
}

// boolean names the functions that return true or false and nothing else.
var boolean = map[string]bool{
	"truthy": true, "equal": true, "less": true, "lessOrEqual": true, "greater": true, "greaterOrEqual": true,
	"in": true, "contains": true, "matches": true, "hasPrefix": true, "hasSuffix": true,
}

// functions is both tables as expr's compiler wants them.
var functions = register()

// function is the name under which the compiler finds one of ours; the $ keeps
// it apart from expr's own.
func function(name string) string { return "$" + name }

func register() conf.FunctionsTable {
	t := conf.FunctionsTable{}
	for _, from := range []map[string]entry{table, inside} {
		for name, e := range from {
			call := e.call
			t[function(name)] = &builtin.Function{Name: function(name), Func: func(args ...any) (any, error) {
				r := args[0].(*run)
				if err := r.spend(1); err != nil {
					return nil, err
				}
				return call(r, args[1:])
			}}
		}
	}
	return t
}

// builtin is a call of a function that expr knows.
func (l *lowerer) builtin(n *ast.BuiltinNode) ast.Node {
	if isLoop[n.Name] {
		return l.loop(n)
	}
	return l.named(n, n.Name, n.Arguments)
}

func (l *lowerer) named(n ast.Node, name string, args []ast.Node) ast.Node {
	e, ok := table[name]
	if !ok {
		return l.fail(n, "unknown function %s%s", name, hint(name))
	}
	if len(args) < e.min || len(args) > e.max {
		return l.fail(n, "%s takes %s, not %d", name, arity(e.min, e.max), len(args))
	}
	return l.call(n, name, l.all(args)...)
}

func arity(least, most int) string {
	s := "s"
	if most == 1 {
		s = ""
	}
	switch {
	case most == 0:
		return "no arguments"
	case most >= many:
		return fmt.Sprintf("at least %d arguments", least)
	case least == most:
		return fmt.Sprintf("%d argument%s", least, s)
	default:
		return fmt.Sprintf("%d to %d arguments", least, most)
	}
}

// method is any other call. Dates and durations have methods, nothing else has.
func (l *lowerer) method(n *ast.CallNode) ast.Node {
	switch callee := inner(n.Callee).(type) {
	case *ast.IdentifierNode:
		return l.named(n, callee.Value, n.Arguments)
	case *ast.MemberNode:
		name, ok := callee.Property.(*ast.StringNode)
		if !ok {
			break
		}
		m, ok := methods[name.Value]
		if !ok {
			return l.fail(callee, "there is no method %s%s", name.Value, hint(name.Value))
		}
		if len(n.Arguments) < m.min || len(n.Arguments) > m.max {
			return l.fail(n, "%s takes %s, not %d", name.Value, arity(m.min, m.max), len(n.Arguments))
		}
		args := []ast.Node{l.lower(callee.Node), at(&ast.StringNode{Value: name.Value}, name)}
		return l.call(n, "method", append(args, l.all(n.Arguments)...)...)
	}
	return l.fail(n, "this cannot be called")
}

// hint helps who writes JavaScript.
func hint(name string) string {
	ours, ok := map[string]string{
		"toUpperCase": "upper(x)", "toLowerCase": "lower(x)", "toString": "string(x)", "String": "string(x)",
		"Number": "float(x)", "parseFloat": "float(x)", "parseInt": "int(x)", "includes": "x contains y",
		"startsWith": "x startsWith y", "endsWith": "x endsWith y", "slice": "x[from:to]", "substring": "x[from:to]", "substr": "x[from:to]",
		"replaceAll": "replace(x, y, z)", "test": "x matches y", "match": "x matches y", "push": "concat(x, [y])", "size": "len(x)", "some": "any(x, # > 1)", "every": "all(x, # > 1)",
	}[name]
	if !ok && (isLoop[name] || table[name].call != nil) {
		switch e := table[name]; {
		case isLoop[name] || e.min > 1:
			ours = name + "(x, …)"
		case e.max == 0:
			ours = name + "()"
		default:
			ours = name + "(x)"
		}
		ok = true
	}
	if !ok {
		return ""
	}
	return ": write " + ours
}
