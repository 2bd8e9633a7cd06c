package node

import "github.com/flowrill/flowrill/engine/msg"

// JSONata compiles a JSONata expression. The package that has an engine for
// it sets it when it is linked, before any deploy; nil: this build has none,
// and a value of type jsonata is a problem at deploy.
var JSONata func(source string) (JSONataFunc, error)

// JSONataFunc evaluates a compiled expression; an empty result is Undefined.
type JSONataFunc func(in JSONataInput) (any, error)

// JSONataInput is what an expression can see (contract jsonata-and-js.md §6).
type JSONataInput struct {
	Msg *msg.Object
	// Item is what the expression looks into where that is no message but, say,
	// an item that sort looks at; nil: Msg is.
	Item any
	Vars map[string]any // $I, $N … of the node, without the $
	// Flow and Global are $flowContext and $globalContext, Env is $env.
	Flow, Global Context
	Env          func(name string) (any, bool)
}

const noJSONata = "JSONata is not part of this build"

func (b *boundValue) jsonataSource(source string) string {
	if JSONata == nil {
		return noJSONata
	}
	query, err := JSONata(source)
	if err != nil {
		return "Invalid JSONata expression: " + err.Error()
	}
	b.query = query
	return ""
}

func (b *boundValue) jsonata(m *msg.Object, vars map[string]any) JSONataInput {
	return JSONataInput{Msg: m, Vars: vars, Flow: b.around.Flow, Global: b.around.Global, Env: b.around.variable}
}
