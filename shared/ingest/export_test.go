package ingest

import "slices"

// MaxUnpacked is how many bytes come out of the archives of a batch.
const MaxUnpacked = maxUnpacked

// SplitCSV reads every record of a text, for tests.
func SplitCSV(text, delimiter string) (records [][]string) {
	s := newCSVScanner([]byte(text), delimiter)
	for record, ok, err := s.next(); ok; record, ok, err = s.next() {
		if err == nil {
			records = append(records, record)
		}
	}
	return records
}

// MappingFields lists every field of ours that a column may fill.
func MappingFields() []string {
	return slices.Concat(documentFields[recordInvoice], documentFields[recordOrder], documentFields[recordPayment], documentFields[recordCustomer])
}
