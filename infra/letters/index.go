package main

import (
	_ "embed"
	"html/template"
	"os"
	"path/filepath"
)

//go:embed index.html
var indexText string

var indexPage = template.Must(template.New("index").Parse(indexText))

// writeIndex writes the page that shows all letters.
func writeIndex(dir string, entries []entry) (path string, err error) {
	path = filepath.Join(dir, "index.html")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	if err := indexPage.Execute(f, entries); err != nil {
		f.Close()
		return "", err
	}
	return path, f.Close()
}
