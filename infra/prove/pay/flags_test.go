package pay

import "flag"

// The flags by which `make prove` asks for the long versions. Without them,
// `go test` plays a short one of each.
var (
	schedules        = flag.Int("schedules", 80, "schedules, over all plays")
	seed             = flag.Uint64("seed", 0, "only the schedule of that seed, with its trace, of the plays that are drawn")
	controlSchedules = flag.Int("controls", 60, "schedules of each control")
	each             = flag.Int("each", 43, "of the points of faults and kills, every so manieth; 1 is all of them")
	rounds           = flag.Int("rounds", 1, "rounds of each race")
)

// every picks one of so many as -each says, the first one first.
func every() func() bool {
	n := -1
	return func() bool {
		n++
		return n%*each == 0
	}
}

// everyOther halves what is picked, but of all: each kill starts half a dozen
// programs.
func everyOther() func() bool {
	pick := false
	return func() bool {
		pick = !pick || *each == 1
		return pick
	}
}
