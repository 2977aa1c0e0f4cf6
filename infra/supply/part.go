package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// part is a module or package that the product takes from others.
type part struct {
	Name, Version, From string
	Licences            []string
	Deployed            bool // in what runs in production
}

// allowed are the licences that ask for no more than to be named with the
// product, or less. What is not deployed may also ask for its own changes back.
var allowed = map[string]bool{
	"Apache-2.0": true, "MIT": true, "BSD-2-Clause": true, "BSD-3-Clause": true, "ISC": true, "0BSD": true,
	"Unlicense": true, "OFL-1.1": true, "ICU": true, "BlueOak-1.0.0": true, "CC0-1.0": true, "Python-2.0": true, "Zlib": true,
}

// allowedUndeployed are those that only tools may have.
var allowedUndeployed = map[string]bool{"MPL-2.0": true}

// byHand are the licences of parts in which no program recognised one, or the
// wrong one, as a person read them.
var byHand = map[string]string{
	"std": "BSD-3-Clause", "github.com/tidwall/btree": "MIT",
	"golang.org/x/crypto": "BSD-3-Clause", "golang.org/x/image": "BSD-3-Clause", "golang.org/x/net": "BSD-3-Clause",
	"golang.org/x/text": "BSD-3-Clause", "golang.org/x/sys": "BSD-3-Clause", "golang.org/x/sync": "BSD-3-Clause",
}

// read takes the parts of a bill of materials in CycloneDX's JSON; deployed
// tells which of them run in production.
func read(bill []byte, from string, deployed func(name string) bool) ([]part, error) {
	var in struct {
		Components []struct {
			Group, Name, Version string
			Licenses             []struct {
				Expression string
				License    struct{ ID, Name string }
			}
		}
	}
	if err := json.Unmarshal(bill, &in); err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	var parts []part
	for _, c := range in.Components {
		p := part{Name: c.Name, Version: c.Version, From: from}
		if c.Group != "" {
			p.Name = c.Group + "/" + c.Name
		}
		p.Deployed = deployed(p.Name)
		for _, l := range c.Licenses {
			p.Licences = append(p.Licences, cmp.Or(l.License.ID, l.Expression, l.License.Name))
		}
		if own, ok := byHand[p.Name]; ok {
			p.Licences = []string{own}
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// judge says which parts may not be used as they are.
func judge(parts []part) (faults error) {
	for _, p := range parts {
		if !slices.ContainsFunc(p.Licences, func(l string) bool { return p.may(l) }) {
			faults = errors.Join(faults, fmt.Errorf("%s %s: no licence of %q is allowed; read it, then say so in infra/supply/part.go", p.Name, p.Version, p.Licences))
		}
	}
	return faults
}

// may says whether a licence is allowed: of an expression one side of each OR,
// and both of each AND. Expressions in expressions are left to a person.
func (p part) may(licence string) bool {
	return slices.ContainsFunc(strings.Split(strings.Trim(licence, "()"), " OR "), func(side string) bool {
		return !slices.ContainsFunc(strings.Split(side, " AND "), func(one string) bool {
			return !allowed[one] && (p.Deployed || !allowedUndeployed[one])
		})
	})
}

// page is docs/supply-chain.md.
func page(parts []part, weaknesses string) []byte {
	var b bytes.Buffer
	b.WriteString("# What the product is made of\n\n`make supply` writes this page, and bills of materials (CycloneDX) into `.build/sbom`. Parts are fetched at build from their registries, pinned by\n" +
		"`go.sum` and `package-lock.json`. Why each is used stands in [decision 10](decisions/0010-dependencies.md).\n\n")
	fmt.Fprintf(&b, "Weaknesses: %s\n", weaknesses)
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(x, y part) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Version, y.Version)) })
	for _, section := range []struct {
		title    string
		deployed bool
	}{{"In what is deployed", true}, {"In tests, the laptop cloud and tools only", false}} {
		fmt.Fprintf(&b, "\n## %s\n\n| part | version | licence | from |\n|---|---|---|---|\n", section.title)
		for _, p := range parts {
			if p.Deployed == section.deployed {
				fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", p.Name, p.Version, strings.Join(p.Licences, ", "), p.From)
			}
		}
	}
	return b.Bytes()
}
