package main

import (
	"context"

	"customercenter/shared/center"
)

// mailHealth is what became of the letters of the last seven days, and whether
// letters that nobody waits for are held for it.
type mailHealth struct {
	Delivered  int64 `json:"delivered"`
	Bounced    int64 `json:"bounced"`
	Complained int64 `json:"complained"`
	Stopped    bool  `json:"stopped"`
}

func healthOf(h center.MailHealth) mailHealth {
	return mailHealth{h.Delivered, h.Bounced, h.Complained, h.Stopped()}
}

func (h handler) readMail(ctx context.Context, _ center.Actor, _ struct{}) (mailHealth, error) {
	health, err := h.store.MailHealth(ctx)
	return healthOf(health), err
}

// resumeMail forgets the bounces and complaints that were counted, once their
// cause is out of the way: letters that were held go within an hour. It is in
// the operators' audit log. It answers how mail stands then.
func (h handler) resumeMail(ctx context.Context, actor center.Actor, _ struct{}) (mailHealth, error) {
	if _, err := h.store.Everywhere("an operator lets letters go again").ResumeMail(ctx, actor.Email); err != nil {
		return mailHealth{}, err
	}
	health, err := h.store.MailHealth(ctx)
	return healthOf(health), err
}
