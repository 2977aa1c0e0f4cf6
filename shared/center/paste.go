package center

import "strings"

// Pasted is one address of a list that somebody pasted, with the name that
// stood beside it.
type Pasted struct {
	Email string // as pasted
	Name  string
}

// ReadPasted takes a list of addresses apart as people paste them: one a line
// or with commas and semicolons between, "Name <address>" or the bare address.
// An address that comes twice is one. bad are the pieces that are none.
func ReadPasted(text string) (list []Pasted, bad []string) {
	separators := func(r rune) bool { return strings.ContainsRune("\n\r,;،؛\t", r) }
	seen := map[string]bool{}
	for _, piece := range strings.FieldsFunc(text, separators) {
		if piece = strings.TrimFunc(piece, pasted); piece == "" {
			continue
		}
		p := Pasted{Email: piece}
		if name, rest, found := strings.Cut(piece, "<"); found {
			p.Email = strings.TrimSuffix(strings.TrimSpace(rest), ">")
			p.Name = strings.Trim(strings.TrimSpace(name), `"'`)
		}
		address, ok := NormalizeEmail(p.Email)
		switch {
		case !ok || BadName(p.Name) != "":
			bad = append(bad, piece)
		case !seen[address]:
			seen[address] = true
			list = append(list, p)
		}
	}
	return list, bad
}
