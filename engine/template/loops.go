package template

import (
	"strings"

	"github.com/expr-lang/expr/ast"
)

// isLoop names the functions that run an expression for each element: of a
// list, or of an object's values in their order. Nothing has no elements.
var isLoop = map[string]bool{
	"all": true, "none": true, "any": true, "one": true, "filter": true, "map": true, "reduce": true, "count": true, "sum": true,
	"find": true, "findIndex": true, "findLast": true, "findLastIndex": true, "groupBy": true, "sortBy": true,
}

func (l *lowerer) loop(n *ast.BuiltinNode) ast.Node {
	over := n.Arguments[0]
	var body ast.Node
	if len(n.Arguments) > 1 {
		body = n.Arguments[1].(*ast.PredicateNode).Node
	}
	switch n.Name {
	case "sum":
		if body == nil {
			return l.call(n, "sum", l.lower(over))
		}
		return l.call(n, "sum", l.each(n, "map", l.items(over), body))
	case "groupBy", "sortBy", "findLast", "findLastIndex": // expr's loops backwards leave their stack in disorder
		return l.temp(l.items(over), func(use func() ast.Node) ast.Node {
			if strings.HasPrefix(n.Name, "find") {
				body = &ast.UnaryNode{Operator: "not", Node: &ast.UnaryNode{Operator: "not", Node: body}}
			}
			args := []ast.Node{use(), l.each(n, "map", typed(use()), body)}
			if n.Name == "sortBy" {
				order := ast.Node(&ast.StringNode{Value: "asc"})
				if len(n.Arguments) > 2 {
					order = l.lower(n.Arguments[2])
				}
				args = append(args, order)
			}
			return l.call(n, n.Name, args...)
		})
	case "count":
		if body == nil {
			body = &ast.PointerNode{}
		}
		return l.call(n, "number", l.each(n, n.Name, l.items(over), body))
	case "findIndex":
		return l.call(n, "number", l.each(n, n.Name, l.items(over), body))
	case "reduce":
		loop := l.each(n, n.Name, l.items(over), body)
		if b, ok := loop.(*ast.BuiltinNode); ok && len(n.Arguments) > 2 {
			start := l.lower(n.Arguments[2])
			start.SetType(opaque)
			b.Arguments = append(b.Arguments, start)
		}
		return loop
	}
	return l.each(n, n.Name, l.items(over), body)
}

// items is the elements of what a loop goes through.
func (l *lowerer) items(over ast.Node) ast.Node {
	return typed(l.call(over, "items", l.lower(over)))
}

func typed(n ast.Node) ast.Node {
	n.SetType(asList)
	return n
}

// each is one of expr's own loops.
func (l *lowerer) each(from *ast.BuiltinNode, name string, over, body ast.Node) ast.Node {
	l.loops = append(l.loops, name)
	defer func() { l.loops = l.loops[:len(l.loops)-1] }()
	if name == "map" || name == "reduce" {
		body = l.lower(body)
	} else {
		body = l.cond(body)
	}
	loop := at(&ast.BuiltinNode{Name: name, Arguments: []ast.Node{over, &ast.PredicateNode{Node: body}}}, from)
	loop.SetType(opaque)
	switch name {
	case "all", "none", "any", "one":
		l.bools[loop] = true
	}
	return loop
}
