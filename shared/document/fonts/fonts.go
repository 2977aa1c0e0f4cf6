// Package fonts holds the four faces that papers are set in: Noto Sans and
// Noto Naskh Arabic, regular and bold, under the SIL Open Font License, whose
// text lies beside them.
//
// The files are no part of the repository: `make fonts` takes them from two
// packages pinned by checksum, and every other target that builds does so
// first. A program built without them starts, but prints nothing.
package fonts

import (
	"embed"
	"errors"
	"fmt"
)

// all: takes the file in that keeps the folder in the repository, so that the
// program also compiles without fonts.
//
//go:embed all:files
var files embed.FS

// ErrMissing says that the program was built without fonts.
var ErrMissing = errors.New("the fonts of papers are missing: run `make fonts`, then build again")

// Family is a face of one script in its two weights, as TrueType files.
type Family struct{ Regular, Bold []byte }

// Sans is for Latin, Greek and Cyrillic.
func Sans() (Family, error) { return read("sans") }

// Naskh is for Arabic.
func Naskh() (Family, error) { return read("naskh") }

func read(name string) (Family, error) {
	regular, err := files.ReadFile("files/" + name + "-regular.ttf")
	if err != nil {
		return Family{}, fmt.Errorf("%w (%w)", ErrMissing, err)
	}
	bold, err := files.ReadFile("files/" + name + "-bold.ttf")
	if err != nil {
		return Family{}, fmt.Errorf("%w (%w)", ErrMissing, err)
	}
	return Family{regular, bold}, nil
}
