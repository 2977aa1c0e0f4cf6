package store

import (
	"context"

	"customercenter/shared/center"
)

// DeclineLetters notes which of the letters that are a contact's to choose she
// does not want; all others come. A contact who is not of the account any more
// is left as she is: nothing is mailed to her.
func (s *Store) DeclineLetters(ctx context.Context, account center.AccountID, contact center.ContactID, kinds []center.LetterKind) error {
	w := write{name: "decline letters", verb: update, at: tenantOf(account).member(contact), change: "SET #dl = :kinds", condition: "#k = :kind", values: item{}}
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	w.values.list(":kinds", names)
	w.values.text(":kind", kindMember.mark())
	return unlessRefused(s.apply(ctx, w))
}
