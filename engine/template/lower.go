package template

import (
	"reflect"
	"strconv"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// lowerer turns what expr's parser made into the dialect: each operation on
// values becomes a call of one of ours, so that expr's machine is left with
// jumps, loops and variables. It builds a new tree, in which no node stands
// twice, and finds what is wrong with the expression.
type lowerer struct {
	paths  map[any]*path // calls that look up a path
	bools  map[any]bool  // nodes that are true or false and nothing else
	lets   []string
	loops  []string // names of the loops around
	nodes  int
	temps  int
	builds bool
	err    *file.Error // the first
}

// What a node's type is told to be, lest the machine follow its pointer: it
// would, for expr takes *msg.Object for a pointer to a value.
var (
	opaque = reflect.TypeFor[struct{}]()
	asBool = reflect.TypeFor[bool]()
	asList = reflect.TypeFor[[]any]()
)

func (l *lowerer) fail(n ast.Node, format string, args ...any) ast.Node {
	if l.err == nil {
		l.err = &file.Error{Location: n.Location(), Message: errorf(format, args...).Error()}
	}
	return &ast.NilNode{}
}

// at gives a new node the place of the one it stands for.
func at[N ast.Node](n N, from ast.Node) N {
	n.SetLocation(from.Location())
	return n
}

// call calls one of functions.
func (l *lowerer) call(from ast.Node, name string, args ...ast.Node) *ast.CallNode {
	all := append([]ast.Node{&ast.IdentifierNode{Value: "$env"}}, args...)
	c := at(&ast.CallNode{Callee: &ast.IdentifierNode{Value: function(name)}, Arguments: all}, from)
	c.SetType(opaque)
	if boolean[name] {
		c.SetType(asBool)
		l.bools[c] = true
	}
	return c
}

func (l *lowerer) lower(n ast.Node) ast.Node {
	if l.nodes++; l.nodes > maxNodes {
		return l.fail(n, "the expression is too large")
	}
	if l.err != nil {
		return &ast.NilNode{}
	}
	switch n := n.(type) {
	case *ast.NilNode, *ast.FloatNode, *ast.StringNode:
		return n
	case *ast.BoolNode:
		b := at(&ast.BoolNode{Value: n.Value}, n)
		l.bools[b] = true
		return b
	case *ast.IntegerNode:
		return at(&ast.FloatNode{Value: float64(n.Value)}, n)
	case *ast.BytesNode:
		return l.call(n, "bytes", at(&ast.StringNode{Value: string(n.Value)}, n))
	case *ast.IdentifierNode:
		return l.identifier(n)
	case *ast.ChainNode: // what is missing is nil with or without ?.
		return l.lower(n.Node)
	case *ast.MemberNode:
		return l.member(n)
	case *ast.SliceNode:
		return l.call(n, "slice", l.lower(n.Node), l.orNil(n.From), l.orNil(n.To))
	case *ast.CallNode:
		return l.method(n)
	case *ast.BuiltinNode:
		return l.builtin(n)
	case *ast.PointerNode:
		return l.pointer(n)
	case *ast.UnaryNode:
		return l.unary(n)
	case *ast.BinaryNode:
		return l.binary(n)
	case *ast.ConditionalNode:
		if n.Cond == n.Exp1 { // a ?: b
			return l.either(n, l.lower(n.Cond), func() ast.Node { return l.lower(n.Exp2) })
		}
		return at(&ast.ConditionalNode{Cond: l.cond(n.Cond), Exp1: l.lower(n.Exp1), Exp2: l.lower(n.Exp2)}, n)
	case *ast.VariableDeclaratorNode:
		return l.let(n)
	case *ast.SequenceNode:
		return at(&ast.SequenceNode{Nodes: l.all(n.Nodes)}, n)
	case *ast.ArrayNode:
		l.builds = true
		return l.call(n, "list", l.all(n.Nodes)...)
	case *ast.MapNode:
		l.builds = true
		var args []ast.Node
		for _, p := range n.Pairs {
			pair := p.(*ast.PairNode)
			args = append(args, l.lower(pair.Key), l.lower(pair.Value))
		}
		return l.call(n, "object", args...)
	}
	return l.fail(n, "this is not understood")
}

func (l *lowerer) all(nodes []ast.Node) []ast.Node {
	out := make([]ast.Node, len(nodes))
	for i, n := range nodes {
		out[i] = l.lower(n)
	}
	return out
}

func (l *lowerer) orNil(n ast.Node) ast.Node {
	if n == nil {
		return &ast.NilNode{}
	}
	return l.lower(n)
}

// textNode is the text of a node that is a text and nothing else.
func textNode(n ast.Node) *string {
	if s, ok := n.(*ast.StringNode); ok {
		return &s.Value
	}
	return nil
}

func (l *lowerer) declared(name string) bool {
	for _, have := range l.lets {
		if have == name {
			return true
		}
	}
	return false
}

func (l *lowerer) identifier(n *ast.IdentifierNode) ast.Node {
	switch name := n.Value; {
	case l.declared(name):
		return at(&ast.IdentifierNode{Value: name}, n)
	case name == "null" || name == "undefined":
		return at(&ast.NilNode{}, n)
	case name == "msg":
		return l.path(n, &path{})
	case name == "flow" || name == "global" || name == "env":
		return l.fail(n, "%s wants a name: %s.name", name, name)
	case isLoop[name] || table[name].call != nil:
		return l.fail(n, "%s is a function%s", name, hint(name))
	default:
		return l.fail(n, "unknown name %s; a property of the message is msg.%s", name, name)
	}
}

// path is a call that looks up p.
func (l *lowerer) path(from ast.Node, p *path) ast.Node {
	c := l.call(from, "path", &ast.ConstantNode{Value: p})
	l.paths[c] = p
	return c
}

// member is x.k and x[k].
func (l *lowerer) member(n *ast.MemberNode) ast.Node {
	var base ast.Node
	if id, ok := inner(n.Node).(*ast.IdentifierNode); ok && !l.declared(id.Value) && roots[id.Value] != ofMsg {
		base = l.path(n, &path{root: roots[id.Value]})
	} else {
		base = l.lower(n.Node)
	}
	key := l.lower(n.Property)
	if p := l.paths[base]; p != nil {
		switch key := key.(type) {
		case *ast.StringNode:
			return l.path(n, &path{p.root, append(p.steps, stepOf(key.Value))})
		case *ast.FloatNode:
			return l.path(n, &path{p.root, append(p.steps, stepAt(key.Value))})
		}
	}
	return l.call(n, "get", base, key)
}

func inner(n ast.Node) ast.Node {
	for {
		c, ok := n.(*ast.ChainNode)
		if !ok {
			return n
		}
		n = c.Node
	}
}

func (l *lowerer) pointer(n *ast.PointerNode) ast.Node {
	loop := ""
	if len(l.loops) > 0 {
		loop = l.loops[len(l.loops)-1]
	}
	switch {
	case loop == "":
		return l.fail(n, "# stands for an element and has a meaning inside map, filter and the like only")
	case n.Name == "acc" && loop != "reduce":
		return l.fail(n, "#acc has a meaning directly inside reduce only")
	case n.Name != "" && n.Name != "index" && n.Name != "acc":
		return l.fail(n, "unknown name #%s; there are #, #index and, in reduce, #acc", n.Name)
	}
	p := at(&ast.PointerNode{Name: n.Name}, n)
	if n.Name == "index" {
		return l.call(n, "number", p)
	}
	return p
}

func (l *lowerer) let(n *ast.VariableDeclaratorNode) ast.Node {
	_, isRoot := roots[n.Name]
	_, isFunction := table[n.Name]
	switch {
	case isRoot || isFunction || n.Name[0] == '$':
		return l.fail(n, "%s cannot be the name of a variable", n.Name)
	case l.declared(n.Name):
		return l.fail(n, "there is a variable %s already", n.Name)
	}
	value := l.lower(n.Value)
	l.lets = append(l.lets, n.Name)
	body := l.lower(n.Expr)
	l.lets = l.lets[:len(l.lets)-1]
	return at(&ast.VariableDeclaratorNode{Name: n.Name, Value: value, Expr: body}, n)
}

// temp evaluates value once for a body that needs it more than once.
func (l *lowerer) temp(value ast.Node, body func(use func() ast.Node) ast.Node) ast.Node {
	l.temps++
	name := "$" + strconv.Itoa(l.temps)
	use := func() ast.Node {
		id := at(&ast.IdentifierNode{Value: name}, value)
		id.SetType(opaque)
		l.bools[id] = l.bools[value]
		return id
	}
	return at(&ast.VariableDeclaratorNode{Name: name, Value: value, Expr: body(use)}, value)
}

// cond is a node that is true or false as JavaScript's if sees it.
func (l *lowerer) cond(n ast.Node) ast.Node { return l.truth(l.lower(n)) }

func (l *lowerer) truth(lowered ast.Node) ast.Node {
	if l.bools[lowered] {
		lowered.SetType(asBool)
		return lowered
	}
	return l.call(lowered, "truthy", lowered)
}

// either is the value if it is true as JavaScript's if sees it, else the other.
func (l *lowerer) either(from, value ast.Node, other func() ast.Node) ast.Node {
	return l.temp(value, func(use func() ast.Node) ast.Node {
		return at(&ast.ConditionalNode{Cond: l.truth(use()), Exp1: use(), Exp2: other()}, from)
	})
}
