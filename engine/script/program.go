package script

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"
	"github.com/dop251/goja/unistring"
)

// Source is the code of a function node: what runs when it starts, for each
// message, and when it stops.
type Source struct {
	Initialize, Body, Finalize string
}

// Program is a Source that has been compiled. It is safe for concurrent use.
type Program struct {
	traits
	initialize, body, finalize part
}

// part is one of a Source's pieces of code; without one its program is nil.
type part struct {
	program *goja.Program
	shapes  []shape // of its object literals
}

// SyntaxError is code that cannot be compiled.
type SyntaxError struct {
	Line, Column int // from 1, in the code as it was given
	Message      string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("SyntaxError: %s (line %d, col %d)", e.Message, e.Line, e.Column)
}

// CompileError says which part of a Source is wrong.
type CompileError struct {
	Property string // as flows spell it: "initialize", "func" or "finalize"
	Err      error
}

func (e *CompileError) Error() string { return e.Property + ": " + e.Err.Error() }

// Unwrap returns the *SyntaxError.
func (e *CompileError) Unwrap() error { return e.Err }

// codeParams are the names that code is given, besides msg and globals. The
// last five get names that code cannot say (hiddenParams).
const codeParams = "node, context, flow, global, env, RED, record, bound, bits, checked, direct"

// hiddenParams are what the last of codeParams are called: they make records,
// and bound texts, bigints and what eval is given. The very last is the
// engine's eval: code that calls eval sees it by that name, for only so it
// knows the code's variables.
var hiddenParams = []string{makeRecord, boundText, bitBound, checkedCode, "eval"}

// maxCode is how long a piece of code may be, in bytes: how deep it is nested
// is how deep the compiler calls itself.
const maxCode = 1 << 20

// wrapped is code as a function that makes the function to be called; the
// code begins on line 2.
func wrapped(code string) string {
	return "(function(" + codeParams + "){return (async function(msg){\n" + code + "\n})})"
}

// Compile compiles a Source. The errors are *CompileError, all of them joined.
func Compile(s Source) (*Program, error) {
	p := new(Program)
	var errs []error
	var trees []*tree
	for _, one := range []struct {
		property, code string
		to             *part
	}{
		{"initialize", s.Initialize, &p.initialize}, {"func", s.Body, &p.body}, {"finalize", s.Finalize, &p.finalize},
	} {
		if one.property != "func" && strings.TrimSpace(one.code) == "" {
			continue
		}
		t, traits, err := parse(one.code)
		if err != nil {
			errs = append(errs, &CompileError{one.property, err})
			continue
		}
		t.property, t.to = one.property, one.to
		trees = append(trees, t)
		p.traits = p.join(traits)
	}
	for _, t := range trees {
		if err := t.compile(!p.plain); err != nil {
			errs = append(errs, &CompileError{t.property, err})
		}
	}
	return p, errors.Join(errs...)
}

func (t traits) join(u traits) traits {
	return traits{
		context: t.context || u.context, flow: t.flow || u.flow, global: t.global || u.global,
		lasting: t.lasting || u.lasting, awaits: t.awaits || u.awaits, done: t.done || u.done, bigints: t.bigints || u.bigints,
		evals: t.evals || u.evals, plain: t.plain || u.plain,
	}
}

// tree is a piece of code that has been parsed, in its wrapping.
type tree struct {
	all      *ast.Program
	outer    *ast.FunctionLiteral // is given codeParams
	inner    *ast.FunctionLiteral // is the code's own
	property string
	to       *part
	evals    bool
	bigints  bool
}

func parse(code string) (*tree, traits, error) {
	if len(code) > maxCode {
		return nil, traits{}, &SyntaxError{Line: 1, Column: 1, Message: fmt.Sprintf("the code is longer than %d bytes", maxCode)}
	}
	if nestedTooDeeply(code) {
		return nil, traits{}, &SyntaxError{Line: 1, Column: 1, Message: "the code is nested too deeply"}
	}
	all, err := parser.ParseFile(nil, sourceName, wrapped(code), 0, parser.WithDisableSourceMaps)
	if err != nil {
		return nil, traits{}, syntaxError(err)
	}
	// Only what is inside the wrapping is the code's.
	outer, inner := functionsOf(all)
	if inner == nil {
		return nil, traits{}, &SyntaxError{Line: 1, Column: 1, Message: "Unexpected token ')'"}
	}
	t, err := traitsOf(&ast.Program{Body: inner.Body.List}, "msg")
	if err != nil {
		return nil, traits{}, &SyntaxError{Line: 1, Column: 1, Message: err.Error()}
	}
	inner.Async = t.awaits
	return &tree{all: all, outer: outer, inner: inner, evals: t.evals, bigints: t.bigints}, t, nil
}

// compile makes the tree's program; with records its object literals make
// those.
func (t *tree) compile(records bool) error {
	params := t.outer.ParameterList.List
	hidden := params[len(params)-len(hiddenParams):]
	for i, name := range hiddenParams {
		if name == "eval" && !t.evals {
			name = "engine's eval"
		}
		hidden[i].Target.(*ast.Identifier).Name = unistring.String(name)
	}
	rewriter(boundGrowth).walk(reflect.ValueOf(t.inner))
	boundBits(t.bigints).walk(reflect.ValueOf(t.inner))
	if t.evals {
		rewriter(checkEval).walk(reflect.ValueOf(t.inner))
	}
	var r recorder
	if records {
		rewriter(r.rewrite).walk(reflect.ValueOf(t.inner))
	}
	compiled, err := goja.CompileAST(t.all, false)
	if err != nil {
		return syntaxError(err)
	}
	*t.to = part{program: compiled, shapes: r.shapes}
	return nil
}

const sourceName = "Function node"

// functionsOf finds the code's own function, and the one around it; nil: the
// code breaks out of its wrapping.
func functionsOf(all *ast.Program) (outer, inner *ast.FunctionLiteral) {
	if len(all.Body) != 1 {
		return nil, nil
	}
	statement, _ := all.Body[0].(*ast.ExpressionStatement)
	if statement == nil {
		return nil, nil
	}
	outer, _ = statement.Expression.(*ast.FunctionLiteral)
	if outer == nil || len(outer.Body.List) != 1 {
		return nil, nil
	}
	r, _ := outer.Body.List[0].(*ast.ReturnStatement)
	if r == nil {
		return nil, nil
	}
	inner, _ = r.Argument.(*ast.FunctionLiteral)
	return outer, inner
}

// syntaxError puts a compiler's error where it is in the code.
func syntaxError(err error) error {
	at := func(p file.Position, message string) error {
		message = strings.TrimPrefix(message, "SyntaxError: ")
		return &SyntaxError{Line: max(p.Line-1, 1), Column: max(p.Column, 1), Message: message}
	}
	var list parser.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		return at(list[0].Position, list[0].Message)
	}
	var wrong *goja.CompilerSyntaxError
	if errors.As(err, &wrong) {
		p := file.Position{Line: 1, Column: 1}
		if wrong.File != nil {
			p = wrong.File.Position(wrong.Offset)
		}
		return at(p, wrong.Message)
	}
	var reference *goja.CompilerReferenceError
	if errors.As(err, &reference) {
		p := file.Position{Line: 1, Column: 1}
		if reference.File != nil {
			p = reference.File.Position(reference.Offset)
		}
		return at(p, reference.Message)
	}
	return &SyntaxError{Line: 1, Column: 1, Message: err.Error()}
}
