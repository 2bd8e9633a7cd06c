package script

import (
	"reflect"
	"slices"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"
)

// Use is a name in a function's code that wanted asked for.
type Use struct {
	// Name is a variable that the code does not declare ("Intl"), a member that
	// it calls (".toLocaleString"), or a key that it reads from the global
	// context ("global:fs").
	Name string
	Line int // from 1
}

// Uses finds names in code, each once and where it stands first. Code that
// cannot be compiled has none.
func Uses(code string, wanted func(name string) bool) []Use {
	if len(code) > maxCode || nestedTooDeeply(code) {
		return nil
	}
	tree, err := parser.ParseFile(nil, sourceName, wrapped(code), 0, parser.WithDisableSourceMaps)
	if err != nil {
		return nil
	}
	_, inner := functionsOf(tree)
	if inner == nil {
		return nil
	}
	u := usage{file: tree.File, wanted: wanted, declared: map[string]bool{}}
	a := analysis{declared: u.declared}
	a.walk(reflect.ValueOf(inner.Body.List))
	u.walk(reflect.ValueOf(inner.Body.List))
	slices.SortStableFunc(u.found, func(a, b Use) int { return a.Line - b.Line })
	return u.found
}

type usage struct {
	file     *file.File
	wanted   func(name string) bool
	declared map[string]bool
	found    []Use
}

func (u *usage) note(name string, at file.Idx) {
	known := slices.ContainsFunc(u.found, func(have Use) bool { return have.Name == name })
	if !known && u.wanted(name) {
		u.found = append(u.found, Use{name, max(u.file.Position(int(at)-u.file.Base()).Line-1, 1)})
	}
}

// walk goes through whatever holds nodes, as analysis.walk does.
func (u *usage) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return
		}
		switch n := v.Interface().(type) {
		case *ast.CallExpression:
			u.call(n)
		case *ast.DotExpression: // what follows the dot is no variable
			u.walk(reflect.ValueOf(&n.Left).Elem())
			return
		}
		u.walk(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			u.walk(v.Index(i))
		}
	case reflect.Struct:
		if id, ok := v.Addr().Interface().(*ast.Identifier); ok {
			if name := string(id.Name); !u.declared[name] {
				u.note(name, id.Idx)
			}
			return
		}
		for _, i := range nodeFields(v.Type()) {
			u.walk(v.Field(i))
		}
	}
}

// call notes a.name(…), and global.get("name").
func (u *usage) call(c *ast.CallExpression) {
	dot, ok := c.Callee.(*ast.DotExpression)
	if !ok {
		return
	}
	name := string(dot.Identifier.Name)
	u.note("."+name, dot.Identifier.Idx)
	from, ok := dot.Left.(*ast.Identifier)
	if !ok || from.Name != "global" || name != "get" || len(c.ArgumentList) == 0 {
		return
	}
	if key, ok := c.ArgumentList[0].(*ast.StringLiteral); ok {
		first, _, _ := strings.Cut(key.Value.String(), ".")
		u.note("global:"+first, from.Idx)
	}
}
