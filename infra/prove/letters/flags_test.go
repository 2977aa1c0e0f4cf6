package letters

import "flag"

// The flags by which `make prove` asks for the long versions. Without them,
// `go test` plays a short one of each.
var (
	accounts = flag.Int("accounts", 30, "accounts of the town")
	bills    = flag.Int("bills", 100, "unpaid invoices of each account")
	month    = flag.Int("days", 2, "simulated days")
	seed     = flag.Uint64("seed", 1, "of what goes wrong, and when")
	each     = flag.Int("each", 9, "spoil one write in so many")
)
