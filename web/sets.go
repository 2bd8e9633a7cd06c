package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/engine/node"
	"github.com/labstack/echo/v4"
)

// nodeRed is the version whose API and flows Flowrill takes.
const nodeRed = "5.0.7"

// coreSets are Node-RED's own sets of types, in its order (admin-api.md §5).
// A set without types is one type of that name.
var coreSets = []struct {
	name  string
	types []string
}{
	{"junction", nil}, {"inject", nil}, {"debug", nil}, {"complete", nil}, {"catch", nil}, {"status", nil},
	{"link", []string{"link in", "link out", "link call"}}, {"comment", nil}, {"global-config", nil}, {"unknown", nil},
	{"function", nil}, {"switch", nil}, {"change", nil}, {"range", nil}, {"template", nil}, {"delay", nil},
	{"trigger", nil}, {"exec", nil}, {"rbe", nil}, {"tls", []string{"tls-config"}}, {"httpproxy", []string{"http proxy"}},
	{"mqtt", []string{"mqtt in", "mqtt out", "mqtt-broker"}}, {"httpin", []string{"http in", "http response"}},
	{"httprequest", []string{"http request"}},
	{"websocket", []string{"websocket in", "websocket out", "websocket-listener", "websocket-client"}},
	{"tcpin", []string{"tcp in", "tcp out", "tcp request"}}, {"udp", []string{"udp in", "udp out"}},
	{"CSV", []string{"csv"}}, {"HTML", []string{"html"}}, {"JSON", []string{"json"}}, {"XML", []string{"xml"}},
	{"YAML", []string{"yaml"}}, {"split", []string{"split", "join"}}, {"sort", nil}, {"batch", nil},
	{"file", []string{"file", "file in"}}, {"watch", nil},
}

// nodeSet is a group of types as Node-RED lists them.
type nodeSet struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Types   []string `json:"types"`
	Enabled bool     `json:"enabled"`
	Local   bool     `json:"local"`
	User    bool     `json:"user"`
	Module  string   `json:"module"`
	Version string   `json:"version"`
}

// nodeSets are the types this server knows: those of Node-RED in its sets,
// each other one as a set of its own in the module "flowrill".
func nodeSets(version string) []nodeSet {
	var sets []nodeSet
	core := map[*node.Type]bool{}
	for _, s := range coreSets {
		names := s.types
		if names == nil {
			names = []string{s.name}
		}
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			t, ok := node.Lookup(name)
			core[t] = true
			return !ok
		})
		if len(names) > 0 {
			sets = append(sets, nodeSet{ID: "node-red/" + s.name, Name: s.name, Types: names, Enabled: true, Module: "node-red", Version: nodeRed})
		}
	}
	for _, t := range node.Types() {
		if !core[t] {
			names := append([]string{t.Name}, t.Aliases...)
			sets = append(sets, nodeSet{ID: "flowrill/" + t.Name, Name: t.Name, Types: names, Enabled: true, Module: "flowrill", Version: version})
		}
	}
	return sets
}

// getNodes is GET /nodes. What is not asked for as JSON gets Node-RED's
// editor fragments, of which there are none.
func (s *Server) getNodes(c echo.Context) error {
	if c.Request().Header.Get("Accept") != "application/json" {
		return c.HTML(http.StatusOK, "")
	}
	return sendStruct(c, http.StatusOK, nodeSets(s.version))
}

// nodeModule is a module and its sets.
type nodeModule struct {
	Name    string    `json:"name"`
	Version string    `json:"version"`
	Nodes   []nodeSet `json:"nodes"`
	Local   bool      `json:"local"`
	User    bool      `json:"user"`
}

// find is the set or the module of that name; both are nil for none.
func (s *Server) find(name string) (*nodeSet, *nodeModule) {
	found := nodeModule{Name: name}
	for _, set := range nodeSets(s.version) {
		switch {
		case set.ID == name:
			return &set, nil
		case set.Module == name:
			found.Version = set.Version
			found.Nodes = append(found.Nodes, set)
		}
	}
	if found.Nodes == nil {
		return nil, nil
	}
	return nil, &found
}

