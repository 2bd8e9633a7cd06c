package web

import (
	"bytes"
	"crypto/rand"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// nonceMark stands in index.html where the request's nonce belongs.
const nonceMark = "{{nonce}}"

// forever is for files whose names change with their content.
const forever = "public, max-age=31536000, immutable"

// kinds are the content types of the files there are; the machine's own table
// may lack some.
var kinds = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	".json": "application/json", ".map": "application/json", ".woff2": "font/woff2", ".png": "image/png",
}

// unbuilt is shown by a program that was made without the editor's files.
const unbuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Flowrill</title>
<h1>Flowrill runs, but without its editor</h1>
<p>This program was built without the editor's files. Build it with <code>make build</code>, which needs Node.js 20.19 or newer.</p>
<p>The flows run all the same, and the admin API answers.</p>
`

// pages serves the editor's files. They hold no secrets, so anyone may have
// them; the token comes in the address's fragment, which no server sees.
type pages struct {
	files fs.FS
	index []byte // nil: the editor is not built
}

func newPages(files fs.FS) *pages {
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		index = nil
	}
	return &pages{files: files, index: index}
}

func (p *pages) routes(at func(method, path, permission string, h echo.HandlerFunc)) {
	at(http.MethodGet, "/", "", p.home)
	at(http.MethodGet, "/icon.svg", "", p.file)
	at(http.MethodGet, "/assets/*", "", p.file)
}

// home renders index.html with a nonce of its own, which the policy of the
// answer names: nothing inline runs without it.
func (p *pages) home(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	if p.index == nil {
		return c.HTML(http.StatusServiceUnavailable, unbuilt)
	}
	nonce := rand.Text()
	h.Set("Content-Security-Policy", strings.ReplaceAll(contentPolicy, "style-src 'self'", "style-src 'self' 'nonce-"+nonce+"'"))
	return c.HTMLBlob(http.StatusOK, bytes.ReplaceAll(p.index, []byte(nonceMark), []byte(nonce)))
}

// file serves one file, squeezed as the browser likes it best.
func (p *pages) file(c echo.Context) error {
	name := path.Base(c.Path())
	if name == "*" {
		name = "assets/" + c.Param("*") // fs.FS takes no name with ".." in it
	}
	data, err := fs.ReadFile(p.files, name)
	if err != nil || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
		return &pageError{http.StatusNotFound, "Cannot GET " + c.Request().URL.Path}
	}
	h := c.Response().Header()
	h.Add("Vary", "Accept-Encoding")
	for _, e := range []struct{ coding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !accepts(c.Request(), e.coding) {
			continue
		}
		if squeezed, err := fs.ReadFile(p.files, name+e.suffix); err == nil {
			data = squeezed
			h.Set("Content-Encoding", e.coding)
			break
		}
	}
	if strings.HasPrefix(name, "assets/") {
		h.Set("Cache-Control", forever)
	}
	return c.Blob(http.StatusOK, kinds[path.Ext(name)], data)
}

// accepts tells whether a browser takes a content coding.
func accepts(r *http.Request, coding string) bool {
	all := strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",")
	return slices.ContainsFunc(all, func(one string) bool {
		name, quality, _ := strings.Cut(one, ";")
		return strings.EqualFold(strings.TrimSpace(name), coding) && strings.ReplaceAll(quality, " ", "") != "q=0"
	})
}
