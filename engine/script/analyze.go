package script

import (
	"errors"
	"math/big"
	"reflect"
	"strings"
	"sync"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// traits is what a program's text tells about how it must be run.
type traits struct {
	// context, flow and global: the program names that scope.
	context, flow, global bool
	// lasting: something of a call outlives it: a timer, a promise, a global
	// variable. Such a program has a runtime of its own.
	lasting bool
	// awaits: the body must be an async function.
	awaits bool
	// done: the program says itself when it is done with a message.
	done bool
	// bigints: it may make bigints.
	bigints bool
	// evals: it calls eval, and names it for nothing else.
	evals bool
	// plain: it names what could tell a record from a plain object.
	plain bool
}

// lastingNames are names that let something outlive a call.
var lastingNames = nameSet("setTimeout", "setInterval", "setImmediate", "queueMicrotask", "Promise", "promisify",
	"callbackify", "linkcall", "globalThis", "prototype", "__proto__", "setPrototypeOf", "defineProperty",
	"defineProperties", "Reflect", "eval", "Function", "constructor", "WeakRef")

// bigNames are names by which bigints are made; so they are by literals.
var bigNames = nameSet("BigInt", "BigInt64Array", "BigUint64Array", "eval", "Function", "globalThis", "constructor")

func nameSet(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// analysis walks through a program's syntax tree.
type analysis struct {
	traits
	declared map[string]bool
	wrong    error    // of a regular expression
	named    int      // how often eval is named
	called   int      // and how often called
	written  []string // variables assigned to, and the first name of a.b.c = …
}

// traitsOf looks at the body of a program; params are the names it is given.
// Regular expressions in it are rewritten for the engine.
func traitsOf(program *ast.Program, params ...string) (traits, error) {
	a := analysis{declared: nameSet(params...)}
	a.walk(reflect.ValueOf(program.Body))
	for _, name := range a.written {
		if !a.declared[name] {
			a.lasting = true
		}
	}
	a.evals = a.called > 0 && a.called == a.named
	if a.awaits || a.done {
		a.lasting = true
	}
	return a.traits, a.wrong
}

// walk goes through whatever holds nodes: the tree is made of pointers,
// interfaces, slices and structs.
func (a *analysis) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return
		}
		if v.Kind() == reflect.Pointer {
			a.see(v.Interface())
		}
		a.walk(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			a.walk(v.Index(i))
		}
	case reflect.Struct:
		if id, ok := v.Addr().Interface().(*ast.Identifier); ok {
			a.name(string(id.Name))
			return
		}
		for _, i := range nodeFields(v.Type()) {
			a.walk(v.Field(i))
		}
	}
}

// fieldsOf remembers which fields of a node may hold further nodes.
var fieldsOf sync.Map // reflect.Type → []int

func nodeFields(t reflect.Type) []int {
	if known, ok := fieldsOf.Load(t); ok {
		return known.([]int)
	}
	var fields []int
	for i := range t.NumField() {
		f := t.Field(i)
		switch f.Type.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Slice, reflect.Struct:
			if f.Name != "DeclarationList" && f.Name != "File" { // what is there stands in the body, too
				fields = append(fields, i)
			}
		}
	}
	fieldsOf.Store(t, fields)
	return fields
}

func (a *analysis) name(name string) {
	switch name {
	case "context":
		a.context = true
	case "flow":
		a.flow = true
	case "global":
		a.global = true
	}
	if name == "eval" {
		a.named++
	}
	a.lasting = a.lasting || lastingNames[name]
	a.bigints = a.bigints || bigNames[name] || strings.HasPrefix(name, "readBig")
	a.plain = a.plain || plainNames[name]
}

