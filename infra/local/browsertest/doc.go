// Package browsertest tells the portal's stories in a real browser, on the
// whole system as it runs on a laptop: people sign in with the code from the
// mailbox, look at their invoices, in English and in Arabic, by mouse and by
// keyboard, on wide and narrow screens.
//
// It knows what people see and do. It does not know how the pages are made:
// that is the portal's.
package browsertest
