package build

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Hash is the content hash of everything a function's binary is made of: its own and the module's packages it
// imports, their embedded files, the module's dependencies and the compiler.
func (b *Builder) Hash(function string) (string, error) {
	files, err := b.Sources(function)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintln(h, runtime.Version(), runtime.GOOS, runtime.GOARCH, Flags)
	for _, f := range files {
		if err := hashFile(h, b.root, f); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func hashFile(h io.Writer, root, file string) error {
	f, err := os.Open(filepath.Join(root, file))
	if err != nil {
		return err
	}
	defer f.Close()
	own := sha256.New()
	if _, err := io.Copy(own, f); err != nil {
		return err
	}
	_, err = fmt.Fprintf(h, "%s %x\n", file, own.Sum(nil))
	return err
}

// Fingerprint changes whenever a file of the function is written, added or removed. It reads no contents, so it
// may be asked every second.
func (b *Builder) Fingerprint(function string) (string, error) {
	files, err := b.Sources(function)
	if err != nil {
		return "", err
	}
	return b.fingerprint(files)
}

func (b *Builder) fingerprint(files []string) (string, error) {
	h := sha256.New()
	for _, f := range files {
		s, err := os.Stat(filepath.Join(b.root, f))
		if err != nil {
			return "", err
		}
		fmt.Fprintln(h, f, s.Size(), s.ModTime().UnixNano())
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Sources lists the files a function is made of, relative to the root, sorted.
func (b *Builder) Sources(function string) ([]string, error) {
	c := closure{root: b.root, module: b.module, seen: map[string]bool{}, imports: b.imports}
	if err := c.add(filepath.Join("functions", function)); err != nil {
		return nil, err
	}
	c.files = append(c.files, "go.mod", "go.sum")
	slices.Sort(c.files)
	return slices.Compact(c.files), nil
}

// closure gathers a package and, through its imports, every package of the module below it. It reads the imports
// itself: a second's worth of `go list` per function would be most of the time of a start with nothing to build.
type closure struct {
	root    string
	module  string
	seen    map[string]bool
	files   []string
	imports *imports
}

func (c *closure) add(folder string) error {
	if c.seen[folder] {
		return nil
	}
	c.seen[folder] = true
	entries, err := os.ReadDir(filepath.Join(c.root, folder))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if err := c.addFile(folder, name); err != nil {
			return err
		}
	}
	return nil
}

func (c *closure) addFile(folder, name string) error {
	path := filepath.Join(folder, name)
	c.files = append(c.files, path)
	imports, err := c.imports.of(filepath.Join(c.root, path))
	if err != nil {
		return err
	}
	for _, imported := range imports {
		if own, ok := strings.CutPrefix(imported, c.module+"/"); ok {
			if err := c.add(filepath.FromSlash(own)); err != nil {
				return err
			}
		}
	}
	if slices.Contains(imports, "embed") {
		return c.addEmbedded(folder, path)
	}
	return nil
}

// imports remembers what files import, since the same few hundred are asked every second.
type imports struct {
	mu    sync.Mutex
	known map[string]header
}

// header is what a file imports, as of a version of it.
type header struct {
	size    int64
	at      time.Time
	imports []string
}

func (i *imports) of(path string) ([]string, error) {
	status, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if h, ok := i.known[path]; ok && h.size == status.Size() && h.at.Equal(status.ModTime()) {
		return h.imports, nil
	}
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	h := header{size: status.Size(), at: status.ModTime()}
	for _, spec := range f.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		h.imports = append(h.imports, imported)
	}
	i.known[path] = h
	return h.imports, nil
}

// addEmbedded adds the files that the //go:embed lines of a file name. A pattern that matches nothing is left to
// the compiler to refuse.
func (c *closure) addEmbedded(folder, path string) error {
	f, err := os.Open(filepath.Join(c.root, path))
	if err != nil {
		return err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		patterns, ok := strings.CutPrefix(lines.Text(), "//go:embed ")
		if !ok {
			continue
		}
		for _, p := range strings.Fields(patterns) {
			p = strings.TrimPrefix(strings.Trim(p, "\"`"), "all:")
			matches, err := filepath.Glob(filepath.Join(c.root, folder, p))
			if err != nil {
				return err
			}
			for _, m := range matches {
				if err := c.addTree(m); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (c *closure) addTree(path string) error {
	return filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(c.root, p)
		c.files = append(c.files, rel)
		return err
	})
}

// modulePath reads the module's name from go.mod.
func modulePath(file string) (string, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(src)) {
		if name, ok := strings.CutPrefix(line, "module "); ok {
			return strings.TrimSpace(name), nil
		}
	}
	return "", fmt.Errorf("%s names no module", file)
}
