package script

import (
	"reflect"
	"strconv"

	"github.com/dop251/goja"
)

// limitLists bounds what goes through lists, or through what says that it is
// as long as a list.
func (v *vm) limitLists(hidden *goja.Object) {
	class := v.js.Get("Array").(*goja.Object)
	list := prototypeOf(class)
	for _, method := range []string{
		"copyWithin", "every", "fill", "filter", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "forEach", "includes", "indexOf",
		"lastIndexOf", "map", "reduce", "reduceRight", "reverse", "shift", "slice", "some", "sort", "splice", "toLocaleString", "toReversed",
		"toSorted", "toSpliced", "unshift", "with",
	} {
		v.guarded(list, method, func(c goja.FunctionCall) string { return tooMany(c.This) })
	}
	v.guarded(list, "concat", func(c goja.FunctionCall) string {
		n := lengthOf(c.This)
		for _, a := range c.Arguments {
			if o, ok := a.(*goja.Object); ok {
				n += min(lengthOf(o), maxItems+1)
			}
		}
		if n > maxItems {
			return wrongArray
		}
		return ""
	})
	v.nested(list, "join")
	v.guarded(list, "join", func(c goja.FunctionCall) string {
		separator := 1
		if s, ok := c.Argument(0).(goja.String); ok {
			separator = s.Length()
		}
		if n := lengthOf(c.This); n > maxItems || float64(n)*float64(separator) > maxText {
			return wrongLength
		}
		return ""
	})
	v.around(list, "join", func(original native) native {
		return func(c goja.FunctionCall) goja.Value {
			made := original(c)
			if lengthOf(made) > maxText {
				panic(v.rangeError(wrongLength))
			}
			return made
		}
	})
	v.around(list, "flat", func(native) native { return v.flat })
	v.guarded(class, "from", func(c goja.FunctionCall) string { return tooMany(c.Argument(0)) })
	for _, name := range []string{"array", "map", "set", "string"} {
		v.around(hidden.Get(name).(*goja.Object), "next", func(original native) native {
			return func(c goja.FunctionCall) goja.Value {
				v.pulse()
				return original(c)
			}
		})
	}
	v.nested(hidden.Get("generator").(*goja.Object), "next")
	v.guarded(hidden.Get("typedArray").(*goja.Object), "from", func(c goja.FunctionCall) string { return tooMany(c.Argument(0)) })
	object := v.js.Get("Object").(*goja.Object)
	for _, method := range []string{"keys", "values", "entries", "getOwnPropertyNames", "getOwnPropertyDescriptors"} {
		v.guarded(object, method, func(c goja.FunctionCall) string { return manyKeys(c.Argument(0)) })
	}
	v.guarded(object, "assign", func(c goja.FunctionCall) string {
		for _, a := range c.Arguments {
			if wrong := manyKeys(a); wrong != "" {
				return wrong
			}
		}
		return ""
	})
	v.limitClasses()
}

// maxKeys is how many bytes or characters may be made names of members: each
// takes a hundred times its size.
const maxKeys = 1 << 20

// manyKeys is about what has a name for each byte or character in it.
func manyKeys(value goja.Value) string {
	switch value := value.(type) {
	case goja.String:
		if value.Length() > maxKeys {
			return wrongArray
		}
	case *goja.Object:
		switch value.ExportType() {
		case typeArray, typeObject, typeList, typeRecord, typeMap:
			return ""
		}
		if value.ExportType().Kind() == reflect.Slice && lengthOf(value) > maxKeys {
			return wrongArray
		}
	}
	return ""
}

// flat is Array.prototype.flat, which the engine's own does not bound.
func (v *vm) flat(c goja.FunctionCall) goja.Value {
	depth := 1.0
	if d := c.Argument(0); !goja.IsUndefined(d) {
		depth = d.ToFloat()
	}
	var items []any
	var walk func(list *goja.Object, depth float64, level int)
	walk = func(list *goja.Object, depth float64, level int) {
		n := lengthOf(list)
		if level > maxNatives {
			panic(v.rangeError(wrongNesting))
		}
		if n > maxItems {
			panic(v.rangeError(wrongArray))
		}
		for i := range n {
			if i&1023 == 0 {
				v.pulse()
			}
			item := list.Get(strconv.Itoa(i))
			if item == nil { // a hole
				continue
			}
			if o, ok := item.(*goja.Object); ok && depth >= 1 && o.ClassName() == "Array" {
				walk(o, depth-1, level+1)
				continue
			}
			if len(items) >= maxItems {
				panic(v.rangeError(wrongArray))
			}
			items = append(items, item)
		}
	}
	walk(c.This.ToObject(v.js), depth, 0)
	return v.js.NewArray(items...)
}

// arrayNames are the classes of memory in one piece.
var arrayNames = nameSet("Array", "ArrayBuffer", "Uint8Array", "Int8Array", "Uint8ClampedArray", "Uint16Array", "Int16Array", "Uint32Array",
	"Int32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array")

// limitClasses bounds their constructors.
func (v *vm) limitClasses() {
	for name := range arrayNames {
		most, wrong := maxBytes/8, wrongBytes
		if name == "Array" {
			most, wrong = maxItems, wrongArray
		}
		v.preparedGlobal(name, func(c goja.FunctionCall) goja.Value {
			if len(c.Arguments) == 0 {
				return goja.Undefined()
			}
			n := c.Arguments[0]
			if goja.IsNumber(n) && n.ToFloat() > float64(most) && (len(c.Arguments) == 1 || name != "Array") {
				panic(v.rangeError(wrong))
			}
			if o, ok := n.(*goja.Object); ok && name != "Array" && lengthOf(o) > most {
				panic(v.rangeError(wrong))
			}
			return goja.Undefined()
		})
	}
}

func (v *vm) limitBuffer(class *goja.Object) {
	for _, method := range []string{"alloc", "allocUnsafe", "allocUnsafeSlow"} {
		v.guardedCall(class, method, func(c goja.FunctionCall) string {
			if c.Argument(0).ToFloat() > maxBytes {
				return wrongBytes
			}
			return ""
		})
	}
	v.guardedCall(prototypeOf(class), "toJSON", func(c goja.FunctionCall) string { return tooMany(c.This) })
}

// guardedCall is guarded for a method written in JavaScript.
func (v *vm) guardedCall(o *goja.Object, method string, check func(c goja.FunctionCall) (wrong string)) {
	original, ok := goja.AssertFunction(o.Get(method))
	if !ok {
		return
	}
	replacement := v.native(method, func(c goja.FunctionCall) goja.Value {
		if wrong := check(c); wrong != "" {
			panic(v.rangeError(wrong))
		}
		result, err := original(c.This, c.Arguments...)
		if err != nil {
			panic(err)
		}
		return result
	})
	must(o.DefineDataProperty(method, replacement, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
}
