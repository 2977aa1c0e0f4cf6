package main

import (
	"context"
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// toReaderOrCopy is toReaderOf, and for letters to nobody of the account the
// address must still be among those that the account's people want to get
// copies. Such a letter is in the language of the account's papers.
func (h handler) toReaderOrCopy(ctx context.Context, letter center.Letter, module center.Module, list func(center.Recipients) []string) (resolved, error) {
	if letter.Contact != "" {
		return h.toReaderOf(ctx, letter, module)
	}
	account := h.store.In(center.Actor{Account: letter.Account})
	wishes, err := account.BillingProfile(ctx)
	if err != nil {
		return resolved{}, err
	}
	if !slices.Contains(list(wishes.Recipients), letter.To) {
		return resolved{reason: reasonNoCopy}, nil
	}
	profile, err := account.Profile(ctx)
	if err != nil {
		return resolved{}, err
	}
	m := store.Membership{AccountName: profile.Name, TimeZone: profile.TimeZone, Locale: profile.Locale}
	if wishes.DocumentLanguage == "en" || wishes.DocumentLanguage == "ar" {
		m.Locale = wishes.DocumentLanguage
	}
	m.Contact.Account = letter.Account
	to := h.address(letter, m)
	to.view.Unsubscribe = ""
	to.person = center.Contact{Email: letter.To, Active: true, Grants: []center.Grant{{Type: center.ContactPayables}}}
	return to, nil
}

// copyReceipt puts a copy of a receipt for each address that the account's
// people want to get one; a copy that stands already is left alone.
func (h handler) copyReceipt(ctx context.Context, letter center.Letter) error {
	if letter.Kind != center.LetterPaymentReceipt || letter.Contact == "" {
		return nil
	}
	wishes, err := h.store.In(center.Actor{Account: letter.Account}).BillingProfile(ctx)
	if err != nil {
		return err
	}
	for _, address := range wishes.Recipients.Receipts {
		if address == letter.To {
			continue
		}
		if err := h.store.PutCopy(ctx, letter, address); err != nil {
			return err
		}
	}
	return nil
}