// see notes what a node says beyond the names in it.
func (a *analysis) see(n any) {
	switch n := n.(type) {
	case *ast.AwaitExpression:
		a.awaits = true
	case *ast.StringLiteral:
		if s := n.Value.String(); s == "__proto__" || s == "prototype" || s == "constructor" {
			a.lasting = true
		}
	case *ast.NumberLiteral:
		if _, ok := n.Value.(*big.Int); ok {
			a.bigints = true
		}
	case *ast.RegExpLiteral:
		if len(n.Pattern) > maxPattern {
			a.wrong = errors.New("Invalid regular expression: too large") //nolint:staticcheck // V8's text
			return
		}
		if strings.Contains(n.Flags, "u") {
			pattern, err := withClasses(n.Pattern)
			if err != nil {
				a.wrong = err
				return
			}
			n.Pattern = pattern
		}
	case *ast.FunctionLiteral:
		a.lasting = a.lasting || n.Async
		if n.Name != nil {
			a.declare(n.Name)
		}
		a.parameters(n.ParameterList)
	case *ast.ArrowFunctionLiteral:
		a.lasting = a.lasting || n.Async
		a.parameters(n.ParameterList)
	case *ast.ClassLiteral:
		if n.Name != nil {
			a.declare(n.Name)
		}
	case *ast.Binding:
		a.declare(n.Target)
	case *ast.ForDeclaration:
		a.declare(n.Target)
	case *ast.CatchStatement:
		if n.Parameter != nil {
			a.declare(n.Parameter)
		}
	case *ast.AssignExpression:
		a.write(n.Left)
	case *ast.ForIntoExpression:
		a.write(n.Expression)
	case *ast.UnaryExpression:
		if n.Operator == token.INCREMENT || n.Operator == token.DECREMENT || n.Operator == token.DELETE {
			a.write(n.Operand)
		}
	case *ast.CallExpression:
		if isEval(n) {
			a.called++
		}
		if dot, ok := n.Callee.(*ast.DotExpression); ok {
			if left, ok := dot.Left.(*ast.Identifier); ok && left.Name == "node" {
				// with an argument it does not count, as in Node-RED: then both happen
				a.done = a.done || dot.Identifier.Name == "done" && len(n.ArgumentList) == 0
				a.lasting = a.lasting || dot.Identifier.Name == "on"
			}
		}
	}
}

// isEval tells a call of eval by its name.
func isEval(c *ast.CallExpression) bool {
	name, ok := c.Callee.(*ast.Identifier)
	if !ok || name.Name != "eval" || len(c.ArgumentList) == 0 {
		return false
	}
	_, spread := c.ArgumentList[0].(*ast.SpreadElement)
	return !spread
}

func (a *analysis) parameters(list *ast.ParameterList) {
	if list == nil {
		return
	}
	for _, b := range list.List {
		a.declare(b.Target)
	}
	if list.Rest != nil {
		a.declare(list.Rest)
	}
}

// declare notes the variables that a declaration makes.
func (a *analysis) declare(target ast.Expression) {
	each(target, func(name string) { a.declared[name] = true })
}

// write notes what an assignment changes.
func (a *analysis) write(target ast.Expression) {
	each(target, func(name string) { a.written = append(a.written, name) })
}

// each calls f for every variable in the target of a declaration or an
// assignment; of a.b.c that is a.
func each(target ast.Expression, f func(name string)) {
	switch t := target.(type) {
	case *ast.Identifier:
		f(string(t.Name))
	case *ast.ThisExpression:
		f("this")
	case *ast.DotExpression:
		each(t.Left, f)
	case *ast.BracketExpression:
		each(t.Left, f)
	case *ast.AssignExpression: // a default
		each(t.Left, f)
	case *ast.Binding:
		each(t.Target, f)
	case *ast.SpreadElement:
		each(t.Expression, f)
	case *ast.ArrayPattern:
		for _, e := range t.Elements {
			each(e, f)
		}
		each(t.Rest, f)
	case *ast.ObjectPattern:
		for _, p := range t.Properties {
			switch p := p.(type) {
			case *ast.PropertyShort:
				f(string(p.Name.Name))
			case *ast.PropertyKeyed:
				each(p.Value, f)
			}
		}
		each(t.Rest, f)
	}
}
