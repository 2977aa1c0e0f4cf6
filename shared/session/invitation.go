package session

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strconv"

	"customercenter/shared/center"
	"customercenter/shared/keyring"
	"customercenter/shared/store"
)

// invitationUse names the key that the tokens of invitations are made with.
const invitationUse = "invitation"

// InvitationLink is what stands behind the # of the link in an invitation: its
// id across accounts, a dot, and its token.
type InvitationLink struct {
	ID    string // account and contact, 64 hex digits
	Token string // 43 characters of base64
}

// Text is the link's fragment, which browsers keep to themselves.
func (l InvitationLink) Text() string { return l.ID + "." + l.Token }

// LinkOf makes the link of an invitation as it was sent last; nothing of it
// is stored. ok is false when the key it is made with was dropped.
func LinkOf(ring keyring.Ring, i center.Invitation) (l InvitationLink, ok bool) {
	key, ok := ring.Derive(i.KeyID, invitationUse)
	contact, known := i.ID.Contact()
	if !ok || !known {
		return InvitationLink{}, false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(string(i.Account) + "|" + string(i.ID) + "|" + strconv.Itoa(i.Generation)))
	return InvitationLink{ID: string(i.Account) + string(contact), Token: base64.RawURLEncoding.EncodeToString(mac.Sum(nil))}, true
}

// OpenLink finds the invitation a link leads to. Whatever is wrong with the
// link, the answer is the same center.ErrNoInvitation. That it has not ended
// is for the caller to ask.
func OpenLink(ctx context.Context, s *store.Store, ring keyring.Ring, l InvitationLink) (center.Invitation, error) {
	account, invitation, ok := parseLinkID(l.ID)
	if !ok {
		return center.Invitation{}, center.ErrNoInvitation
	}
	i, err := s.Invitation(ctx, account, invitation)
	if center.IsKind(err, center.NotFound) {
		i = center.Invitation{ID: invitation, Account: account, KeyID: ring.Current()} // compared all the same
	} else if err != nil {
		return center.Invitation{}, err
	}
	right, ok := LinkOf(ring, i)
	if !ok || i.Generation == 0 || subtle.ConstantTimeCompare([]byte(right.Token), []byte(l.Token)) != 1 {
		return center.Invitation{}, center.ErrNoInvitation
	}
	return i, nil
}

func parseLinkID(text string) (center.AccountID, center.InvitationID, bool) {
	if len(text) != 4*idBytes {
		return "", "", false
	}
	account, contact := text[:2*idBytes], text[2*idBytes:]
	return center.AccountID(account), center.InvitationOf(center.ContactID(contact)), isID(account) && isID(contact)
}
