package function

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flowrill/flowrill/engine/node"
	"github.com/flowrill/flowrill/engine/script"
)

// nodeModules are what people put into functionGlobalContext in Node-RED's
// settings.js, which nothing here reads.
var nodeModules = []string{
	"assert", "axios", "child_process", "cluster", "crypto", "dgram", "dns", "events", "fs", "http", "https", "lodash", "moment", "net", "os",
	"path", "process", "querystring", "readline", "request", "stream", "tls", "url", "util", "zlib",
}

// otherwise tells what of V8's and Node-RED's a function here lacks, "" if
// nothing.
func otherwise(name string) string {
	switch name {
	case ".toLocaleString", ".toLocaleDateString", ".toLocaleTimeString":
		return name[1:] + " always writes the English way, whatever language and options it is given"
	case "Intl", "WebAssembly", "SharedArrayBuffer", "Atomics", "FinalizationRegistry":
		return name + " is not there"
	case "require":
		return "require is not there: Node.js modules are not available"
	}
	if key, ok := strings.CutPrefix(name, "global:"); ok && slices.Contains(nodeModules, key) {
		return "global " + key + " is not there: functionGlobalContext of Node-RED's settings is not read"
	}
	return ""
}

// Advise tells which names in the code lead somewhere else here.
func (f *Function) Advise(_ node.Host, notice func(a node.Advice, property, text string)) {
	for _, part := range []struct{ property, code string }{{"initialize", f.Initialize}, {"func", f.Body}, {"finalize", f.Finalize}} {
		for _, use := range script.Uses(part.code, func(name string) bool { return otherwise(name) != "" }) {
			notice(node.Differs, part.property, fmt.Sprintf("line %d: %s", use.Line, otherwise(use.Name)))
		}
	}
}
