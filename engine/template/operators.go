package template

import (
	"regexp"

	"github.com/expr-lang/expr/ast"
)

// operators are the functions that stand for expr's operators.
var operators = map[string]string{
	"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "modulo", "**": "power", "^": "power",
	"==": "equal", "<": "less", "<=": "lessOrEqual", ">": "greater", ">=": "greaterOrEqual",
	"in": "in", "matches": "matches", "contains": "contains", "startsWith": "hasPrefix", "endsWith": "hasSuffix",
	"..": "range",
}

func (l *lowerer) unary(n *ast.UnaryNode) ast.Node {
	switch n.Operator {
	case "-":
		x := l.lower(n.Node)
		if f, ok := x.(*ast.FloatNode); ok {
			return at(&ast.FloatNode{Value: -f.Value}, n)
		}
		return l.call(n, "negate", x)
	case "+":
		return l.call(n, "float", l.lower(n.Node))
	}
	return l.not(n, l.cond(n.Node))
}

func (l *lowerer) not(from, cond ast.Node) ast.Node {
	not := at(&ast.UnaryNode{Operator: "not", Node: cond}, from)
	not.SetType(asBool)
	l.bools[not] = true
	return not
}

func (l *lowerer) binary(n *ast.BinaryNode) ast.Node {
	switch op := n.Operator; op {
	case "and", "&&", "or", "||":
		return l.logic(n, op == "and" || op == "&&")
	case "??":
		left, right := l.lower(n.Left), l.lower(n.Right)
		left.SetType(opaque)
		right.SetType(opaque)
		return at(&ast.BinaryNode{Operator: "??", Left: left, Right: right}, n)
	case "!=":
		return l.not(n, l.call(n, "equal", l.lower(n.Left), l.lower(n.Right)))
	case "matches":
		left, right := l.lower(n.Left), l.lower(n.Right)
		if pattern := textNode(right); pattern != nil {
			re, err := regexp.Compile(*pattern)
			if err != nil {
				return l.fail(n, "%s", err)
			}
			right = &ast.ConstantNode{Value: re}
		}
		return l.call(n, "matches", left, right)
	default:
		return l.call(n, operators[op], l.lower(n.Left), l.lower(n.Right))
	}
}

// logic is && and ||, which evaluate the right side only if they must, and
// are the side that decided, as in JavaScript.
func (l *lowerer) logic(n *ast.BinaryNode, and bool) ast.Node {
	left := l.lower(n.Left)
	if !l.bools[left] {
		if !and {
			return l.either(n, left, func() ast.Node { return l.lower(n.Right) })
		}
		return l.temp(left, func(use func() ast.Node) ast.Node {
			return at(&ast.ConditionalNode{Cond: l.truth(use()), Exp1: l.lower(n.Right), Exp2: use()}, n)
		})
	}
	right := l.lower(n.Right)
	c := at(&ast.ConditionalNode{Cond: l.truth(left), Exp1: right, Exp2: &ast.BoolNode{}}, n)
	if !and {
		c.Exp1, c.Exp2 = &ast.BoolNode{Value: true}, right
	}
	if l.bools[right] {
		l.bools[c] = true
	}
	return c
}
