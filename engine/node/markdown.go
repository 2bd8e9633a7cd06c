package node

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
)

// Markdown writes the reference of all types, a page in the palette's order:
// what `flowrill nodes --markdown` prints.
func Markdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	category := ""
	for _, t := range Types() {
		if t.Category != category {
			category = t.Category
			fmt.Fprintf(b, "# %s\n\n", category)
		}
		t.markdown(b)
	}
	return b.Flush()
}

// Markdown writes the type's section of the reference.
func (t *Type) Markdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	t.markdown(b)
	return b.Flush()
}

func (t *Type) markdown(b *bufio.Writer) {
	fmt.Fprintf(b, "## %s\n\n%s\n\n", t.Name, strings.TrimSpace(t.Help))
	if len(t.Aliases) > 0 {
		fmt.Fprintf(b, "In files also: %s.\n\n", codes(t.Aliases))
	}
	if !t.IsConfig() {
		fmt.Fprintf(b, "Inputs: %d. Outputs: %s.\n\n", t.Inputs(), t.outputsInWords())
	}
	if len(t.fields) == 0 {
		return
	}
	b.WriteString("| Property | Kind | Default | Meaning |\n| --- | --- | --- | --- |\n")
	for _, f := range t.fields {
		f.markdown(b, "")
	}
	b.WriteString("\n")
}

func (t *Type) outputsInWords() string {
	switch {
	case t.ports != nil && t.ports.ports == "each":
		return "one per entry of `" + t.ports.key + "`"
	case t.ports != nil:
		return "as `" + t.ports.key + "` says"
	case len(t.Outputs) == 0:
		return "none"
	}
	return fmt.Sprintf("%d (%s)", len(t.Outputs), strings.Join(t.Outputs, ", "))
}

func (f *field) markdown(b *bufio.Writer, prefix string) {
	key := prefix + f.key
	def := ""
	if f.required {
		def = "*required*"
	}
	if f.def != nil {
		def = code(string(msg.Encode(f.def)))
		if text, ok := f.def.(string); ok {
			def = code(text)
		}
	}
	meaning := []string{f.label, f.help}
	if f.when != nil {
		meaning = append(meaning, "Where "+code(f.when.source))
	}
	if len(f.aliases) > 0 {
		meaning = append(meaning, "Formerly "+codes(f.aliases)+".")
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s |\n", code(key), cell(f.inWords()), def, cell(sentence(meaning)))
	for _, row := range f.rows {
		row.markdown(b, key+"[].")
	}
}

// inWords says what may stand in the property.
func (f *field) inWords() string {
	switch {
	case f.kind == kindTyped && f.typeKey != "":
		names := make([]string, len(f.types))
		for i, c := range f.types {
			names[i] = c.name
		}
		return fmt.Sprintf("%s; type in %s: %s", f.kind.name(), code(f.typeKey), codes(names))
	case f.kind == kindTyped && f.types[0].name == "msg":
		return "message property"
	case f.kind == kindRef:
		if t := f.refers(); t != nil {
			return "a " + code(t.Name) + " node"
		}
	case f.options != nil:
		var all []string
		for _, o := range f.options {
			text := code(msg.Text(o.value))
			if o.label != "" {
				text += " " + o.label
			}
			all = append(all, text)
		}
		return strings.Join(all, ", ")
	case f.kind == kindList:
		return "list: " + f.elem.inWords()
	case f.kind == kindNames:
		return "names, each with " + f.elem.inWords()
	case f.kind == kindDuration:
		unit := f.unit
		if unit == "" {
			unit = "s"
		}
		return "duration (a bare number counts in " + unit + ")"
	}
	if f.unit != "" {
		return f.kind.name() + " in " + f.unit
	}
	return f.kind.name()
}

func sentence(parts []string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if !strings.ContainsAny(p[len(p)-1:], ".!?") {
			p += "."
		}
		out = append(out, p)
	}
	return strings.Join(out, " ")
}

func codes(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = code(n)
	}
	return strings.Join(quoted, ", ")
}

// code is text as code in a table; the empty text is shown as "".
func code(text string) string {
	if text == "" {
		text = `""`
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		text = " " + text + " "
	}
	return fence + cell(text) + fence
}

func cell(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\n", " "), "|", `\|`)
}
