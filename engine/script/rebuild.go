package script

import (
	"math/big"

	"github.com/dop251/goja"
	"github.com/flowrill/flowrill/engine/msg"
)

// rebuild makes of a script value what it was in the runtime it came from: of
// a copy, for the script may change it. What holds itself does so there, too.
func (r *run) rebuild(s *msg.Script) goja.Value {
	if known := r.rebuilt[s]; known != nil {
		return known
	}
	if r.rebuilt == nil {
		r.rebuilt = map[*msg.Script]*goja.Object{}
		defer func() { r.rebuilt = nil }()
		s = msg.CloneValue(s).(*msg.Script)
	}
	js := r.vm.js
	construct := func(class string, args ...goja.Value) *goja.Object {
		o, err := js.New(js.Get(class), args...)
		must(err)
		r.rebuilt[s] = o
		return o
	}
	switch s.Kind {
	case msg.ScriptBigInt:
		n, _ := new(big.Int).SetString(s.Text, 10)
		return js.ToValue(n)
	case msg.ScriptRegExp:
		end := lastSlash(s.Text)
		if end < 1 {
			return goja.Undefined()
		}
		o, err := js.New(js.Get("RegExp"), js.ToValue(s.Text[1:end]), js.ToValue(s.Text[end+1:]))
		if err != nil {
			return goja.Undefined()
		}
		return o
	case msg.ScriptMap:
		o := construct("Map")
		set, _ := goja.AssertFunction(o.Get("set"))
		for _, item := range s.Items.Items {
			if pair, ok := item.(*msg.List); ok {
				_, err := set(o, r.give(pair.At(0)), r.give(pair.At(1)))
				must(err)
			}
		}
		return o
	case msg.ScriptSet:
		o := construct("Set")
		add, _ := goja.AssertFunction(o.Get("add"))
		for _, item := range s.Items.Items {
			_, err := add(o, r.give(item))
			must(err)
		}
		return o
	case msg.ScriptArray:
		if !arrayNames[s.Text] {
			return r.list(s.Items, holder{}, nil)
		}
		return construct(s.Text, r.list(s.Items, holder{}, nil))
	case msg.ScriptError:
		o := construct("Error")
		for k, v := range s.Members.All() {
			enumerable := goja.FLAG_TRUE
			for _, hidden := range errorMembers {
				if k == hidden {
					enumerable = goja.FLAG_FALSE
				}
			}
			_ = o.DefineDataProperty(k, r.give(v), goja.FLAG_TRUE, goja.FLAG_TRUE, enumerable)
		}
		return o
	case msg.ScriptFunction:
		return r.vm.functionFrom(s.Text)
	}
	return goja.Undefined()
}

func lastSlash(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			return i
		}
	}
	return -1
}

// maxSources is how many rebuilt functions a runtime keeps.
const maxSources = 256

// functionFrom makes a function of its source, as far as it needs nothing
// from around it. What cannot be rebuilt throws when it is called.
func (v *vm) functionFrom(source string) goja.Value {
	if f, ok := v.sources[source]; ok {
		return f
	}
	var f goja.Value
	if p, err := goja.Compile("function from a message", "("+source+"\n)", false); err == nil {
		f, _ = v.js.RunProgram(p)
	}
	if _, ok := goja.AssertFunction(f); !ok {
		f = v.js.ToValue(func(goja.FunctionCall) goja.Value {
			panic(v.js.NewTypeError("this function cannot be called outside the node that made it"))
		})
	}
	if v.sources == nil || len(v.sources) >= maxSources {
		v.sources = map[string]goja.Value{}
	}
	v.sources[source] = f
	return f
}
