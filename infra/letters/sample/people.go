package sample

import (
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/mail"
)

// invited is an invitation by Noura, with a message of hers.
func invited(message string) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, v *mail.View) {
		v.Link = strings.Repeat("3a9d", 16) + "." + strings.Repeat("A", 43)
		v.Invitation = center.Invitation{Email: l.To, Name: l.Name, Grant: center.Grant{Type: center.ContactPayables}, Message: message,
			By:     center.Inviter{Email: "noura@najd.example", Name: map[string]string{"en": "Noura Al-Qahtani", "ar": "نورة القحطاني"}[l.Locale]},
			SentAt: Written, ExpiresAt: Written.Add(7 * 24 * time.Hour)}
	}
}

func answered(l *center.Letter, _ *mail.View) {
	l.Params = map[string]string{"email": "sara@najd.example", "name": map[string]string{"en": "Sara Ali", "ar": "سارة علي"}[l.Locale], "type": "payables"}
}

// accessOf is a change of somebody's access, told to her or to others.
func accessOf(reader string, kind center.AuditKind, types string) func(*center.Letter, *mail.View) {
	return func(l *center.Letter, _ *mail.View) {
		l.Params = map[string]string{"reader": reader, "change": string(kind), "types": types, "email": "omar@najd.example",
			"name": map[string]string{"en": "Omar Saleh", "ar": "عمر صالح"}[l.Locale], "by": "noura@najd.example"}
		if kind == center.AuditGranted {
			l.Params["by"] = ""
		}
	}
}
