// Package pay proves that nobody is charged twice and nobody is shown a lie.
// Payers, colleagues, browsers that ask again, the sweep, webhooks and pages
// the processor hosts run the production driver (shared/paying), store and
// processor adapter against the embedded table and the stand-in of Stripe;
// each call of each of them passes a gate of infra/prove/explore.
//
// The functions' handlers are programs and cannot be linked; they are thin
// above the driver, and the kill matrix runs them as the binaries they are.
// It does not know how a page looks or a function is deployed. All of it is
// tests: `go test` runs a short version, `make prove` the long one (see the
// flags in flags_test.go).
package pay
