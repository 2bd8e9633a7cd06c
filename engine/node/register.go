package node

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/flowrill/flowrill/engine/msg"
)

// Type describes a node type to Register. What the struct says, it does not
// repeat.
type Type struct {
	Name     string   // canonical, kebab-case: "http-in"
	Aliases  []string // other spellings in files: "http in"
	Category string   // a folder of the palette; "config" for config nodes
	Icon     string
	Help     string   // Markdown; its first sentence is the palette's tooltip
	Outputs  []string // a label per output; a field with the tag ports overrides
	Mode     Mode
	// Effect: Receive does something outside that must not happen twice
	// (architecture section 9).
	Effect bool

	typ     reflect.Type
	fields  []*field
	ports   *field
	receive bool
	start   bool
}

// Checker is a type that looks, at deploy, at what no tag can say: a cron
// line, two properties that exclude each other. It is called after decoding,
// also when fields have problems; those have their zero value. It reports
// what is wrong by property ("crontab", "rules[2].v").
type Checker interface {
	Check(report func(property, problem string))
}

// IsConfig tells whether nodes of the type are config nodes: they are not on
// the canvas and neither take nor make messages.
func (t *Type) IsConfig() bool { return t.Category == configCategory }

// Inputs is how many inputs a node has whose configuration says nothing: 0 or 1.
func (t *Type) Inputs() int { return t.inputs(reflect.New(t.typ).Interface()) }

func (t *Type) inputs(v any) int {
	if in, ok := v.(Inputs); ok {
		return in.Inputs()
	}
	if _, listens := v.(Listener); listens || !t.receive {
		return 0
	}
	return 1
}

const configCategory = "config"

// categories is the palette's order; others follow by name, config last.
var categories = []string{"common", "function", "messaging", "network", "parser", "sequence", "storage", "subflows"}

func categoryRank(name string) int {
	if i := slices.Index(categories, name); i >= 0 {
		return i
	}
	if name == configCategory {
		return len(categories) + 1
	}
	return len(categories)
}

// registry is the one global state: what init functions registered.
var registry registryState

type registryState struct {
	sync.RWMutex
	byName map[string]*Type
	byType map[reflect.Type]*Type
	all    []*Type // in the palette's order
}

var kebab = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// Register makes T known as a node type. *T implements Node, Source or both; a
// config node neither. Call it in an init function. It panics on anything the
// editor could not show, for that is a mistake in the program.
//
// An exported field of T is a property; its Go type says what it is: string,
// bool, int, float64, Template, TypedValue, Duration, Secret, Ref[T], any
// (JSON that the node reads itself), []F, map[string]F, and []Struct, a table
// whose columns are Struct's fields. A struct that is embedded brings its
// fields along. The tags:
//
//	prop         the key in the file; "new|old" for a renamed one; "v,vt" with the key of its type
//	label help placeholder   what people read; help is Markdown
//	default      what stands in for an absent value; JSON for lists and rows
//	initial      what the editor writes into a new node, where that is not the default
//	required     "true": absent or blank is a problem, and so is a template that renders blank
//	enum         "a,b=label of b": nothing else is allowed. suggest: "a,b", but anything is
//	min max unit limits of a number; what it counts in ("s", "ms", "min", "h", "d" for a Duration)
//	types        of a TypedValue, the first is its default: "msg,str,num"; "nul=nothing" is a type of
//	             the node's own, "len=fixed length:num" one whose value is a num
//	ports        "each": an output per entry of this list; "count": this many outputs
//	shown        "true": a Secret that is no password, such as a user name
//
// and for the form alone:
//
//	widget       an uncommon editor: sms, code, rules, scope …
//	when         shown where this holds of its siblings: "t in ['set','move'] && !all"; where it
//	             does not, the field cannot be wrong
//	group advanced width     heading, folded away, columns of 12
//	multiline language       a text of many lines, code
//	summary      "true": shown on the node
func Register[T any](t Type) {
	if err := register(&t, reflect.TypeFor[T]()); err != nil {
		panic(fmt.Sprintf("node: register %s: %v", cmp.Or(t.Name, reflect.TypeFor[T]().String()), err))
	}
}

