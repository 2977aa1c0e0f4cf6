// Package house checks that the house is built the way its plan says: who may
// import whom, how a function is named and laid out, and what may never be
// written. It reads files and knows nothing of what the programs do.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const (
	module           = "customercenter/"
	maxMainLines     = 40
	maxFunctionLines = 70
)

// file is one parsed Go file of the repository.
type file struct {
	path string // slash-separated, from the root
	dir  string
	test bool
	ast  *ast.File
	fset *token.FileSet
}

func (f file) imports() (paths []string) {
	for _, i := range f.ast.Imports {
		s, _ := strconv.Unquote(i.Path.Value)
		paths = append(paths, s)
	}
	return paths
}

// skipped folders hold no source of ours.
var skipped = map[string]bool{".git": true, ".build": true, ".local": true, ".bin": true, "node_modules": true, "dist": true, "testdata": true}

// goFiles parses the files itself, rather than asking `go list`, so that the
// go command sees the reads and never answers from a stale cached result.
func goFiles(t *testing.T) (files []file) {
	t.Helper()
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skipped[d.Name()] {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		tree, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		slash := filepath.ToSlash(path)
		files = append(files, file{path: slash, dir: filepath.ToSlash(filepath.Dir(path)), test: strings.HasSuffix(path, "_test.go"), ast: tree, fset: fset})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// room says what a folder may import from this module, and what it must never
// import from elsewhere. The first room whose prefix fits counts.
type room struct {
	prefix string
	may    []string
	never  []string
	why    string
}

const sdk, lambdaGo = "github.com/aws/aws-sdk-go-v2", "github.com/aws/aws-lambda-go"

var rooms = []room{
	{"shared/money", nil, []string{"github.com/", "golang.org/"}, "money is arithmetic, nothing else"},
	{"shared/awshttp", nil, []string{"github.com/", "golang.org/"}, "it is a transport, nothing else"},
	{"shared/keyring", nil, []string{"github.com/", "golang.org/"}, "keys know nothing of what they open"},
	{"shared/settings", []string{"shared/center", "shared/keyring"}, []string{"github.com/", "golang.org/", "os"}, "it reads what it is handed"},
	{"shared/center", []string{"shared/money"}, []string{"github.com/", "golang.org/", "net/http", "encoding/json", "os", "log", "log/slog"}, "rules must run anywhere"},
	{"shared/store", []string{"shared/center", "shared/money", "shared/awshttp", "shared/keyring"}, []string{lambdaGo}, "the store does not know who calls it"},
	{"shared/ingest", []string{"shared/center", "shared/money"}, []string{sdk, lambdaGo, "net/http"}, "a reader of files knows no cloud"},
	{"shared/document", []string{"shared/center", "shared/money"}, []string{sdk, lambdaGo, "net/http"}, "a writer of files knows no cloud"},
	{"shared/mail", []string{"shared/center", "shared/money", "shared/awshttp"}, []string{lambdaGo}, "letters do not know who sends them"},
	{"shared/processor/stripe", []string{"shared/center", "shared/money", "shared/processor"}, []string{sdk, lambdaGo}, "a processor's adapter knows neither table nor gateway"},
	{"shared/processor", []string{"shared/center", "shared/money"}, []string{"github.com/", "golang.org/", "net/http"}, "it says what is asked for, not how"},
	{"shared/paying", []string{"shared/center", "shared/money", "shared/store", "shared/processor"}, []string{sdk, lambdaGo, "github.com/", "net/http"}, "the protocol knows neither the wire of the processor nor the gateway"},
	{"shared/filter", []string{"shared/center", "shared/money", "shared/store"}, []string{sdk, lambdaGo, "net/http"}, "what is wanted does not hang on the door"},
	{"shared/session", []string{"shared/center", "shared/money", "shared/store", "shared/keyring"}, []string{lambdaGo, sdk}, "sessions do not know the gateway"},
	{"shared/httpapi", []string{"shared/center", "shared/money", "shared/session"}, []string{sdk}, "the edge does not know the table"},
	{"shared/view", []string{"shared/center", "shared/money"}, []string{sdk, lambdaGo, "net/http"}, "how a thing looks in JSON does not hang on the door"},
	{"shared/jobs", []string{"shared/center", "shared/money"}, []string{sdk}, "the edge does not know the table"},
	{"functions/", []string{"shared/"}, []string{sdk}, "the table is spoken to in shared/store, mail in shared/mail"},
	{"infra/", []string{"shared/", "infra/"}, nil, "the laptop cloud runs functions, it does not link them"},
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		for _, r := range rooms {
			if !strings.HasPrefix(f.path, r.prefix) {
				continue
			}
			for _, path := range f.imports() {
				checkImport(t, f, r, path)
			}
			break
		}
	}
}

func checkImport(t *testing.T, f file, r room, path string) {
	t.Helper()
	if own, ok := strings.CutPrefix(path, module); ok {
		if own != f.dir && !strings.HasPrefix(own, strings.TrimSuffix(r.prefix, "/")) && !hasPrefix(own, r.may) {
			t.Errorf("%s may not import %s: %s", f.path, own, r.why)
		}
		if strings.HasPrefix(r.prefix, "functions") && strings.HasPrefix(own, "functions/") && !strings.HasPrefix(own, f.dir) {
			t.Errorf("%s imports another function, %s", f.path, own)
		}
		return
	}
	for _, n := range r.never {
		if path == n || strings.HasSuffix(n, "/") && strings.HasPrefix(path, n) || strings.HasPrefix(path, n+"/") {
			t.Errorf("%s may not import %s: %s", f.path, path, r.why)
		}
	}
}

func hasPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// outside are the calls that reach out of the program; only a function's
// main.go and infra make them, everything else is handed a clock, a context
// and its settings.
var outside = map[string]bool{"os.Getenv": true, "os.LookupEnv": true, "time.Now": true, "context.Background": true, "lambda.Start": true}

func TestOnlyMainReachesOutside(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test || strings.HasPrefix(f.path, "infra/") || strings.HasPrefix(f.path, "functions/") && strings.HasSuffix(f.path, "/main.go") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && outside[x.Name+"."+s.Sel.Name] {
					t.Errorf("%s uses %s.%s; take it as an argument", f.fset.Position(s.Pos()), x.Name, s.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestFunctionsAreShort(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			if n := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1; n > maxFunctionLines {
				t.Errorf("%s: %s has %d lines; at most %d can be read at one look", f.fset.Position(fn.Pos()), fn.Name.Name, n, maxFunctionLines)
			}
		}
	}
}

// boundary finds the sentence of a package comment that says what the room
// does not know or do.
var boundary = regexp.MustCompile(`(?i)\b(not|no|never|nothing|neither|nor|without|only|alone)\b`)

// A function says what it is for; a room says besides where it ends.
func TestEveryPackageSaysWhatItIs(t *testing.T) {
	docs := map[string]string{}
	for _, f := range goFiles(t) {
		if f.test && f.dir != "." && strings.HasSuffix(f.ast.Name.Name, "_test") {
			continue
		}
		docs[f.dir] += ""
		if f.ast.Doc != nil {
			docs[f.dir] += f.ast.Doc.Text()
		}
	}
	for dir, doc := range docs {
		switch {
		case doc == "":
			t.Errorf("%s has no package comment", dir)
		case !boundary.MatchString(doc) && !strings.HasPrefix(dir, "functions/"):
			t.Errorf("%s: its comment does not say what it does not know", dir)
		}
	}
}

func TestOneNameInFiveSpellings(t *testing.T) {
	template, openapi := read(t, "template.yaml"), read(t, "infra/openapi.yaml")
	dirs, _ := filepath.Glob("functions/*")
	if len(dirs) == 0 {
		t.Fatal("no functions")
	}
	for _, dir := range dirs {
		name := filepath.Base(dir)
		t.Run(name, func(t *testing.T) {
			main := read(t, filepath.Join(dir, "main.go"))
			if n := strings.Count(main, "\n"); n > maxMainLines {
				t.Errorf("main.go has %d lines; at most %d", n, maxMainLines)
			}
			if !strings.HasPrefix(main, "// Command "+name+" ") {
				t.Errorf("main.go does not begin with %q", "// Command "+name+" ")
			}
			if !strings.Contains(template, "\n  "+pascal(name)+"Function:\n") {
				t.Errorf("template.yaml has no %sFunction", pascal(name))
			}
			event := read(t, "events/"+name+".json")
			if strings.Contains(event, " /v1/") && !strings.Contains(openapi, "x-function: "+name+"\n") {
				t.Errorf("openapi.yaml has no operation of %s", name)
			}
		})
	}
}

func pascal(kebab string) (s string) {
	for _, w := range strings.Split(kebab, "-") {
		s += strings.ToUpper(w[:1]) + w[1:]
	}
	return s
}

// wholeTable finds the call, its types and its word; ScannedCount and
// ScanIndexForward belong to Query.
var wholeTable = regexp.MustCompile(`\bScan(\b|Input|Output|Paginator)`)

func TestTheTableIsNeverReadWhole(t *testing.T) {
	for _, f := range goFiles(t) {
		if m := wholeTable.FindString(read(t, f.path)); strings.HasPrefix(f.path, "shared/store/") && m != "" {
			t.Errorf("%s says %s", f.path, m)
		}
	}
}

var anyStar = regexp.MustCompile(`(?m)(Action|Resource):\s*(- )?["']?\*["']?\s*$|^\s*- ["']?([a-z0-9-]+:)?\*["']?\s*$`)

func TestNobodyMayDoEverything(t *testing.T) {
	if m := anyStar.FindString(read(t, "template.yaml")); m != "" {
		t.Errorf("template.yaml grants %q", strings.TrimSpace(m))
	}
}

// foreign are words that would tell of one machine rather than of the product.
var foreign = regexp.MustCompile(`/work/|/root/|/home/[a-z]|\.invalid-proxy`)

func TestWordsSpeakOfTheProductAlone(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skipped[d.Name()] && d.Name() != "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		switch filepath.Ext(path) {
		case ".go", ".md", ".yaml", ".json", ".ts", ".tsx", ".css", ".mjs", "":
		default:
			return nil
		}
		if path == "house_test.go" || path == "package-lock.json" {
			return nil
		}
		if m := foreign.FindString(read(t, path)); m != "" {
			t.Errorf("%s names a machine: %q", path, m)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
