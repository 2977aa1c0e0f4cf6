package contacts

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"customercenter/infra/functiontest"
)

var matrix = flag.Bool("matrix", false, "run the authorization matrix of every function, and not only look that each has one")

// matrixTests are the tests by which functions try the matrix.
const matrixTests = "^(TestEverybodyIsAnsweredAsDeclared|TestOthersCannotImport)$"

// Every function that answers people tries every cell of its routes. The
// counts of each are its own: the tests are run as they are.
func TestEveryFunctionTriesItsMatrix(t *testing.T) {
	var packages []string
	for _, op := range functiontest.Operations(t) {
		if pkg := "./functions/" + op.Function; !slices.Contains(packages, pkg) {
			packages = append(packages, pkg)
		}
	}
	slices.Sort(packages)
	for _, pkg := range packages {
		files, err := filepath.Glob(filepath.Join(functiontest.Root(), pkg, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, triesMatrix) {
			t.Errorf("%s has routes and tries no matrix of them", pkg)
		}
	}
	if !*matrix {
		return
	}
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"test", "-count=1", "-run", matrixTests}, packages...)...)
	cmd.Dir = functiontest.Root()
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

func triesMatrix(file string) bool {
	text, err := os.ReadFile(file)
	return err == nil && strings.Contains(string(text), "functiontest.Matrix(")
}
