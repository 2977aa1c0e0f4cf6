package main

import (
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

var rewarded = functiontest.Rewarded(functiontest.Najd, functiontest.RewardsNumber)

// redeeming is an office whose Najd has rewards, and how its codes are made.
func redeeming(t *testing.T) (*office, store.MakeCode) {
	o := newOffice(t)
	o.Rewards(t)
	return o, func(account center.AccountID, sub center.SubscriptionID, generation int) (string, [center.RedemptionCodeBytes]byte) {
		key := o.Keys.Current()
		raw, _ := session.RedemptionCode(o.Keys, key, account, sub, generation)
		return key, raw
	}
}

func (o *office) code(generation int) string {
	raw, _ := session.RedemptionCode(o.Keys, o.Keys.Current(), center.AccountIDOf(functiontest.Najd), rewarded, generation)
	return center.RedemptionCode(raw)
}

func TestARedeemerIsMailedTheNewestCode(t *testing.T) {
	o, codes := redeeming(t)
	boss := o.Store.In(o.Actor(t, functiontest.Primary))
	if _, err := boss.AuthoriseRedeemer(t.Context(), rewarded, string(functiontest.Payables), codes); err != nil {
		t.Fatal(err)
	}
	first := o.letterTo(center.LetterRedeemer, functiontest.Payables)
	if _, err := boss.RotateCode(t.Context(), rewarded, 1, codes); err != nil {
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
	o, codes := redeeming(t)
	boss := o.Store.In(o.Actor(t, functiontest.Primary))
	if _, err := boss.AuthoriseRedeemer(t.Context(), rewarded, string(functiontest.Payables), codes); err != nil {
		t.Fatal(err)
	}
	letter := o.letterTo(center.LetterRedeemer, functiontest.Payables)
	if _, err := boss.RemoveRedeemer(t.Context(), rewarded, string(functiontest.Payables)); err != nil {
		t.Fatal(err)
	}
	o.deliver(letter, "1")
	if o.state(letter) != center.LetterSkipped || len(o.out.sent) != 0 {
		t.Errorf("%s %v", o.state(letter), o.out.sent)
	}
}
