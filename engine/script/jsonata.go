package script

import (
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
)

// Bounds of a JSONata evaluation, given to the library.
const (
	queryTime  = 10 * time.Second
	queryDepth = 500
)

// maxQuery is how long an expression may be, in bytes.
const maxQuery = 100_000

// maxQueries is how many expressions a runtime keeps compiled.
const maxQueries = 512

func init() { node.JSONata = compileQuery }

// query is a JSONata expression. Each runtime that meets it compiles it once.
type query struct {
	source string
	legacy bool // names msg: the expression's root is {msg: message}
	moment bool
}

// legacyRoot is Node-RED's way to tell an expression of its early days, whose
// root was {msg: …}, from today's, whose root is the message.
var legacyRoot = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(^|[^a-zA-Z0-9_'".])msg([^a-zA-Z0-9_'"]|$)`)
})

var namesMoment = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$moment\b`) })

func newQuery(source string) *query {
	return &query{source: source, legacy: legacyRoot().MatchString(source), moment: namesMoment().MatchString(source)}
}

// queryPool keeps the runtimes that have the JSONata library in them, which
// takes most of a megabyte each.
var queryPool = vmPool{keep: 4}

// compileQuery is node.JSONata: contract jsonata-and-js.md §6.
func compileQuery(source string) (node.JSONataFunc, error) {
	q := newQuery(source)
	v := queryPool.get()
	defer queryPool.put(v)
	v.begin(nil)
	defer v.end()
	if _, err := v.compiled(q); err != nil {
		return nil, err
	}
	return q.evaluate, nil
}

func (q *query) evaluate(in node.JSONataInput) (any, error) {
	v := queryPool.get()
	defer queryPool.put(v)
	r := &v.one
	r.vm, r.native, r.in = v, true, in.Msg
	v.current, v.asked = r, &in
	defer func() {
		v.current, v.asked = nil, nil
		r.clear()
	}()
	call := v.begin(nil)
	defer v.end()
	late := time.AfterFunc(2*queryTime, func() { v.interrupt(call, errors.New("the expression took too long")) })
	defer late.Stop()
	var bindings goja.Value = goja.Undefined()
	if len(in.Vars) > 0 {
		o := v.js.NewObject()
		for k, value := range in.Vars {
			must(o.Set(k, r.give(value)))
		}
		bindings = o
	}
	root := any(in.Msg)
	if in.Item != nil {
		root = in.Item
	}
	var value any
	result, err := v.query(q, r.give(root), bindings)
	problem := v.try(func() {
		if err == nil {
			value = r.mover().value(result)
		}
		for i := 0; i < len(r.pending); i++ {
			r.pending[i].settle(r.mover())
		}
	})
	if problem != nil {
		for _, w := range r.pending {
			w.settle(&exporter{vm: v, blind: true})
		}
		value, err = nil, v.failure(problem)
	}
	return value, err
}

// query evaluates an expression on a root.
func (v *vm) query(q *query, root, bindings goja.Value) (goja.Value, error) {
	expression, err := v.compiled(q)
	if err != nil {
		return nil, err
	}
	if q.legacy {
		o := v.js.NewObject()
		must(o.Set("msg", root))
		root = o
	}
	evaluate, _ := goja.AssertFunction(expression.Get("evaluate"))
	result, err := evaluate(expression, root, bindings)
	if err != nil {
		return nil, v.queryError(err)
	}
	return result, nil
}

// compiled is the library's object for an expression.
func (v *vm) compiled(q *query) (*goja.Object, error) {
	if o := v.queries[q.source]; o != nil {
		return o, nil
	}
	if len(q.source) > maxQuery {
		return nil, &QueryError{Message: fmt.Sprintf("the expression is longer than %d bytes", maxQuery)}
	}
	if v.jsonata == nil {
		v.loadJSONata()
	}
	options := v.js.NewObject()
	must(options.Set("timeout", queryTime.Milliseconds()))
	must(options.Set("stack", queryDepth))
	made, err := v.jsonata(goja.Undefined(), v.js.ToValue(q.source), options)
	if err != nil {
		return nil, v.queryError(err)
	}
	o := made.(*goja.Object)
	assign, _ := goja.AssertFunction(o.Get("assign"))
	for name, f := range v.queryFunctions(q) {
		if _, err := assign(o, v.js.ToValue(name), f); err != nil {
			return nil, err
		}
	}
	if v.queries == nil || len(v.queries) >= maxQueries {
		v.queries = map[string]*goja.Object{}
	}
	v.queries[q.source] = o
	return o, nil
}

// queryFunctions are those that Node-RED adds.
func (v *vm) queryFunctions(q *query) map[string]goja.Value {
	functions := map[string]goja.Value{}
	for name, f := range map[string]func(c goja.FunctionCall) goja.Value{
		"flowContext":   func(c goja.FunctionCall) goja.Value { return v.queryContext(c, scopeFlow) },
		"globalContext": func(c goja.FunctionCall) goja.Value { return v.queryContext(c, scopeGlobal) },
		"env":           v.queryEnv,
		"clone":         v.structuredClone,
	} {
		functions[name] = v.js.ToValue(f)
	}
	if q.moment {
		functions["moment"] = v.momentLibrary()
	}
	return functions
}

func (v *vm) queryContext(c goja.FunctionCall, scope int) goja.Value {
	p, err := v.path(c.Argument(0).String())
	if err != nil {
		v.throw(err)
	}
	store := ""
	if s, ok := c.Argument(1).(goja.String); ok {
		store = s.String()
	}
	if v.asked == nil { // inside a function node
		return v.read(scope, store, p)
	}
	context := v.asked.Flow
	if scope == scopeGlobal {
		context = v.asked.Global
	}
	if context == nil {
		return goja.Undefined()
	}
	return v.active().give(context.Get(store, p))
}

func (v *vm) queryEnv(c goja.FunctionCall) goja.Value {
	look := func(string) (any, bool) { return nil, false }
	if v.asked != nil && v.asked.Env != nil {
		look = v.asked.Env
	} else if f := v.function(); f != nil {
		look = f.env.Var
	}
	value, ok := look(c.Argument(0).String())
	if !ok {
		return v.js.ToValue("")
	}
	return v.active().give(msg.CloneValue(value))
}

// QueryError is what the JSONata library finds wrong with an expression, or
// with what it met.
type QueryError struct {
	Code     string // such as "S0201"
	Position int    // in the expression, 0: not known
	Message  string
}

func (e *QueryError) Error() string { return e.Message }

// ErrorDetails gives catch nodes the error's code.
func (e *QueryError) ErrorDetails() (code any, stack string, cause any) {
	if e.Code != "" {
		code = e.Code
	}
	return code, "", nil
}

func (v *vm) queryError(err error) error {
	var thrown *goja.Exception
	if !errors.As(err, &thrown) {
		return v.failure(err)
	}
	o, ok := thrown.Value().(*goja.Object)
	if !ok {
		return &QueryError{Message: thrown.Value().String()}
	}
	e := &QueryError{}
	if ex := v.js.Try(func() {
		text := func(key string) string {
			if s, ok := o.Get(key).(goja.String); ok {
				return s.String()
			}
			return ""
		}
		e.Code, e.Message = text("code"), text("message")
		if p := o.Get("position"); p != nil && goja.IsNumber(p) {
			e.Position = int(p.ToInteger())
		}
		if e.Message == "" {
			e.Message = v.jsonOf(o)
		}
	}); ex != nil {
		e.Message = fmt.Sprint(ex)
	}
	return e
}

// prepareJSONata and evaluateJSONata are RED.util's; the expression is its
// source.
func (v *vm) prepareJSONata(c goja.FunctionCall) any {
	if _, err := v.compiled(newQuery(c.Argument(0).String())); err != nil {
		v.throw(err)
	}
	return c.Argument(0)
}

func (v *vm) evaluateJSONata(c goja.FunctionCall) any {
	callback, has := goja.AssertFunction(c.Argument(2))
	result, err := v.query(newQuery(c.Argument(0).String()), c.Argument(1), goja.Undefined())
	if !has {
		if err != nil {
			v.throw(err)
		}
		return result
	}
	args := []goja.Value{goja.Null(), result}
	if err != nil {
		args = []goja.Value{v.newError(err)}
	}
	if _, err := callback(goja.Undefined(), args...); err != nil {
		panic(err)
	}
	return goja.Undefined()
}

func (v *vm) evaluated(source string, m goja.Value) goja.Value {
	result, err := v.query(newQuery(source), m, goja.Undefined())
	if err != nil {
		v.throw(err)
	}
	return result
}
