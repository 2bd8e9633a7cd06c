package flows

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// large is 10,000 nodes on 100 tabs, in chains of ten that begin with a
// config node's user; property varies what they hold.
func large(property int) []byte {
	var b strings.Builder
	b.WriteString(`[{"id":"k","type":"vonage","name":"main","account":"live"}`)
	for tab := range 100 {
		fmt.Fprintf(&b, `,{"id":"t%d","type":"tab","label":"Flow %d","disabled":false,"info":"","env":[{"name":"A","type":"str","value":"x"}]}`, tab, tab)
		for n := range 100 {
			fmt.Fprintf(&b, `,{"id":"n%d.%d","type":"change","z":"t%d","name":"set %d","rules":[{"t":"set","p":"payload","pt":"msg","to":"value %d","tot":"str"}],`+
				`"action":"","property":"","from":"","to":"","reg":false,"vonage":"%s","x":%d,"y":%d,"wires":[[%s]]}`,
				tab, n, tab, n, property, map[bool]string{true: "k"}[n%10 == 0], 100*n, 40*tab, map[bool]string{false: fmt.Sprintf(`"n%d.%d"`, tab, n+1)}[n%10 == 9])
		}
	}
	b.WriteString("]")
	return []byte(b.String())
}

func parsed(b testing.TB, text []byte) *Document {
	d, err := Parse(text)
	if err != nil {
		b.Fatal(err)
	}
	return d
}

func BenchmarkParse(b *testing.B) {
	text := large(0)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDiff(b *testing.B) {
	for name, text := range map[string][]byte{"same": large(0), "all": large(1)} {
		b.Run(name, func(b *testing.B) {
			old, now := parsed(b, large(0)), parsed(b, text)
			b.ReportAllocs()
			for b.Loop() {
				Diff(old, now).Restarts("flows")
			}
		})
	}
	b.Run("config", func(b *testing.B) {
		old := parsed(b, large(0))
		now := parsed(b, []byte(strings.Replace(string(large(0)), `"main"`, `"other"`, 1)))
		b.ReportAllocs()
		for b.Loop() {
			if n := len(Diff(old, now).Restarts("flows")); n != 10001 {
				b.Fatalf("%d restart", n)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	d := parsed(b, large(0))
	for b.Loop() {
		if problems := d.Check(); len(problems) > 0 {
			b.Fatal(problems[0])
		}
	}
}

func BenchmarkRev(b *testing.B) {
	d := parsed(b, large(0))
	for b.Loop() {
		d.rev.Store(nil)
		d.Rev()
	}
}

func BenchmarkWrite(b *testing.B) {
	file := filepath.Join(b.TempDir(), "flows.json")
	old, now := parsed(b, large(0)), parsed(b, large(1))
	for b.Loop() {
		if err := now.Write(file); err != nil {
			b.Fatal(err)
		}
		old, now = now, old
	}
}
