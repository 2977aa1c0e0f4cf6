// Package contacts proves that who may enter is who was let in, at every
// moment: crowds accept one invitation, primary contacts go at once, and
// requests race with changes of what they may. They run the production store
// and guard over the embedded table.
//
// It does not know a route or a page. All of it is tests: `go test` runs a
// short version, `make prove MODE=contacts` the long one.
package contacts
