package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"customercenter/shared/center"
)

// noticeKind is what people are told of rewards.
type noticeKind string

// The kinds of notices.
const (
	noticeEnding noticeKind = "ending" // of the lots that end on a day
	noticeEarned noticeKind = "earned" // of the lots that a month earned
)

const (
	// earnedNews is for how long what a month earned is news, in days: the
	// months before, which come with an account's first file, are not.
	earnedNews = 45
	// earnedWait is how long the notice of a month waits for the other
	// subscriptions' usage, in days.
	earnedWait = 1

	attrTold = "td"
)

// announce adds to a change when people are to be told of a lot: of what it
// earned, a day later, and that it ends, thirty days before. All lots of an
// account that end on one day, or are of one month, are told of together.
func (l *ledger) announce(c *change, lot center.RewardLot, today center.Date) {
	if lot.Available.Sign() <= 0 {
		return
	}
	if warn := center.WarnOfEnd(lot.ExpiresOn); lot.Usable(today) {
		w := l.notice(noticeEnding, compact(lot.ExpiresOn), max(warn, today))
		w.change = "SET #k = :kind, #wp = :wp, #ws = :ws"
		c.notices[w.at] = w
	}
	if lot.Period != "" && !lot.Manual && lot.EarnedOn.DaysUntil(today) <= earnedNews {
		w := l.notice(noticeEarned, lot.Period, today.AddDays(earnedWait))
		w.change = "SET #k = :kind, #wp = :wp, #ws = if_not_exists(#ws, :ws)"
		c.notices[w.at] = w
	}
}

func (l *ledger) notice(kind noticeKind, of string, day center.Date) write {
	w := write{name: "notice", verb: update, at: l.t.rewardNotice(kind, of), values: item{}}
	pk, sk := l.t.rewardIndex(day)
	w.values.text(":kind", kindRewardTold.mark())
	w.values.text(":wp", pk)
	w.values.text(":ws", sk)
	return w
}

// DueRewardNotice is a notice whose day may have come.
type DueRewardNotice struct{ at key }

// Account is whose it is.
func (d DueRewardNotice) Account() center.AccountID {
	account, _, _, _ := noticeAt(d.at)
	return account
}

// RewardCursor is how far a run has looked for what is due. The zero one is its
// beginning.
type RewardCursor struct {
	looked int  // shards that are through
	start  item // within the next; nil at its beginning
}

// Done tells that all was looked at.
func (c RewardCursor) Done() bool { return c.looked == rewardShards }

// DueRewardNotices are some of those whose day has begun somewhere on earth, of
// one shard and the oldest first, at most limit; none of the others is read.
func (s *Store) DueRewardNotices(ctx context.Context, from RewardCursor, limit int) (due []DueRewardNotice, next RewardCursor, err error) {
	today := compact(center.Today(s.now().Add(earliestZone), time.UTC))
	items, last, err := s.ask(ctx, question{index: indexWork, part: attrWorkPK, pk: rewardWorkPK(from.looked), attr: attrWorkSK, from: workStart,
		to: today + sortEnd, limit: limit, start: from.start})
	if err != nil {
		return nil, from, err
	}
	for _, it := range items {
		due = append(due, DueRewardNotice{it.key()})
	}
	next = RewardCursor{looked: from.looked, start: last}
	if last == nil {
		next.looked++
	}
	return due, next, nil
}

// TellOfRewards puts the letters of a notice if its day has begun in its
// account's zone; they leave at the account's hour. kind is "" when nobody was
// told: the day has not come, or nothing is left to tell of. Doing it again, or
// twice at once, puts nothing again.
func (s *Store) TellOfRewards(ctx context.Context, d DueRewardNotice) (kind center.LetterKind, err error) {
	account, what, of, err := noticeAt(d.at)
	if err != nil {
		return "", err
	}
	it, err := s.get(ctx, d.at)
	if errors.Is(err, errAbsent) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	r := open(it, kindRewardTold)
	due := expand(r.text(attrWorkSK))
	debtor, err := s.Debtor(ctx, account)
	if err = firstError(r.err, err); err != nil {
		return "", err
	}
	now := s.now()
	today := center.Today(now, debtor.Zone())
	if due == "" || due > today {
		return "", nil
	}
	purses, err := Account{s: s, actor: center.Actor{Account: account}, t: tenantOf(account)}.Purses(ctx)
	if err != nil {
		return "", err
	}
	told := write{name: "notice", verb: update, at: d.at, change: "SET #td = :now REMOVE #wp, #ws", condition: "#ws = :was", values: item{}}
	told.values.instant(":now", now)
	told.values.text(":was", compact(due))
	writes := []write{told}
	letter := center.Letter{Kind: center.LetterRewardsEarned, Account: account, CreatedAt: now, Params: map[string]string{"period": of}}
	any := len(center.LotsEarned(purses, of)) > 0
	if what == noticeEnding {
		day := expand(of)
		letter.Kind, letter.Params = center.LetterRewardsEnding, map[string]string{"day": string(day)}
		any = len(center.LotsEnding(purses, day, today)) > 0
	}
	if any {
		kind = letter.Kind
		for _, p := range holders(debtor.People, center.ContactPrimary, center.ContactPayables) {
			letter.ID = letterID(kind, string(account), string(p.ID), of, compact(due))
			letter.To, letter.Name, letter.Locale, letter.Contact = p.Email, p.Name, p.Locale, p.ID
			writes = append(writes, letterAt(letter, debtor.Policy.At(today, now, debtor.Zone())))
		}
	}
	err = s.transact(ctx, fmt.Sprintf("notice/%s/%s/%s", account, d.at.sk, compact(due)), writes)
	if isRefusal(err) { // somebody else was faster
		return "", nil
	}
	return kind, err
}
