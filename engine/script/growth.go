package script

import (
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// A text that is put together of itself doubles each time: thirty rounds make
// a gigabyte of a letter, at one stroke that nothing can interrupt. So what
// adds one thing twice, or a variable to itself, has its result looked at.
// What grows by less takes long enough for the watchdog. So has what is spread
// into an object: a Buffer has a member for each byte.

// boundText is the name of the function that looks, which no code can say.
const boundText = "bound text"

// bounded is that function.
func (v *vm) bounded(c goja.FunctionCall) goja.Value {
	value := c.Argument(0)
	if s, ok := value.(goja.String); ok && s.Length() > maxText {
		panic(v.rangeError(wrongLength))
	}
	if o, ok := value.(*goja.Object); ok { // of {...value}
		if wrong := manyKeys(o); wrong != "" {
			panic(v.rangeError(wrong))
		}
	}
	return value
}

// boundGrowth puts boundText around such expressions.
func boundGrowth(e ast.Expression) ast.Expression {
	switch e := e.(type) {
	case *ast.AssignExpression:
		if name := pathOf(e.Left); e.Operator == token.PLUS && name != "" && count(e.Right, name) > 0 {
			sum := &ast.BinaryExpression{Operator: token.PLUS, Left: e.Left, Right: e.Right}
			return &ast.AssignExpression{Operator: token.ASSIGN, Left: e.Left, Right: bound(sum)}
		}
	case *ast.ObjectLiteral:
		for i, p := range e.Value {
			if spread, ok := p.(*ast.SpreadElement); ok {
				e.Value[i] = &ast.SpreadElement{Expression: bound(spread.Expression)}
			}
		}
	case *ast.BinaryExpression, *ast.TemplateLiteral:
		for name := range operands(e, map[string]int{}) {
			if count(e, name) > 1 {
				return bound(e)
			}
		}
	}
	return nil
}

func bound(e ast.Expression) ast.Expression {
	return &ast.CallExpression{
		Callee:          &ast.Identifier{Name: boundText, Idx: e.Idx0()},
		LeftParenthesis: e.Idx0(), ArgumentList: []ast.Expression{e}, RightParenthesis: e.Idx0(),
	}
}

func count(e ast.Expression, name string) int { return operands(e, map[string]int{})[name] }

// operands counts the variables, and members of variables, that are added up.
func operands(e ast.Expression, seen map[string]int) map[string]int {
	switch e := e.(type) {
	case *ast.BinaryExpression:
		if e.Operator == token.PLUS {
			operands(e.Left, seen)
			operands(e.Right, seen)
		}
	case *ast.TemplateLiteral:
		if e.Tag == nil {
			for _, part := range e.Expressions {
				operands(part, seen)
			}
		}
	default:
		if name := pathOf(e); name != "" {
			seen[name]++
		}
	}
	return seen
}

// pathOf is "a.b.c" of that expression; "": it is something else.
func pathOf(e ast.Expression) string {
	var parts []string
	for {
		switch at := e.(type) {
		case *ast.Identifier:
			parts = append(parts, string(at.Name))
			return strings.Join(parts, ".")
		case *ast.DotExpression:
			parts = append(parts, string(at.Identifier.Name))
			e = at.Left
		default:
			return ""
		}
	}
}

// checkedCode is the name of the function that looks at what eval is given,
// which no code can say.
const checkedCode = "checked code"

// checkEval has it look.
func checkEval(e ast.Expression) ast.Expression {
	if call, ok := e.(*ast.CallExpression); ok && isEval(call) {
		at := call.ArgumentList[0]
		call.ArgumentList[0] = &ast.CallExpression{
			Callee:          &ast.Identifier{Name: checkedCode, Idx: at.Idx0()},
			LeftParenthesis: at.Idx0(), ArgumentList: []ast.Expression{at}, RightParenthesis: at.Idx0(),
		}
	}
	return nil
}
