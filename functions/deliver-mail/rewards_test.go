package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

var rewarded = functiontest.Rewarded(functiontest.Najd, functiontest.RewardsNumber)

// codes makes redemption codes.
func (o *office) codes(account center.AccountID, sub center.SubscriptionID, generation int) (string, [center.RedemptionCodeBytes]byte) {
	key := o.Keys.Current()
	raw, _ := session.RedemptionCode(o.Keys, key, account, sub, generation)
	return key, raw
}

// authorise lets the payables contact redeem.
func (o *office) authorise() {
	o.t.Helper()
	if _, err := o.Store.In(o.Actor(o.t, functiontest.Primary)).AuthoriseRedeemer(o.t.Context(), rewarded, string(functiontest.Payables), o.codes); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) code(generation int) string {
	raw, _ := session.RedemptionCode(o.Keys, o.Keys.Current(), center.AccountIDOf(functiontest.Najd), rewarded, generation)
	return center.RedemptionCode(raw)
}

func TestARedeemerIsMailedTheNewestCode(t *testing.T) {
	o := newOffice(t)
	o.Rewards(t)
	boss := o.Store.In(o.Actor(t, functiontest.Primary))
	o.authorise()
	first := o.letterTo(center.LetterRedeemer, functiontest.Payables)
	if _, err := boss.RotateCode(t.Context(), rewarded, 1, o.codes); err != nil {
		t.Fatal(err)
	}
	o.deliver(first, "1")
	if len(o.out.sent) != 1 || !strings.Contains(o.out.sent[0].Text, o.code(2)) || strings.Contains(o.out.sent[0].Text, o.code(1)) || !strings.Contains(o.out.sent[0].Text, functiontest.RewardsNumber) {
		t.Fatalf("sent %+v", o.out.sent)
	}
	if o.out.sent[0].To != string(functiontest.Payables) {
		t.Errorf("sent to %s", o.out.sent[0].To)
	}
	notice := o.letterTo(center.LetterRedeemersChanged, functiontest.Primary)
	o.deliver(notice, "2")
	if len(o.out.sent) != 2 || strings.Contains(o.out.sent[1].Text, o.code(2)) {
		t.Errorf("the notice: %+v", o.out.sent)
	}
	for generation := range 3 {
		if strings.Contains(o.log.String(), o.code(generation+1)) {
			t.Errorf("the log tells the code of generation %d", generation+1)
		}
	}
}

func TestWhoWasRemovedMeanwhileIsMailedNoCode(t *testing.T) {
	o := newOffice(t)
	o.Rewards(t)
	boss := o.Store.In(o.Actor(t, functiontest.Primary))
	o.authorise()
	letter := o.letterTo(center.LetterRedeemer, functiontest.Payables)
	if _, err := boss.RemoveRedeemer(t.Context(), rewarded, string(functiontest.Payables)); err != nil {
		t.Fatal(err)
	}
	o.deliver(letter, "1")
	if o.state(letter) != center.LetterSkipped || len(o.out.sent) != 0 {
		t.Errorf("%s %v", o.state(letter), o.out.sent)
	}
}

// told is the text of the newest mail of a kind; "" where none was sent.
func (o *office) told(kind center.LetterKind) (text string) {
	for _, m := range o.out.sent {
		if m.Kind == kind && m.To == string(functiontest.Payables) {
			text = m.Text
		}
	}
	return text
}

// What is told of rewards is what is left of them when the letter leaves, and
// what is used meanwhile is told to who used it.
func TestRewardsAreToldAsTheyAreWhenTheLetterLeaves(t *testing.T) {
	o := newOffice(t)
	o.Book(t, functiontest.UsageOf(functiontest.Najd, functiontest.RewardsNumber, "2025-11", "1000.00", nil),
		functiontest.UsageOf(functiontest.Najd, functiontest.RewardsNumber, "2026-10", "900.00", nil))
	o.Pass(24 * time.Hour)
	o.tellOfRewards()
	o.authorise()
	o.redeem(100_00)
	o.deliver(o.letterTo(center.LetterRewardsRedeemed, functiontest.Payables), "1")
	o.Pass(24 * time.Hour)
	if err := o.sweep(); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[center.LetterKind]string{center.LetterRewardsEnding: "SAR 150.00", center.LetterRewardsEarned: "SAR 225.00",
		center.LetterRewardsRedeemed: "SAR 100.00"} {
		if text := o.told(kind); !strings.Contains(text, want) {
			t.Errorf("%s does not tell of %s: %q", kind, want, text)
		}
	}
}

func TestOfRewardsThatWereUsedUpNobodyIsTold(t *testing.T) {
	o := newOffice(t)
	o.Rewards(t)
	o.Book(t, functiontest.UsageOf(functiontest.Najd, functiontest.RewardsNumber, "2025-11", "1000.00", nil))
	o.tellOfRewards()
	o.authorise()
	id := o.redeem(250_00)
	if _, err := o.Store.Everywhere("a test").Reverse(t.Context(), center.AccountIDOf(functiontest.Najd), id, "by mistake", "desk"); err != nil {
		t.Fatal(err)
	}
	o.redeem(249_00)
	o.redeem(1_00)
	o.Pass(24 * time.Hour)
	if err := o.sweep(); err != nil {
		t.Fatal(err)
	}
	if text := o.told(center.LetterRewardsEnding); text != "" {
		t.Errorf("told of %q", text)
	}
}

// tellOfRewards puts the letters whose day has come.
func (o *office) tellOfRewards() {
	o.t.Helper()
	for at := (store.RewardCursor{}); !at.Done(); {
		due, next, err := o.Store.DueRewardNotices(o.t.Context(), at, 100)
		if err != nil {
			o.t.Fatal(err)
		}
		for _, d := range due {
			if _, err := o.Store.TellOfRewards(o.t.Context(), d); err != nil {
				o.t.Fatal(err)
			}
		}
		at = next
	}
}

// redeem takes so much off INV-1001, by the payables contact.
func (o *office) redeem(minor int64) center.RedemptionID {
	o.t.Helper()
	who := o.Actor(o.t, functiontest.Payables)
	account := o.Store.In(who)
	papers, err := account.Payables(o.t.Context(), []center.InvoiceID{functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1001")})
	if err != nil {
		o.t.Fatal(err)
	}
	inv := papers[0]
	d, _, err := account.Redeem(o.t.Context(), store.RewardsAsked{ID: center.RedemptionIDOf(who.Account, who.Contact, fmt.Sprint(inv.Version)), Request: fmt.Sprint(minor),
		Subscription: rewarded, Code: o.code(1), FX: center.SameCurrency,
		Uses: []store.RewardsOn{{Invoice: inv.ID, Version: inv.Version, Amount: money.Money{Minor: minor, Currency: "SAR"}}}})
	if err != nil {
		o.t.Fatal(err)
	}
	return d.ID
}
