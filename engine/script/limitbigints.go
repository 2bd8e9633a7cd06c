package script

import (
	"math/big"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// maxBits is how long a bigint may be made; V8's is 2³⁰, which takes minutes
// to multiply.
const maxBits = 1 << 22

const wrongBits = "Maximum BigInt size exceeded"

func bitsOf(value goja.Value) int {
	if n, ok := value.Export().(*big.Int); ok {
		return n.BitLen()
	}
	return 0
}

// limitBigInts bounds what makes them.
func (v *vm) limitBigInts() {
	v.preparedGlobal("BigInt", func(c goja.FunctionCall) goja.Value {
		if lengthOf(c.Argument(0)) > maxBits/4 {
			panic(v.rangeError(wrongBits))
		}
		return goja.Undefined()
	})
	class := v.js.Get("BigInt").(*goja.Object)
	for _, method := range []string{"asIntN", "asUintN"} {
		f, _ := goja.AssertFunction(class.Get(method))
		must(class.Set(method, v.native(method, func(c goja.FunctionCall) goja.Value {
			if c.Argument(0).ToFloat() > maxBits {
				panic(v.rangeError(wrongBits))
			}
			made, err := f(c.This, c.Arguments...)
			if err != nil {
				panic(err)
			}
			return made
		})))
	}
}

// checkBits panics if a bigint would become too long: (operator, a, b), of
// which one is a bigint.
func (v *vm) checkBits(c goja.FunctionCall) goja.Value {
	a, b := bitsOf(c.Argument(1)), bitsOf(c.Argument(2))
	if a == 0 || b == 0 {
		return goja.Undefined() // nothing, or no two bigints
	}
	bits := float64(a + b)
	by := 0.0
	if n, ok := c.Argument(2).Export().(*big.Int); ok {
		by, _ = new(big.Float).SetInt(n).Float64()
	}
	switch c.Argument(0).String() {
	case "<<":
		bits = float64(a) + by
	case "**":
		if bits = float64(a) * by; a == 1 {
			bits = 1
		}
	}
	if bits > maxBits {
		panic(v.rangeError(wrongBits))
	}
	return goja.Undefined()
}

// growing are the operators that make long bigints quickly.
var growing = map[token.Token]string{token.EXPONENT: "power", token.SHIFT_LEFT: "shift", token.MULTIPLY: "times"}

// boundBits makes such operations calls of bitBound's members.
func boundBits(all bool) rewriter {
	return func(e ast.Expression) ast.Expression {
		call := func(name string, left, right ast.Expression) ast.Expression {
			return &ast.CallExpression{
				Callee: &ast.DotExpression{
					Left:       &ast.Identifier{Name: bitBound, Idx: left.Idx0()},
					Identifier: ast.Identifier{Name: unistring.String(name), Idx: left.Idx0()},
				},
				LeftParenthesis: left.Idx0(), ArgumentList: []ast.Expression{left, right}, RightParenthesis: left.Idx0(),
			}
		}
		switch e := e.(type) {
		case *ast.BinaryExpression:
			name, ok := growing[e.Operator]
			if !ok || !all && e.Operator != token.EXPONENT || plainNumber(e.Left) || plainNumber(e.Right) {
				return nil
			}
			return call(name, e.Left, e.Right)
		case *ast.AssignExpression:
			name, ok := growing[e.Operator]
			if !ok || !all && e.Operator != token.EXPONENT || plainNumber(e.Right) || pathOf(e.Left) == "" {
				return nil
			}
			return &ast.AssignExpression{Operator: token.ASSIGN, Left: e.Left, Right: call(name, e.Left, e.Right)}
		}
		return nil
	}
}

// bitBound is the name of the object with the bounded operators, which no
// code can say.
const bitBound = "bounded operators"

// plainNumber is a number's literal: with one there is no bigint.
func plainNumber(e ast.Expression) bool {
	n, ok := e.(*ast.NumberLiteral)
	if !ok {
		return false
	}
	_, isBig := n.Value.(*big.Int)
	return !isBig
}
