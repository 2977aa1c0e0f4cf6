// Package restore proves what is left after a disaster: a center at work loses
// its table, a copy from some minutes before takes its place beside the
// processor as it stands by then, and the sweeps that run anyway must bring both
// in line. What the lost table came to by itself is the measure.
//
// It runs the production driver (shared/paying), store and processor adapter
// against the embedded table and the stand-in of Stripe. It does not know how a
// table is restored in the cloud: docs/operations.md does. All of it is tests.
package restore
