package template

import (
	"errors"
	"fmt"
	"sync"
	"unicode/utf8"

	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"github.com/flowrill/flowrill/engine/msg"
)

// Bounds of one expression. Work is counted in steps: one for each operation,
// each element of a list that is walked and each 16 bytes of text that are
// made, so that no message can hold up a flow.
const (
	maxSource = 10_000    // characters
	maxNodes  = 20_000    // after lowering
	maxWork   = 3_000_000 // steps: under a second
	maxText   = 16 << 20  // bytes of one text
	maxDepth  = 512       // of nested lists and objects
	maxResult = 1_000_000 // values in what an expression built, or in one list
)

var errTooMuch = errors.New("the expression is too much work: it goes through too many elements or makes too long a text")

func errorf(format string, args ...any) error { return fmt.Errorf(format, args...) }

// Expr is a compiled expression.
type Expr struct {
	source string
	shown  string // with the brackets of its hole
	column int    // where source begins in the template

	program *vm.Program
	path    *path   // if it is a path and nothing else
	literal *string // if it is a text and nothing else
	builds  bool    // has a list or an object in it, which could grow
}

// ParseExpr compiles an expression without brackets. An error is an *Error.
func ParseExpr(source string) (*Expr, error) {
	e := &Expr{source: source, shown: source, column: 1}
	if err := e.compile(); err != nil {
		return nil, err
	}
	return e, nil
}

// Source is the text of the expression.
func (e *Expr) Source() string { return e.source }

func (e *Expr) compile() error {
	if utf8.RuneCountInString(e.source) > maxSource {
		return locate(errorf("an expression has at most %d characters; a function node has room for more", maxSource), e, true)
	}
	if e.path = dotted(e.source); e.path != nil {
		return nil
	}
	config := &conf.Config{Functions: functions, MaxNodes: conf.DefaultMaxNodes, ShortCircuit: true}
	tree, err := parser.ParseWithConfig(e.source, config)
	if err != nil {
		return locate(err, e, true)
	}
	l := lowerer{paths: map[any]*path{}, bools: map[any]bool{}}
	tree.Node = l.lower(tree.Node)
	if l.err != nil {
		return locate(l.err, e, true)
	}
	if e.path = l.paths[tree.Node]; e.path != nil {
		return nil
	}
	e.literal, e.builds = textNode(tree.Node), l.builds
	if e.program, err = compiler.Compile(tree, config); err != nil {
		return locate(err, e, true)
	}
	return nil
}

// Eval evaluates the expression. What comes out is a value that a message may
// have; a part of the message is not copied. An error is an *Error.
func (e *Expr) Eval(s *Scope) (any, error) { return e.within(s, maxWork) }

// within is Eval with a number of steps to go.
func (e *Expr) within(s *Scope, steps int) (any, error) {
	if e.path != nil {
		return e.path.get(s), nil
	}
	if e.literal != nil {
		return *e.literal, nil
	}
	r := runs.Get().(*run)
	r.scope, r.left = s, steps
	v, err := r.vm.Run(e.program, r)
	if err == nil {
		v, err = r.result(v, e.builds)
	}
	r.release()
	if err != nil {
		return nil, locate(err, e, false)
	}
	return v, nil
}

// run is one evaluation. The functions of the dialect get it as their first
// argument.
type run struct {
	vm    vm.VM
	scope *Scope
	left  int // steps
	loops int
}

var runs = sync.Pool{New: func() any { return new(run) }}

// release gives the run back, unless its machine has grown large: it keeps its
// stack and a record of every loop it began.
func (r *run) release() {
	if r.loops > 64 || cap(r.vm.Stack) > 1024 {
		return
	}
	clear(r.vm.Stack[:cap(r.vm.Stack)])
	clear(r.vm.Variables)
	r.scope, r.loops = nil, 0
	runs.Put(r)
}

// spend counts steps.
func (r *run) spend(steps int) error {
	if r.left -= steps; r.left < 0 {
		return errTooMuch
	}
	return nil
}

// text is what a text function sees of a value: nothing of nil, and otherwise
// what the value looks like in <<…>>.
func (r *run) text(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	}
	v, err := r.value(v)
	if err != nil {
		return "", err
	}
	if err := r.weigh(v, 0); err != nil {
		return "", err
	}
	s := TextOf(v)
	return s, r.made(len(s))
}

// made counts the bytes of a text.
func (r *run) made(bytes int) error {
	if bytes > maxText {
		return errorf("the text would be longer than %d MB", maxText>>20)
	}
	return r.spend(bytes / 16)
}

// weigh counts the values in v as if it were written out, for one list may
// stand in another many times over.
func (r *run) weigh(v any, depth int) error {
	if depth > maxDepth {
		return errorf("a value is nested deeper than %d or contains itself", maxDepth)
	}
	switch v := v.(type) {
	case *msg.Object:
		for _, x := range v.All() {
			if err := r.weigh(known(x), depth+1); err != nil {
				return err
			}
		}
	case *msg.List:
		for _, x := range opened(v) {
			if err := r.weigh(x, depth+1); err != nil {
				return err
			}
		}
	}
	return r.spend(1)
}

// result makes a message value of what the machine returned.
func (r *run) result(v any, builds bool) (any, error) {
	v, err := r.value(v)
	if err == nil && builds {
		r.left = min(r.left, maxResult)
		err = r.weigh(v, 0)
	}
	return v, err
}