func register(t *Type, typ reflect.Type) error {
	if typ.Kind() != reflect.Struct {
		return fmt.Errorf("%s is no struct", typ)
	}
	pointer := reflect.PointerTo(typ)
	t.typ = typ
	t.receive = pointer.Implements(reflect.TypeFor[Node]())
	t.start = pointer.Implements(reflect.TypeFor[Source]())
	switch {
	case !kebab.MatchString(t.Name):
		return fmt.Errorf("the name is not kebab-case")
	case t.Category == "":
		return fmt.Errorf("no category")
	case strings.TrimSpace(t.Help) == "":
		return fmt.Errorf("no help")
	case t.IsConfig() && (t.receive || t.start || len(t.Outputs) > 0):
		return fmt.Errorf("a config node takes and makes no messages")
	}
	own := func(key string) bool {
		return key == "info" && t.Name == "comment" || key == "env" && t.Name == "global-config"
	}
	fields, err := plan(typ, own)
	if err != nil {
		return err
	}
	t.fields = fields
	for _, f := range fields {
		if f.ports == "" {
			continue
		}
		if t.ports != nil {
			return fmt.Errorf("two fields with the tag ports")
		}
		t.ports = f
	}
	if err := t.checkDefaults(); err != nil {
		return err
	}
	return registry.add(t)
}

// checkDefaults decodes defaults and what the editor writes first.
func (t *Type) checkDefaults() error {
	for _, empty := range []*msg.Object{msg.NewObject(0), t.Initial()} {
		x := &decoding{around: surround(nil), raw: empty}
		x.fields(reflect.New(t.typ).Elem(), t.fields, empty, "")
		for _, p := range x.problems {
			if p.Code != codeRequired && p.Message != noJSONata {
				return fmt.Errorf("default of %s: %s", p.Property, p.Message)
			}
		}
	}
	return nil
}

// Initial is what the editor writes into a new node: what the tags `initial`
// and `default` say.
func (t *Type) Initial() *msg.Object {
	o := msg.NewObject(len(t.fields))
	for _, f := range t.fields {
		v := f.initial
		if v == nil {
			v = f.def
		}
		if v != nil {
			o.Set(f.key, msg.CloneValue(v))
		}
		if f.typeKey != "" {
			o.Set(f.typeKey, f.types[0].name)
		}
	}
	return o
}

func (r *registryState) add(t *Type) error {
	r.Lock()
	defer r.Unlock()
	for _, name := range append([]string{t.Name}, t.Aliases...) {
		if have := r.byName[name]; have != nil {
			return fmt.Errorf("%q is already %s", name, have.typ)
		}
	}
	if have := r.byType[t.typ]; have != nil {
		return fmt.Errorf("%s is already %s", t.typ, have.Name)
	}
	if r.byName == nil {
		r.byName, r.byType = make(map[string]*Type), make(map[reflect.Type]*Type)
	}
	for _, name := range append([]string{t.Name}, t.Aliases...) {
		r.byName[name] = t
	}
	r.byType[t.typ] = t
	at, _ := slices.BinarySearchFunc(r.all, t, comparePlace)
	r.all = slices.Insert(r.all, at, t)
	return nil
}

func comparePlace(a, b *Type) int {
	return cmp.Or(cmp.Compare(categoryRank(a.Category), categoryRank(b.Category)),
		strings.Compare(a.Category, b.Category), strings.Compare(a.Name, b.Name))
}

// Lookup finds a type by its name or an alias, spelled exactly.
func Lookup(name string) (*Type, bool) {
	registry.RLock()
	defer registry.RUnlock()
	t, ok := registry.byName[name]
	return t, ok
}

// Types lists all types in the palette's order: by category, then by name.
func Types() []*Type {
	registry.RLock()
	defer registry.RUnlock()
	return slices.Clone(registry.all)
}

// typeOf finds the type whose nodes are *T, nil if there is none.
func typeOf(t reflect.Type) *Type {
	registry.RLock()
	defer registry.RUnlock()
	return registry.byType[t]
}

// Credential is a property that is kept in the credential store.
type Credential struct {
	Key     string
	Aliases []string
	Shown   bool // no password: a user name, an id
}

// Credentials lists the type's secrets, for the credential store and the
// admin API.
func (t *Type) Credentials() []Credential {
	var all []Credential
	for _, f := range t.fields {
		if f.kind == kindSecret {
			all = append(all, Credential{f.key, f.aliases, f.shown})
		}
	}
	return all
}
