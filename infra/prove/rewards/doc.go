// Package rewards proves that a balance of rewards is never below zero and
// always its ledger, whoever redeems at once and whatever dies: crowds use one
// balance while it is corrected and given back, programs are killed at each of
// their calls, and each condition of the writes is stripped.
//
// It does not know a page. All of it is tests: `go test` runs a short version,
// `make prove MODE=rewards` the long one.
package rewards
