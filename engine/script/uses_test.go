package script

import (
	"fmt"
	"testing"
)

func TestUses(t *testing.T) {
	wanted := map[string]bool{"Intl": true, "require": true, ".toLocaleString": true, "global:fs": true}
	for _, c := range []struct{ code, want string }{
		{"return msg", "[]"},
		{"const f = new Intl.NumberFormat('de');\nmsg.payload = f.format(1);\nIntl.x()", "[{Intl 1}]"},
		{"let n = 5;\nif (n) {\n  msg.payload = (() => n.toLocaleString('de'))()\n}", "[{.toLocaleString 3}]"},
		{"// Intl\nconst s = 'Intl'; msg.Intl = 1; return {Intl: 2}", "[]"},
		{"const Intl = {}; Intl.a()", "[]"},
		{"const fs = global.get('fs'), os = require('os')", "[{global:fs 1} {require 1}]"},
		{"flow.get('fs'); global.get(name); global.get()", "[]"},
		{"return {", "[]"},
	} {
		if got := fmt.Sprint(Uses(c.code, func(name string) bool { return wanted[name] })); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.code, got, c.want)
		}
	}
}
