package script

import (
	_ "embed"
	"reflect"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
)

//go:embed jsonata/jsonata.min.js
var jsonataSource string

//go:embed moment/moment.min.js
var momentSource string

// jsonataProgram is the library, made synchronous: it awaits at every step,
// but nothing that it is given here ever has to be waited for.
var jsonataProgram = sync.OnceValue(func() *goja.Program {
	return library("jsonata", "(function(module, exports, Promise){"+jsonataSource+"\nreturn module.exports})", true)
})

var momentProgram = sync.OnceValue(func() *goja.Program {
	return library("moment", "(function(module, exports){"+momentSource+"\nreturn module.exports})", false)
})

// library compiles a vendored library; that it can be is tested.
func library(name, source string, synchronous bool) *goja.Program {
	tree, err := goja.Parse(name, source, parser.WithDisableSourceMaps)
	must(err)
	if synchronous {
		withoutAwait(reflect.ValueOf(tree.Body))
	}
	p, err := goja.CompileAST(tree, false)
	must(err)
	return p
}

// withoutAwait makes async functions plain ones and awaited values values.
func withoutAwait(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		for {
			await, ok := v.Interface().(*ast.AwaitExpression)
			if !ok {
				break
			}
			v.Set(reflect.ValueOf(await.Argument))
		}
		withoutAwait(v.Elem())
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		switch f := v.Interface().(type) {
		case *ast.FunctionLiteral:
			f.Async = false
		case *ast.ArrowFunctionLiteral:
			f.Async = false
		}
		withoutAwait(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			withoutAwait(v.Index(i))
		}
	case reflect.Struct:
		for _, i := range nodeFields(v.Type()) {
			withoutAwait(v.Field(i))
		}
	}
}

func (v *vm) loadJSONata() {
	all := v.js.NewObject()
	must(all.Set("all", func(c goja.FunctionCall) goja.Value { return c.Argument(0) }))
	v.jsonata, _ = goja.AssertFunction(v.load(jsonataProgram(), all))
}

func (v *vm) momentLibrary() goja.Value {
	if v.moment == nil {
		v.moment = v.load(momentProgram())
	}
	return v.moment
}

// load runs a library as a module.
func (v *vm) load(p *goja.Program, more ...goja.Value) goja.Value {
	outer, err := v.js.RunProgram(p)
	must(err)
	module, exports := v.js.NewObject(), v.js.NewObject()
	must(module.Set("exports", exports))
	f, _ := goja.AssertFunction(outer)
	made, err := f(goja.Undefined(), append([]goja.Value{module, exports}, more...)...)
	must(err)
	return made
}
