package network

import "github.com/flowrill/flowrill/engine/node"

// Advise looks for what an exported flow does not bring along, and for what
// the node does not do.
func (h *HTTPRequest) Advise(_ node.Host, notice func(a node.Advice, property, text string)) {
	if h.Auth != "" && !h.Password.IsSet() {
		what := "no password"
		if h.Auth == "bearer" {
			what = "no token"
		}
		notice(node.NotSet, "password", what+" is set; Node-RED exports flows without their secrets")
	}
	if h.Lenient {
		notice(node.Differs, "insecureHTTPParser", "malformed answers are errors")
	}
}
