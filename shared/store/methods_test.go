package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
)

// card is a card that is valid through April 2026, six weeks before which the
// clock begins.
func card(id string) center.PaymentMethod {
	return center.PaymentMethod{ID: center.MethodID(id), Kind: center.MethodCard, Brand: "visa", Last4: "4242", ExpMonth: 4, ExpYear: 2026}
}

// withPrimary gives the buyer a contact who is told of methods.
func withPrimary(w *world) {
	w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer"}, &center.ContactRecord{Account: buyer, Email: ann, Type: center.ContactPrimary})
}

func withCard(w *world) {
	withPrimary(w)
	if _, err := w.in(buyer).AddMethod(w.ctx(), card("pm_old"), ""); err != nil {
		w.t.Fatal(err)
	}
}

// methodIDs are the stored methods, the default first.
func (w *world) methodIDs() (ids []center.MethodID) {
	w.t.Helper()
	wallet, err := w.in(buyer).Wallet(w.ctx())
	if err != nil {
		w.t.Fatal(err)
	}
	for i, m := range wallet.Methods {
		if m.Default != (i == 0) {
			w.t.Errorf("%s is the default: %t", m.ID, m.Default)
		}
		ids = append(ids, m.ID)
	}
	return ids
}

// letters counts those of a kind.
func (w *world) letters(kind center.LetterKind) (n int) {
	for _, line := range w.dump() {
		if strings.Contains(line, `"M#`) && strings.Contains(line, `"`+string(kind)+`"`) {
			n++
		}
	}
	return n
}

func TestAReplacementSurvivesEveryFault(t *testing.T) {
	replace := func(w *world) error {
		_, err := w.in(buyer).AddMethod(w.ctx(), card("pm_new"), "pm_old")
		return err
	}
	eachFault(t, withCard, replace, func(t *testing.T, w *world, err error, gone bool) {
		if gone || err != nil {
			if err := replace(w); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.methodIDs(); !slices.Equal(got, []center.MethodID{"pm_new"}) {
			t.Errorf("stored %v", got)
		}
		if n := w.letters(center.LetterMethodChanged); n != 2 {
			t.Errorf("%d letters of one that was added and one that was replaced", n)
		}
	})
}

func TestAWarningSurvivesEveryFault(t *testing.T) {
	warn := func(w *world) error {
		due, err := w.ExpiringMethods(w.ctx(), 10)
		for _, m := range due {
			if _, err := w.WarnMethod(w.ctx(), m.Account, m.ID); err != nil {
				return err
			}
		}
		return err
	}
	prepare := func(w *world) {
		withCard(w)
		w.Clock.Advance(20 * 24 * time.Hour) // 4 April, 26 days before the end
	}
	eachFault(t, prepare, warn, func(t *testing.T, w *world, err error, gone bool) {
		for range 2 {
			if err := warn(w); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.letters(center.LetterMethodExpiring); n != 1 {
			t.Errorf("%d letters", n)
		}
	})
}

// Many change the wallet at once: whoever is told of success has it, there is
// one default, and each is written down once.
func TestManyAtOnceChangeAWallet(t *testing.T) {
	w := newWorld(t)
	withPrimary(w)
	const many = 12
	var running sync.WaitGroup
	done := make([]error, many)
	for i := range many {
		running.Go(func() {
			_, done[i] = w.in(buyer).AddMethod(t.Context(), card(fmt.Sprintf("pm_%02d", i/2)), "") // each twice
		})
	}
	running.Wait()
	want := map[center.MethodID]bool{}
	for i, err := range done {
		switch {
		case err == nil:
			want[center.MethodID(fmt.Sprintf("pm_%02d", i/2))] = true
		case !center.IsKind(err, center.Unavailable):
			t.Error(err)
		}
	}
	got := map[center.MethodID]bool{}
	for _, id := range w.methodIDs() {
		got[id] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if n := w.letters(center.LetterMethodChanged); n != len(want) {
		t.Errorf("%d letters of %d methods", n, len(want))
	}
}

func TestWorkOnBehalfNamesWhoBeganIt(t *testing.T) {
	w := newWorld(t)
	withPrimary(w)
	for contact, want := range map[center.ContactID]center.ContactID{
		center.ContactIDOf(ann): center.ContactIDOf(ann), center.ContactIDOf("gone@buyer.example"): "", "": "",
	} {
		view, err := w.ops().Behalf(t.Context(), center.AccountIDOf(buyer), contact)
		if err != nil {
			t.Fatal(err)
		}
		wallet, err := view.AddMethod(t.Context(), card("pm_"+string(contact)), "")
		if err != nil {
			t.Fatal(err)
		}
		if m, err := wallet.Method(center.MethodID("pm_" + string(contact))); err != nil || m.AddedBy != want {
			t.Errorf("added by %q, %v; want %q", m.AddedBy, err, want)
		}
	}
}
