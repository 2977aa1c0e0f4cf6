package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"customercenter/shared/center"
)

// Attributes of what is known of an address's mail, on the address and, as a
// copy, on each of its memberships.
const (
	attrReach   = "rh"
	attrReachAt = "ra"
)

// reachTries bounds how often a report of an address begins again.
const reachTries = 6

// Reach is what is known of the mail of an address; the zero value where
// nothing ever went wrong.
func (s *Store) Reach(ctx context.Context, email string) (center.Reach, error) {
	address, ok := center.NormalizeEmail(email)
	if !ok {
		return center.Reach{}, nil
	}
	it, err := s.get(ctx, reachKey(address))
	if errors.Is(err, errAbsent) {
		return center.Reach{}, nil
	}
	if err != nil {
		return center.Reach{}, err
	}
	r := open(it, kindReach)
	return readReach(r), r.err
}

func readReach(r *reader) center.Reach {
	return center.Reach{Reason: center.ReachReason(r.text(attrReach)), At: r.instant(attrReachAt)}
}

// HearOf takes a report of an address, and no other: it holds letters back
// from it, or lets them go again, for every account it may enter. Reports that
// come late, twice or in any order leave the newest standing. It answers what
// stands. Repeating it finishes what a crash left half done.
func (s *Store) HearOf(ctx context.Context, email string, report center.Reach) (center.Reach, error) {
	address, ok := center.NormalizeEmail(email)
	if !ok {
		return center.Reach{}, nil
	}
	stands, err := s.hear(ctx, address, report)
	if err != nil || stands.At.IsZero() {
		return stands, err
	}
	entrances, err := s.AccountsOf(ctx, address)
	if err != nil {
		return stands, err
	}
	for _, e := range entrances {
		if err := s.markMember(ctx, tenantOf(e.Account), center.ContactIDOf(address), stands); err != nil {
			return stands, err
		}
	}
	return stands, nil
}

// hear writes the report on the address, unless another stands above it.
func (s *Store) hear(ctx context.Context, address string, report center.Reach) (center.Reach, error) {
	for range reachTries {
		was, err := s.Reach(ctx, address)
		if err != nil {
			return center.Reach{}, err
		}
		now, changes := was.After(report)
		if !changes {
			return was, nil
		}
		it := newItem(reachKey(address), kindReach)
		it.text(attrReach, string(now.Reason))
		it.instant(attrReachAt, now.At)
		w := write{name: "reach", verb: put, at: it.key(), item: it, condition: absent}
		if !was.At.IsZero() {
			w.condition, w.values = "#"+attrReachAt+" = :was", item{}
			w.values.instant(":was", was.At)
		}
		if err = s.apply(ctx, w); !isRefusal(err) {
			return now, err
		}
	}
	return center.Reach{}, errBusy
}

// markMember copies what stands of an address to a membership, so that
// whoever reads its contacts reads that too.
func (s *Store) markMember(ctx context.Context, t tenant, contact center.ContactID, reach center.Reach) error {
	w := write{name: "membership", verb: update, at: t.member(contact), values: item{},
		change:    "SET #rh = :rh, #ra = :ra",
		condition: present + " AND (attribute_not_exists(#ra) OR #ra < :ra)"}
	if !reach.Unreachable() {
		w.change = "SET #ra = :ra REMOVE #rh"
	}
	w.values.text(":rh", string(reach.Reason))
	w.values.instant(":ra", reach.At)
	return unlessRefused(s.apply(ctx, w))
}

// healthShards spread the counts of a day, so that events do not meet.
const healthShards = 8

// Attributes of a day's counts.
const (
	attrDelivered  = "dl"
	attrBounced    = "bo"
	attrComplained = "cp"
)

// MailHealth counts what became of the letters of the last days.
func (s *Store) MailHealth(ctx context.Context) (h center.MailHealth, err error) {
	today := center.Today(s.now(), time.UTC)
	first := today.AddDays(1 - center.MailHealthDays)
	items, _, err := s.ask(ctx, question{pk: healthPK, from: sortDay + compact(first), to: sortDay + compact(today) + sortEnd,
		limit: healthShards * center.MailHealthDays})
	for _, it := range items {
		r := open(it, kindHealth)
		h.Delivered += r.num(attrDelivered)
		h.Bounced += r.num(attrBounced)
		h.Complained += r.num(attrComplained)
		if r.err != nil {
			return center.MailHealth{}, r.err
		}
	}
	return h, err
}

// countMail adds one to a count of today.
func (s *Store) countMail(letter, attr string) write {
	w := write{name: "mail health", verb: update, values: item{},
		at:     mailDayKey(center.Today(s.now(), time.UTC), shardOf(letter, healthShards)),
		change: "SET #k = :k, #ttl = :ttl ADD #" + attr + " :one"}
	w.values.text(":k", kindHealth.mark())
	w.values.num(":ttl", s.now().Add(keepLetters).Unix())
	w.values.num(":one", 1)
	return w
}

// ResumeMail forgets the bounces and complaints that are counted, so that
// letters go again, with an entry in the operators' audit log that says how
// many there were. Letters that wait go when their time comes, within an hour.
func (e Everywhere) ResumeMail(ctx context.Context, by string) (was center.MailHealth, err error) {
	for range reachTries {
		if was, err = e.s.MailHealth(ctx); err != nil {
			return was, err
		}
		today := center.Today(e.s.now(), time.UTC)
		items, _, err := e.s.ask(ctx, question{pk: healthPK, from: sortDay + compact(today.AddDays(1-center.MailHealthDays)), to: sortDay + compact(today) + sortEnd,
			limit: healthShards * center.MailHealthDays, current: true})
		if err != nil {
			return was, err
		}
		now := e.s.now()
		writes := []write{tenantOf(center.OperatorsAccount).auditWrite(center.AuditEntry{Kind: center.AuditMailResumed, At: now, By: by, Subject: "mail", Facts: map[string]string{
			"delivered": strconv.FormatInt(was.Delivered, 10), "bounced": strconv.FormatInt(was.Bounced, 10), "complained": strconv.FormatInt(was.Complained, 10)}}, now.Format(time.RFC3339Nano))}
		for _, it := range items {
			r := open(it, kindHealth)
			bounced, complained := r.num(attrBounced), r.num(attrComplained)
			if r.err != nil {
				return was, r.err
			}
			if bounced == 0 && complained == 0 {
				continue
			}
			w := write{name: "mail of a day", verb: update, at: it.key(), values: item{}, change: "SET #bo = :none, #cp = :none",
				condition: "(attribute_not_exists(#bo) OR #bo = :bo) AND (attribute_not_exists(#cp) OR #cp = :cp)"}
			w.values.num(":none", 0)
			w.values.num(":bo", bounced)
			w.values.num(":cp", complained)
			writes = append(writes, w)
		}
		if err = e.s.transact(ctx, "resume mail", writes); !isRefusal(err) {
			return was, err
		}
	}
	return was, errBusy
}
