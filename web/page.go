package web

import (
	"embed"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// page is what people see at the admin root.
//
//go:embed page
var page embed.FS

// pageRoutes serves the page's files. They hold no secrets, so anyone may
// have them; the token comes in the address's fragment, which no server sees.
func (s *Server) pageRoutes(at func(method, path, permission string, h echo.HandlerFunc)) {
	files, err := page.ReadDir("page")
	if err != nil {
		panic(err) // it is part of the program
	}
	for _, f := range files {
		data, err := page.ReadFile("page/" + f.Name())
		if err != nil {
			panic(err)
		}
		kind := mime.TypeByExtension(path.Ext(f.Name()))
		serve := func(c echo.Context) error {
			http.ServeContent(typed{c.Response(), kind}, c.Request(), "", s.started, strings.NewReader(string(data)))
			return nil
		}
		name := f.Name()
		if name == "index.html" {
			name = ""
		}
		at(http.MethodGet, "/"+name, "", serve)
	}
}

// typed is an answer whose content type is known.
type typed struct {
	http.ResponseWriter
	kind string
}

func (t typed) WriteHeader(status int) {
	t.Header().Set("Content-Type", t.kind)
	t.ResponseWriter.WriteHeader(status)
}
