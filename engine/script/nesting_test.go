package script

import (
	"strings"
	"testing"
	"time"
)

func TestNestedTooDeeply(t *testing.T) {
	many := func(s string) string { return strings.Repeat(s, 20_000) }
	for _, tt := range []struct {
		name, code string
		want       bool
	}{
		{"lists", many("["), true},
		{"brackets", "x = " + many("(") + "1" + many(")"), true},
		{"blocks", many("{"), true},
		{"calls", "f" + many("(a)"), true},
		{"templates", many("`${"), true},
		{"arrows", many("a=>"), true},
		{"arrows on lines", many("a=>\n"), true},
		{"signs", many("- "), true},
		{"words", many("typeof "), true},
		{"words on lines", many("typeof\n"), true},
		{"sums", "1" + many("+1"), true},
		{"sums on lines", "1" + many("\n+1"), true},
		{"members", "a" + many("\n.b"), true},
		{"conditions", many("if(a)\n"), true},
		{"loops", many("for(;;)"), true},
		{"choices", many("a?b:"), true},
		{"behind a division", `a = b / "/" + ` + many("["), true},
		{"behind a block", `{} /"/.x; ` + many("[") + ` /"/`, true},
		{"behind a head", `if (a) /"/.x; ` + many("[") + ` /"/`, true},
		{"behind ++", "a\n++/\"/.x;" + many("[") + ` /"/`, true},
		{"an open text", "'\n" + many("["), true},
		{"an open template", "`" + many("["), true},
		{"a text", "'" + many("[") + "'", false},
		{"a template", "`" + many("[") + "`", false},
		{"a comment", "//" + many("[") + "\n/*" + many("(") + "*/", false},
		{"an expression", "x = /" + many("[[]") + "/", false},
		{"statements", many("f(x, {a: [1]});\n"), false},
		{"statements without semicolons", many("f(x)\nx = y + 1\nif (x) g()\nfor (const a of b) { h() }\n"), false},
		{"a list", "x = [" + many("1,") + "]", false},
		{"a long list of texts", "x = [" + many("\"a\" + b,\n") + "]", false},
		{"statements on a line", many("function f(){}if(a){}for(;;){}"), false},
		{"methods", "class A {" + many("a() { return 1 }\n") + "}", false},
		{"cases", "switch (a) {" + many("case 1: f()\nbreak\n") + "}", false},
	} {
		if got := nestedTooDeeply(tt.code); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// TestCompilingIsBounded: whatever the code, that it is refused, or that it is
// not, is known at once.
func TestCompilingIsBounded(t *testing.T) {
	began := time.Now()
	for _, part := range []string{"[", "(", "-", "- ", "!", "a=>", "a=>\n", "{", "a.", "1+", "`${", "a?", "a?b:", "a=", "new ", "typeof ", "if(a)", "if(a);else ",
		"for(;;)", "do ", "a,", "x:", "a**", "a=>{", "function(){", "class A extends(", "({a:", "(a=", "[a=", "({a=", "(a,", "a(", "a[", "async a=>", "async(", "await ",
		"(()=>", "try{", "with(a)", "a?.", "...", "a`", "1;", "(a)=>(", "((a)=>", "x=({a}=", "a in ", "let [", "let {a:", "function f(a=", "(a=b=>", "/a/.", "}", ")", "'", "\"\n"} {
		_, err := Compile(Source{Body: strings.Repeat(part, maxCode/8/len(part))})
		if err == nil && part != "a," && part != "1;" {
			t.Errorf("%q is compiled", part)
		}
	}
	t.Log(time.Since(began))
}
