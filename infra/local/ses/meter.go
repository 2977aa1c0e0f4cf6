package ses

import (
	"slices"
	"time"
)

const quotaWindow = 24 * time.Hour

// meter counts recipients against the account's limits. The daily quota looks
// back 24 hours; the rate fills a bucket that holds one second's worth, and a
// mail to many may overdraw it, as SES lets it.
type meter struct {
	sends  []send // of the last 24 hours, oldest first
	tokens float64
	filled time.Time
}

type send struct {
	at         time.Time
	recipients int
}

// count notes that a mail was taken.
func (m *meter) count(at time.Time, recipients int) {
	m.sends = append(m.sends, send{at, recipients})
}

func (m *meter) sentLast24Hours(now time.Time) (recipients int) {
	oldest := now.Add(-quotaWindow)
	old := slices.IndexFunc(m.sends, func(s send) bool { return s.at.After(oldest) })
	if old < 0 {
		old = len(m.sends)
	}
	m.sends = m.sends[old:]
	for _, s := range m.sends {
		recipients += s.recipients
	}
	return recipients
}

// admit counts a mail that the limits allow, and refuses it otherwise.
func (m *meter) admit(now time.Time, recipients int, l Limits) error {
	if l.Max24HourSend != Unlimited && float64(m.sentLast24Hours(now)) >= l.Max24HourSend {
		return refuse("Throttling", "Daily message quota exceeded.")
	}
	if l.MaxSendRate != Unlimited {
		if m.filled.IsZero() || now.Before(m.filled) {
			m.tokens = l.MaxSendRate
		}
		m.tokens = min(max(l.MaxSendRate, 1), m.tokens+now.Sub(m.filled).Seconds()*l.MaxSendRate)
		m.filled = now
		if m.tokens < 1 {
			return refuse("Throttling", "Maximum sending rate exceeded.")
		}
		m.tokens -= float64(recipients)
	}
	m.count(now, recipients)
	return nil
}
