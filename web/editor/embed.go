// Package editor holds the built files of the browser editor.
//
// They are made by "make build" (npm ci, npm run build) and are no part of the
// repository; a program built without them has only dist/.gitkeep.
package editor

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files are the editor's files: index.html, assets/…, icon.svg, those that
// shrink also as .br and .gz.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the name is a constant
	}
	return files
}
