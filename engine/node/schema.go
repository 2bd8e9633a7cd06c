package node

import (
	"reflect"

	"github.com/flowrill/flowrill/engine/msg"
)

// SchemaJSON is what the editor draws forms from, one entry per type in the
// palette's order: what `flowrill nodes --json` prints.
func SchemaJSON() []byte {
	list := msg.NewList()
	for _, t := range Types() {
		list.Append(t.Schema())
	}
	return msg.Encode(list)
}

// JSON is the type's entry in SchemaJSON.
func (t *Type) JSON() []byte { return msg.Encode(t.Schema()) }

// Schema is the type's entry: JSON Schema of its configuration and, in x-ui,
// what a form needs beyond that.
func (t *Type) Schema() *msg.Object {
	o := msg.Of("type", t.Name)
	put(o, "aliases", texts(t.Aliases))
	o.Set("category", t.Category)
	put(o, "icon", t.Icon)
	put(o, "config", t.IsConfig())
	if !t.IsConfig() {
		o.Set("inputs", t.Inputs())
		o.Set("outputs", msg.NewList())
		put(o, "outputs", texts(t.Outputs))
	}
	put(o, "effect", t.Effect)
	put(o, "inbox", t.receive && t.Mode.Workers() > 0)
	o.Set("help", t.Help)
	o.Set("schema", objectSchema(t.fields))
	return o
}

func objectSchema(fields []*field) *msg.Object {
	o, required, properties := msg.Of("type", "object"), msg.NewList(), msg.NewObject(len(fields))
	for _, f := range fields {
		if f.required {
			required.Append(f.key)
		}
		properties.Set(f.key, f.schema())
	}
	if required.Len() > 0 {
		o.Set("required", required)
	}
	o.Set("properties", properties)
	return o
}

// jsonTypes are a kind's JSON Schema type and format.
var jsonTypes = map[kind][2]string{
	kindString: {"string"}, kindBool: {"boolean"}, kindInt: {"integer"}, kindFloat: {"number"},
	kindTemplate: {"string", "template"}, kindTyped: {"", "typed"}, kindDuration: {"string", "duration"},
	kindSecret: {"string", "secret"}, kindRef: {"string", "ref"}, kindList: {"array"}, kindRows: {"array"},
	kindNames: {"object"}, kindAny: {"", "json"},
}

func (f *field) schema() *msg.Object {
	o := msg.NewObject(6)
	jsonType := jsonTypes[f.kind]
	put(o, "type", jsonType[0])
	put(o, "format", jsonType[1])
	if f.kind == kindString && f.language != "" {
		o.Set("format", "code")
	}
	switch f.kind {
	case kindRows:
		o.Set("items", objectSchema(f.rows))
	case kindList:
		o.Set("items", f.elem.schema())
	case kindNames:
		o.Set("additionalProperties", f.elem.schema())
	default:
		f.limits(o)
	}
	if f.def != nil {
		o.Set("default", msg.CloneValue(f.def))
	}
	if ui := f.ui(); ui.Len() > 0 {
		o.Set("x-ui", ui)
	}
	return o
}

func (f *field) limits(o *msg.Object) {
	if f.options != nil {
		values := msg.NewList()
		for _, option := range f.options {
			values.Append(option.value)
		}
		o.Set("enum", values)
	}
	if f.min != nil {
		o.Set("minimum", *f.min)
	}
	if f.max != nil {
		o.Set("maximum", *f.max)
	}
}

// ui is everything a form needs that JSON Schema has no word for.
func (f *field) ui() *msg.Object {
	ui := msg.NewObject(8)
	put(ui, "label", f.label)
	put(ui, "placeholder", f.placeholder)
	put(ui, "help", f.help)
	put(ui, "widget", f.widget)
	if f.kind == kindRef {
		if t := f.refers(); t != nil {
			ui.Set("ref", t.Name)
		}
	}
	put(ui, "aliases", texts(f.aliases))
	put(ui, "ports", f.ports)
	f.typesUI(ui)
	put(ui, "enumLabels", f.enumLabels())
	put(ui, "suggest", texts(f.suggest))
	if f.initial != nil {
		ui.Set("initial", msg.CloneValue(f.initial))
	}
	put(ui, "unit", f.unit)
	put(ui, "group", f.group)
	if f.when != nil {
		ui.Set("when", f.when.source)
	}
	put(ui, "enumWhen", conditions(f.enumWhen))
	put(ui, "typesWhen", conditions(f.typesWhen))
	put(ui, "valuesWhen", conditions(f.valuesWhen))
	put(ui, "labelWhen", conditions(f.labelWhen))
	put(ui, "advanced", f.advanced)
	put(ui, "language", f.language)
	put(ui, "multiline", f.multiline)
	put(ui, "summary", f.summary)
	put(ui, "shown", f.shown)
	if f.width > 0 {
		ui.Set("width", f.width)
	}
	return ui
}

// conditions are the rules by what they speak of.
func conditions(rules []choiceRule) *msg.Object {
	o := msg.NewObject(len(rules))
	for _, rule := range rules {
		for _, value := range rule.values {
			o.Set(value, rule.when.source)
		}
	}
	return o
}

func (f *field) typesUI(ui *msg.Object) {
	if f.kind != kindTyped {
		return
	}
	put(ui, "typeKey", f.typeKey)
	put(ui, "typeAliases", texts(f.typeAliases))
	names, own := msg.NewList(), msg.NewObject(0)
	for _, c := range f.types {
		names.Append(c.name)
		if c.label != "" {
			o := msg.Of("label", c.label)
			put(o, "as", c.as)
			own.Set(c.name, o)
		}
	}
	ui.Set("types", names)
	put(ui, "ownTypes", own)
}

// enumLabels are those of the options that have one, by the option's text.
func (f *field) enumLabels() *msg.Object {
	labels := msg.NewObject(0)
	for _, o := range f.options {
		if o.label != "" {
			labels.Set(msg.Text(o.value), o.label)
		}
	}
	return labels
}

// refers is the type a Ref points to, nil while that is not registered.
func (f *field) refers() *Type {
	return typeOf(reflect.New(f.typ).Interface().(reference).target())
}

// put sets what is not empty.
func put(o *msg.Object, key string, v any) {
	switch x := v.(type) {
	case string:
		if x == "" {
			return
		}
	case bool:
		if !x {
			return
		}
	case *msg.List:
		if x.Len() == 0 {
			return
		}
	case *msg.Object:
		if x.Len() == 0 {
			return
		}
	}
	o.Set(key, v)
}

func texts(all []string) *msg.List {
	list := msg.NewList()
	for _, s := range all {
		list.Append(s)
	}
	return list
}
