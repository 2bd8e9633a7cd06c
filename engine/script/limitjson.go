package script

import "github.com/dop251/goja"

// jsonWatch sees every value that JSON.stringify writes.
type jsonWatch struct {
	above []*goja.Object // the objects around the value, from the outside
	size  int
	seen  int
}

// maxJSONDepth is how deep JSON.stringify goes.
const maxJSONDepth = 2000

// limitJSON bounds what JSON.parse and JSON.stringify read and write.
func (v *vm) limitJSON() {
	class := v.js.Get("JSON").(*goja.Object)
	v.guarded(class, "parse", func(c goja.FunctionCall) string {
		if s, ok := c.Argument(0).(goja.String); ok && (s.Length() > maxText || s.Length() > maxNesting && nestedText(s.String()) > maxNesting) {
			return "JSON text is too long or nested too deeply"
		}
		return ""
	})
	look := v.native("", v.seeJSON)
	v.around(class, "stringify", func(original native) native {
		return func(c goja.FunctionCall) goja.Value {
			if _, ok := c.Argument(0).(*goja.Object); !ok {
				return original(c)
			}
			if _, ok := c.Argument(1).(*goja.Object); ok { // what it chooses is the code's
				return original(c)
			}
			outer := v.json
			v.json = new(jsonWatch)
			defer func() { v.json = outer }()
			return original(goja.FunctionCall{This: c.This, Arguments: []goja.Value{c.Arguments[0], look, c.Argument(2)}})
		}
	})
}

// seeJSON is called with the object that holds a value, its key and the value.
func (v *vm) seeJSON(c goja.FunctionCall) goja.Value {
	w, value := v.json, c.Arguments[1]
	if w.seen++; w.seen&255 == 0 {
		v.pulse()
	}
	w.size += 4
	switch value := value.(type) {
	case goja.String:
		w.size += value.Length()
	case *goja.Object:
		holder, _ := c.This.(*goja.Object)
		for len(w.above) > 0 && w.above[len(w.above)-1] != holder {
			w.above = w.above[:len(w.above)-1]
		}
		if w.above = append(w.above, value); len(w.above) > maxJSONDepth {
			panic(v.rangeError(wrongNesting))
		}
		if value.ClassName() == "Array" {
			if wrong := tooMany(value); wrong != "" {
				panic(v.rangeError(wrong))
			}
		}
	}
	if w.size > 2*maxText {
		panic(v.rangeError(wrongLength))
	}
	return value
}
