package session

import (
	"context"
	"strings"
	"time"
	"unicode"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// maxDevice is how many bytes of a browser's name are kept.
const maxDevice = 120

// boilerplate is what every browser says of itself.
var boilerplate = strings.NewReplacer("Mozilla/5.0 ", "", "AppleWebKit/537.36 ", "", "(KHTML, like Gecko) ", "")

// Device is the telling part of a User-Agent header.
func Device(agent string) string {
	agent = strings.ToValidUTF8(boilerplate.Replace(agent), "")
	for at := range agent {
		if at > maxDevice {
			return agent[:at]
		}
	}
	return agent
}

// SameDevice compares devices but for their versions: an update of a browser
// is no new device.
func SameDevice(a, b string) bool { return versionless(a) == versionless(b) }

func versionless(device string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || r == '.' {
			return -1
		}
		return r
	}, device)
}

// NoticeNewDevice puts a letter that tells a person of a session, about to
// begin, in a browser that none of her sessions is from. The first sign-in is
// no news. It is put before the session: a letter too many is better than one
// too few.
func NoticeNewDevice(ctx context.Context, s *store.Store, t Token, email, device string, now time.Time) error {
	m, err := s.Membership(ctx, t.Account, t.Contact)
	if center.IsKind(err, center.NotFound) || err == nil && len(m.Sessions) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	for _, known := range m.Sessions {
		if SameDevice(known.Agent, device) {
			return nil
		}
	}
	return s.PutLetter(ctx, center.Letter{
		ID: NewID(), Kind: center.LetterNewDevice, State: center.LetterPending,
		To: email, Name: m.Contact.Name, Locale: m.Contact.Locale, Account: t.Account, Contact: t.Contact,
		Params: map[string]string{"agent": device}, CreatedAt: now,
	})
}
