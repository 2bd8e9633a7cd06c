package script

import (
	"reflect"

	"github.com/dop251/goja/ast"
)

// rewriter goes through a syntax tree from the leaves up and puts what
// rewrite returns in the place of an expression; nil: it stays.
type rewriter func(e ast.Expression) ast.Expression

func (r rewriter) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return
		}
		r.walk(v.Elem())
		e, ok := v.Interface().(ast.Expression)
		if !ok || !v.CanSet() {
			return
		}
		if to := r(e); to != nil && reflect.TypeOf(to).AssignableTo(v.Type()) {
			v.Set(reflect.ValueOf(to))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			r.walk(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			r.walk(v.Index(i))
		}
	case reflect.Struct:
		for _, i := range nodeFields(v.Type()) {
			r.walk(v.Field(i))
		}
	}
}
