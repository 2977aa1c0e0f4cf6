package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// ocdsPackage is what is read of a release package of the Open Contracting
// Data Standard.
type ocdsPackage struct {
	Releases []ocdsRelease `json:"releases"`
}

type ocdsRelease struct {
	Date      string         `json:"date"`
	Buyer     ocdsParty      `json:"buyer"`
	Parties   []ocdsParty    `json:"parties"`
	Awards    []ocdsAward    `json:"awards"`
	Contracts []ocdsContract `json:"contracts"`
}

type ocdsParty struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Roles      []string `json:"roles"`
	Identifier struct {
		LegalName string `json:"legalName"`
	} `json:"identifier"`
	Address struct {
		Street   string `json:"streetAddress"`
		Locality string `json:"locality"`
		Region   string `json:"region"`
		Postcode string `json:"postalCode"`
	} `json:"address"`
	Contact struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	} `json:"contactPoint"`
}

type ocdsAward struct {
	ID        string      `json:"id"`
	Suppliers []ocdsParty `json:"suppliers"`
}

type ocdsContract struct {
	ID      string `json:"id"`
	AwardID string `json:"awardID"`
	Title   string `json:"title"`
	Status  string `json:"status"`
	Period  struct {
		Start string `json:"startDate"`
		End   string `json:"endDate"`
	} `json:"period"`
	Value struct {
		Amount   json.Number `json:"amount"`
		Currency string      `json:"currency"`
	} `json:"value"`
	Documents []struct {
		Title string `json:"title"`
		URL   string `json:"url"`
	} `json:"documents"`
}

// runConvert writes the contracts of OCDS release packages as JSON Lines, which
// import takes: of each contract the newest release counts, and its day is the
// revision, so that converting later releases brings the change. A buyer is an
// account under its identifier. Nobody gets access by it.
func runConvert(_ context.Context, t terminal, args []string) error {
	names, err := parse(t, "convert", "OCDS-FILES…", args)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return errors.New("convert needs release packages of the Open Contracting Data Standard")
	}
	var releases []ocdsRelease
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var p ocdsPackage
		if err := json.Unmarshal(data, &p); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if len(p.Releases) == 0 {
			return fmt.Errorf("%s holds no releases of the Open Contracting Data Standard", name)
		}
		releases = append(releases, p.Releases...)
	}
	return writeContracts(t.out, releases)
}

// writeContracts writes each buyer once, and each contract as its newest
// release says it.
func writeContracts(w io.Writer, releases []ocdsRelease) error {
	slices.SortStableFunc(releases, func(a, b ocdsRelease) int { return strings.Compare(b.Date, a.Date) })
	out, seen := json.NewEncoder(w), map[string]bool{}
	out.SetEscapeHTML(false)
	for _, r := range releases {
		for _, c := range r.Contracts {
			if seen["contract "+c.ID] || r.Buyer.ID == "" {
				continue
			}
			seen["contract "+c.ID] = true
			if !seen["account "+r.Buyer.ID] {
				seen["account "+r.Buyer.ID] = true
				if err := out.Encode(map[string]any{"kind": "account", "key": r.Buyer.ID, "name": r.party(r.Buyer).Name}); err != nil {
					return err
				}
			}
			record, err := r.record(c)
			if err == nil {
				err = out.Encode(record)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// record is a contract as the center imports it.
func (r ocdsRelease) record(c ocdsContract) (map[string]any, error) {
	revision, err := strconv.Atoi(strings.ReplaceAll(dayOf(r.Date), "-", ""))
	if err != nil {
		return nil, fmt.Errorf("the release of contract %s has no date: %q", c.ID, r.Date)
	}
	record := map[string]any{"kind": "contract", "account": r.Buyer.ID, "number": c.ID, "name": c.Title, "revision": revision,
		"start_on": dayOf(c.Period.Start), "end_on": dayOf(c.Period.End), "currency": c.Value.Currency}
	if c.Status == "terminated" || c.Status == "cancelled" {
		record["terminated_on"] = dayOf(r.Date)
	}
	if c.Value.Amount != "" {
		record["commitment"] = map[string]any{"start_on": dayOf(c.Period.Start), "end_on": dayOf(c.Period.End),
			"quantity": c.Value.Amount.String(), "currency": c.Value.Currency}
	}
	parties := []map[string]any{r.role("sold_to", r.Buyer)}
	for _, a := range r.Awards {
		for _, s := range a.Suppliers {
			if a.ID == c.AwardID {
				parties = append(parties, r.role("seller", s))
			}
		}
	}
	record["parties"] = parties
	var documents []map[string]any
	for _, d := range c.Documents {
		documents = append(documents, map[string]any{"name": d.Title, "url": d.URL})
	}
	record["documents"] = documents
	return record, nil
}

// party is all that a release says of a party it names.
func (r ocdsRelease) party(named ocdsParty) ocdsParty {
	at := slices.IndexFunc(r.Parties, func(p ocdsParty) bool { return p.ID == named.ID })
	if at < 0 {
		return named
	}
	p := r.Parties[at]
	if p.Identifier.LegalName != "" {
		p.Name = p.Identifier.LegalName
	}
	return p
}

func (r ocdsRelease) role(role string, named ocdsParty) map[string]any {
	p := r.party(named)
	return map[string]any{"role": role, "name": p.Name, "contact": p.Contact.Name, "email": p.Contact.Email,
		"address": map[string]any{"street": p.Address.Street, "city": p.Address.Locality, "region": p.Address.Region, "postcode": p.Address.Postcode}}
}

// dayOf is the day of an instant.
func dayOf(instant string) string { return instant[:min(len(instant), len("2006-01-02"))] }