// getModule is GET /nodes/:module and GET /nodes/:module/:set, and the texts of
// a set, of which there are none.
func (s *Server) getModule(c echo.Context) error {
	name := c.Param("*")
	if of, ok := strings.CutSuffix(name, "/messages"); ok {
		if set, _ := s.find(of); set != nil {
			return sendRaw("{}")(c)
		}
	}
	set, module := s.find(name)
	switch {
	case set != nil && c.Request().Header.Get("Accept") != "application/json":
		return c.HTML(http.StatusOK, "")
	case set != nil:
		return sendStruct(c, http.StatusOK, set)
	case module != nil:
		return sendStruct(c, http.StatusOK, module)
	}
	return notFound(notFoundText(name))
}

// changeNodes answers attempts to install, switch or remove types, as far as
// it can as Node-RED does (admin-api.md §5): all are there and stay there.
func (s *Server) changeNodes(c echo.Context) error {
	body, err := readObject(c, s.bodyLimit)
	if err != nil {
		return err
	}
	name, method := c.Param("*"), c.Request().Method
	enabled, hasEnabled := body.Lookup("enabled")
	set, module := s.find(name)
	switch {
	case method == http.MethodPost && !body.Has("module"), method == http.MethodPut && !hasEnabled:
		return badRequest("invalid_request", "Invalid request")
	case method == http.MethodPost:
	case set == nil && module == nil:
		return notFound(notFoundText(name))
	case method == http.MethodDelete && module != nil:
		return badRequest("", "Unrecognised module: "+name)
	case method == http.MethodPut && msg.Truthy(enabled) && set != nil:
		return sendStruct(c, http.StatusOK, set)
	case method == http.MethodPut && msg.Truthy(enabled):
		return sendStruct(c, http.StatusOK, module)
	}
	return badRequest("not_available", "Node types are part of the program: they cannot be installed, switched off or removed")
}

// notFoundText says whether it is a set or a module that there is not.
func notFoundText(name string) string {
	if module, _, ok := strings.Cut(name, "/"); ok && !strings.HasPrefix(module, "@") || strings.Count(name, "/") > 1 {
		return "Node not found"
	}
	return "Module not found"
}

// getCredentials is GET /credentials/:type/:id: which secrets are set, and
// the values of those that are none.
func (s *Server) getCredentials(c echo.Context) error {
	all, err := s.store.Credentials()
	if err != nil {
		return err
	}
	answer := msg.NewObject(4)
	for key, v := range all[c.Param("id")].All() {
		// A stored credential is a secret whatever its type says; what is none
		// stays in the document (flow-format.md §6.2).
		answer.Set("has_"+key, msg.Truthy(v))
	}
	return sendValue(c, http.StatusOK, answer)
}

// getSettings is GET /settings.
func (s *Server) getSettings(c echo.Context) error {
	stores := msg.NewList()
	for _, name := range s.engine.Stores() {
		stores.Append(name)
	}
	body := msg.Of(
		"httpNodeRoot", "/", "version", nodeRed,
		"context", msg.Of("default", stores.Items[0], "stores", stores),
		"codeEditor", msg.Of("lib", "codemirror", "options", msg.NewObject(0)),
		"libraries", msg.NewList(), "flowFilePretty", true, "flowEncryptionType", "user",
		"diagnostics", msg.Of("enabled", true, "ui", false), "telemetryEnabled", false,
		"runtimeState", msg.Of("enabled", true, "ui", true),
		"functionExternalModules", false, "functionTimeout", 0, "tlsConfigDisableLocalFiles", false,
		"editorTheme", msg.Of("languages", msg.NewList("en-US")),
		"flowrill", msg.Of("version", s.version),
	)
	if g, ok := c.Get("grant").(*grant); ok && g.user != "" {
		body.Set("user", msg.Of("username", g.user, "permissions", strings.Join(g.scope, " ")))
	}
	return sendValue(c, http.StatusOK, body)
}
