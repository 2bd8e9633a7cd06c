package msg

// ScriptKind says what a Script is.
type ScriptKind int

// What JavaScript has and messages have no kind of their own for.
const (
	ScriptMap      ScriptKind = iota // Items: lists of key and value
	ScriptSet                        // Items
	ScriptArray                      // a typed array: Items, Text is its class
	ScriptRegExp                     // Text: "/a+/g"
	ScriptError                      // Members: name, message, stack, code, cause and what else it has
	ScriptBigInt                     // Text: its digits
	ScriptFunction                   // Text: its source
)

// Script is a value that only JavaScript has. It travels through messages as
// it is, clones by content, and the next script gets the same kind of value
// again (architecture section 4).
type Script struct {
	Kind    ScriptKind
	Text    string
	Items   *List
	Members *Object
}

// String is JavaScript's String(s).
func (s *Script) String() string {
	switch s.Kind {
	case ScriptMap:
		return "[object Map]"
	case ScriptSet:
		return "[object Set]"
	case ScriptArray:
		return Text(s.Items)
	case ScriptError:
		name, text := s.member("name", "Error"), s.member("message", "")
		switch {
		case name == "":
			return text
		case text == "":
			return name
		}
		return name + ": " + text
	}
	return s.Text
}

func (s *Script) member(key, otherwise string) string {
	if v, ok := s.Members.Lookup(key); ok && v != Undefined {
		return Text(v)
	}
	return otherwise
}

// typeOf is JavaScript's typeof.
func (s *Script) typeOf() string {
	switch s.Kind {
	case ScriptBigInt:
		return "bigint"
	case ScriptFunction:
		return "function"
	}
	return "object"
}

// own are the members that JSON shows and that comparing looks at: an
// Error's, but for those that every Error has.
func (s *Script) own() *Object {
	if s.Kind != ScriptError {
		return nil
	}
	o := NewObject(s.Members.Len())
	for k, v := range s.Members.All() {
		if k != "name" && k != "message" && k != "stack" && k != "cause" {
			o.Set(k, v)
		}
	}
	return o
}

// dropped tells whether JSON leaves a member with that value out.
func dropped(v any) bool {
	if v == Undefined {
		return true
	}
	s, ok := v.(*Script)
	return ok && s.Kind == ScriptFunction
}
