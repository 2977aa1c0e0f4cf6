package center

import "time"

// ReachReason is why mail does not reach an address.
type ReachReason string

// The reasons.
const (
	ReachBounced    ReachReason = "bounced"    // its server takes no mail for it
	ReachComplained ReachReason = "complained" // its reader called our mail unwelcome
)

// Reach says whether mail reaches an address. The zero value is one of which
// nothing bad is known. An address that bounced is reached again once a mail
// is delivered to it, which sign-in codes alone still go to; one that
// complained stays as it is.
type Reach struct {
	Reason ReachReason // "" is reachable
	At     time.Time   // of what was heard last
}

// Unreachable tells whether letters are held back.
func (r Reach) Unreachable() bool { return r.Reason != "" }

// After is the reach once another report has come. Reports come late, twice
// and in any order: the newest counts, and a bounce never covers a complaint.
// changes is false where the report says nothing new.
func (r Reach) After(report Reach) (now Reach, changes bool) {
	switch {
	case !report.At.After(r.At),
		r.Reason == ReachComplained && report.Reason != ReachComplained,
		r.Reason == "" && report.Reason == "":
		return r, false
	}
	return report, true
}

// MailHealth counts what became of the letters of the last days.
type MailHealth struct{ Delivered, Bounced, Complained int64 }

// MailHealthDays are how many days count, today among them.
const MailHealthDays = 7

// Where sending stops, well before SES reviews a sender (5 % and 0.1 %), and
// from how many letters on a rate says something: one typing error among ten
// letters is no habit.
const (
	maxBouncePermille     = 30 // 3 %
	maxComplaintsPer20000 = 10 // 0.05 %
	minHealthLetters      = 500
	minHealthComplaints   = 2
)

// Stopped tells whether too many letters bounce or are complained about to go
// on sending those that nobody waits for.
func (h MailHealth) Stopped() bool {
	all := h.Delivered + h.Bounced
	if all < minHealthLetters {
		return false
	}
	return h.Bounced*1000 >= maxBouncePermille*all || h.Complained >= minHealthComplaints && h.Complained*20000 >= maxComplaintsPer20000*all
}
