package web

import (
	"compress/gzip"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// packFrom is how many bytes of a long answer are worth packing.
const packFrom = 8 << 10

// routes lays out what is below the admin root. Each route but those of the
// page and the login names the permission it needs.
func (s *Server) routes(mount map[string]http.Handler) {
	at := func(method, path, permission string, h echo.HandlerFunc) {
		if permission != "" {
			h = s.auth.need(permission, h)
		}
		s.admin.Add(method, s.root+path, h)
		if method == http.MethodGet {
			s.admin.Add(http.MethodHead, s.root+path, h)
		}
	}
	newPages(s.files).routes(at)
	packed := middleware.GzipWithConfig(middleware.GzipConfig{Level: gzip.BestSpeed, MinLength: packFrom})

	// Node-RED's (contract admin-api.md).
	at("GET", "/auth/login", "", s.getLogin)
	at("POST", "/auth/token", "", s.postToken)
	if !s.auth.open {
		at("POST", "/auth/revoke", "settings.read", s.postRevoke)
	}
	at("GET", "/flows", "flows.read", packed(s.getFlows))
	at("POST", "/flows", "flows.write", s.postFlows)
	at("GET", "/flows/state", "flows.read", s.getState)
	at("POST", "/flows/state", "flows.write", s.postState)
	at("GET", "/flow/:id", "flows.read", s.getFlow)
	at("POST", "/flow", "flows.write", s.postFlow)
	at("PUT", "/flow/:id", "flows.write", s.putFlow)
	at("DELETE", "/flow/:id", "flows.write", s.deleteFlow)
	at("GET", "/nodes", "nodes.read", s.getNodes)
	at("GET", "/nodes/messages", "nodes.read", sendRaw("{}"))
	at("GET", "/nodes/*", "nodes.read", s.getModule)
	at("POST", "/nodes", "nodes.write", s.changeNodes)
	at("PUT", "/nodes/*", "nodes.write", s.changeNodes)
	at("DELETE", "/nodes/*", "nodes.write", s.changeNodes)
	at("GET", "/settings", "settings.read", s.getSettings)
	at("GET", "/settings/user", "settings.read", sendRaw("{}"))
	at("GET", "/diagnostics", "diagnostics.read", s.getDiagnostics)
	at("GET", "/credentials/:type/:id", "credentials.read", s.getCredentials)
	at("GET", "/icons", "", sendRaw(`{"node-red":[]}`))
	at("GET", "/plugins", "plugins.read", sendRaw("[]"))
	at("GET", "/plugins/messages", "plugins.read", sendRaw("{}"))
	at("GET", "/library/:library/:type", "library.read", sendRaw("[]"))
	at("GET", "/library/:library/:type/*", "library.read", sendRaw("[]"))
	at("POST", "/inject/:id", "inject.write", s.postInject)
	at("POST", "/debug/:state", "debug.write", s.postDebugAll)
	at("POST", "/debug/:id/:state", "debug.write", s.postDebug)
	at("GET", "/comms", "", s.comms)
	for _, path := range []string{"/context/global", "/context/flow/:id", "/context/node/:id"} {
		at("GET", path, "context.read", s.getContext)
		at("GET", path+"/*", "context.read", s.getContext)
		at("DELETE", path+"/*", "context.write", s.deleteContext)
		at("PUT", "/flowrill/v1"+path+"/*", "context.write", s.putContext)
	}

	// Ours.
	at("GET", "/live", "", s.live)
	at("GET", "/flowrill/v1/nodes", "nodes.read", packed(s.getSchemas))
	at("POST", "/flowrill/v1/check", "flows.read", s.postCheck)
	at("POST", "/flowrill/v1/render", "flows.read", s.postRender)
	at("GET", "/flowrill/v1/debug/:session/:seq", "status.read", s.getWhole)
	at("GET", "/flowrill/v1/revisions", "flows.read", s.getRevisions)
	at("GET", "/flowrill/v1/revisions/:n", "flows.read", packed(s.getRevision))
	at("POST", "/flowrill/v1/revisions/:n/restore", "flows.write", s.postRestore)
	for prefix, h := range mount {
		prefix = "/" + strings.Trim(prefix, "/")
		mounted := echo.WrapHandler(http.StripPrefix(s.root+prefix, h))
		for _, path := range []string{prefix, prefix + "/*"} {
			at("GET", path, "flows.read", mounted)
			for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
				at(method, path, "flows.write", mounted)
			}
		}
	}
}

// sendRaw is a handler whose answer never changes.
func sendRaw(body string) echo.HandlerFunc {
	return func(c echo.Context) error { return sendJSON(c, http.StatusOK, []byte(body)) }
}
