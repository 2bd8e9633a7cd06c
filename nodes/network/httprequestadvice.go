package network

import "github.com/flowrill/flowrill/engine/node"

// Advise looks for what an exported flow does not bring along, and for what
// the node does not do.
func (h *HTTPRequest) Advise(_ node.Host, notice func(a node.Advice, property, text string)) {
	const kept = "; Node-RED keeps it in a file of its own, which no exported flow brings along"
	if h.Auth != "" && !h.Password.IsSet() {
		what := "no password"
		if h.Auth == "bearer" {
			what = "no token"
		}
		notice(node.NotSet, "password", what+" is set"+kept)
	}
	if h.Lenient {
		notice(node.Differs, "insecureHTTPParser", "malformed answers are errors")
	}
}
