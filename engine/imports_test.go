package engine

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/flowrill/flowrill/"

// mayImport is the package map of the design: what each package of ours may
// import of ours.
var mayImport = map[string][]string{
	"engine/msg":                {},
	"engine/script":             {"engine/msg", "engine/node"},
	"engine/template":           {"engine/msg", "engine/script"},
	"flows":                     {"engine/msg"},
	"engine/node":               {"engine/msg", "engine/template", "flows"},
	"engine/nodetest":           {"engine/msg", "engine/template", "engine/node", "flows"},
	"engine/queue":              {"engine/msg"},
	"engine":                    {"engine/msg", "engine/node", "engine/queue", "flows"},
	"engine/store":              {"engine/msg", "engine/queue", "flows"},
	"nodes/parser/yamltext":     {"engine/msg"},
	"nodes/parser":              {"engine/msg", "engine/node", "nodes/parser/yamltext"},
	"nodes/function":            {"engine/msg", "engine/template", "engine/script", "engine/node", "flows", "nodes/parser/yamltext"},
	"nodes/messaging/sms":       {},
	"nodes/messaging/simulator": {"engine/msg", "nodes/messaging/sms"},
	"nodes/messaging":           {"engine/msg", "engine/template", "engine/node", "flows", "nodes/messaging/sms"},
	"web":                       {"engine/msg", "engine/template", "engine/node", "engine", "flows", "web/editor"},
	"web/editor":                {},
	"cmd/conformance":           {}, // a test
	"examples":                  {"cmd", "engine/msg", "engine/node", "examples/custom-node/ordernumber"},
	"nodes/all":                 {"nodes/common", "nodes/function", "nodes/messaging", "nodes/network", "nodes/parser", "nodes/sequence", "nodes/storage", "engine/script"},
	"nodes":                     {"engine/msg", "engine/template", "engine/script", "engine/node", "flows"}, // and all folders in it

}

// onlyIn says in which packages a library may show.
var onlyIn = map[string][]string{
	"github.com/labstack/echo":        {"web"},
	"github.com/gorilla/websocket":    {"web", "nodes/network"},
	"github.com/expr-lang/expr":       {"engine/template"},
	"go.etcd.io/bbolt":                {"engine/store"},
	"github.com/dop251/goja":          {"engine/script"},
	"github.com/rogpeppe/go-internal": {"cmd"},
}

func TestImportsPointOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		packages++
		from := strings.TrimPrefix(p.ImportPath, module)
		for _, imp := range p.Imports {
			if to, ours := strings.CutPrefix(imp, module); ours && !allowed(from, to) {
				t.Errorf("%s imports %s", from, to)
			}
			for lib, where := range onlyIn {
				if strings.HasPrefix(imp, lib) && !slices.Contains(where, from) {
					t.Errorf("%s imports %s, which belongs to %v alone", from, imp, where)
				}
			}
		}
	}
	if packages < 10 {
		t.Fatalf("only %d packages seen", packages)
	}
}

func allowed(from, to string) bool {
	if from == "cmd" || from == "cmd/flowrill" {
		return true
	}
	may, ok := mayImport[from]
	if !ok {
		dir, _, _ := strings.Cut(from, "/")
		may = mayImport[dir]
	}
	return slices.Contains(may, to)
}
