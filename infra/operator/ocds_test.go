package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

// converted are the contracts of files, as an import reads them.
func converted(t *testing.T, names ...string) (contracts []*center.Contract) {
	t.Helper()
	var out strings.Builder
	if err := run(t.Context(), terminal{out: &out, notes: &out}, append([]string{"convert"}, names...)); err != nil {
		t.Fatal(err)
	}
	batch, err := ingest.Open([]ingest.File{{Name: "converted.jsonl", Data: []byte(out.String())}}, nil, center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for r := range batch.Records() {
		switch {
		case r.Reject != nil:
			t.Errorf("%s: %+v", r.Kind, r.Reject)
		case r.Other != nil && r.Other.Contract != nil:
			contracts = append(contracts, r.Other.Contract)
		}
	}
	return contracts
}

const twoReleases = `{"releases":[
{"date":"2026-05-10T10:30:00Z","buyer":{"id":"GB-1","name":"Borough"},"parties":[{"id":"GB-1","name":"Borough","identifier":{"legalName":"The Borough"},"address":{"locality":"London"}}],
 "awards":[{"id":"a1","suppliers":[{"id":"GB-2","name":"Builder"}]}],
 "contracts":[{"id":"c1","awardID":"a1","title":"Lanes","status":"active","period":{"startDate":"2026-07-01T00:00:00Z","endDate":"2027-06-30T23:59:00Z"},"value":{"amount":110000.5,"currency":"GBP"}}]},
{"date":"2026-08-01T00:00:00Z","buyer":{"id":"GB-1","name":"Borough"},"contracts":[{"id":"c1","title":"Lanes, ended","status":"terminated"}]},
{"date":"2026-01-01T00:00:00Z","buyer":{"id":"GB-1"}}]}`

func TestContractsAreConvertedAsTheirNewestReleaseSaysThem(t *testing.T) {
	name := filepath.Join(t.TempDir(), "ocds.json")
	if err := os.WriteFile(name, []byte(twoReleases), 0o600); err != nil {
		t.Fatal(err)
	}
	got := converted(t, name)
	if len(got) != 1 || got[0].Name != "Lanes, ended" || got[0].TerminatedOn != "2026-08-01" || got[0].Revision != 20260801 {
		t.Errorf("%+v", got)
	}
	first := strings.Replace(twoReleases, `"date":"2026-08-01T00:00:00Z"`, `"date":"2026-02-01T00:00:00Z"`, 1)
	if err := os.WriteFile(name, []byte(first), 0o600); err != nil {
		t.Fatal(err)
	}
	got = converted(t, name)
	if len(got) != 1 || got[0].EndOn != "2027-06-30" || len(got[0].Parties) != 2 || got[0].Parties[0].Name != "The Borough" || got[0].Commitment.Quantity != "110000.5" {
		t.Errorf("%+v", got[0])
	}
}

func TestWhatIsNoReleaseIsNotConverted(t *testing.T) {
	name := filepath.Join(t.TempDir(), "other.json")
	for _, text := range []string{`{"records":[]}`, `[]`, `{"releases":[{"date":"soon","buyer":{"id":"x"},"contracts":[{"id":"c"}]}]}`} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := run(t.Context(), terminal{out: &out, notes: &out}, []string{"convert", name}); err == nil {
			t.Errorf("%s: %s", text, out.String())
		}
	}
}

// The public story of a contract, from its planning to its work.
func TestThePublicContractIsConverted(t *testing.T) {
	dir := os.Getenv("CENTER_DATA")
	files, _ := filepath.Glob(filepath.Join(dir, "ocds", "*.json"))
	if len(files) == 0 {
		t.Skip("the public contracts are not here")
	}
	got := converted(t, files...)
	if len(got) != 1 || got[0].Revision != 20110110 || got[0].EndOn != "2011-06-30" || got[0].Commitment.Quantity != "11000000" || len(got[0].Parties) != 2 {
		t.Fatalf("%+v", got)
	}
	if state := center.StateOfTerm(got[0].StartOn, got[0].EndOn, got[0].TerminatedOn, false, "2010-12-01"); state != center.SubscriptionActive {
		t.Errorf("%s", state)
	}
}
