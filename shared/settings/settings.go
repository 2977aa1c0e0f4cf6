// Package settings reads what a function is told by its environment.
//
// It knows the names of the variables and their forms. It does not know what
// is done with them, and reads neither the environment nor the clock itself:
// both are handed in by main.
package settings

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the small system images functions run on carry no time zones

	"customercenter/shared/center"
	"customercenter/shared/keyring"
)

// The variables of the environment.
const (
	Table            = "CENTER_TABLE"
	Name             = "CENTER_NAME"
	Keys             = "CENTER_KEYS"
	BaseURL          = "CENTER_BASE_URL"
	Sender           = "CENTER_SENDER"
	ReplyTo          = "CENTER_REPLY_TO"
	ConfigurationSet = "CENTER_CONFIGURATION_SET"
	MailRate         = "CENTER_MAIL_RATE" // letters a second
	Operators        = "CENTER_OPERATORS"
	TimeZone         = "CENTER_TIME_ZONE"
	Locale           = "CENTER_LOCALE"
	Now              = "CENTER_NOW"
	ProcessorKey     = "CENTER_PROCESSOR_KEY"
	WebhookSecrets   = "CENTER_PROCESSOR_WEBHOOK_SECRETS" // separated by commas, the newest first
	ProcessorBase    = "STRIPE_API_BASE"                  // "" is the processor's own
)

// Settings are the variables, read. What the environment does not name is
// zero, but for TimeZone (UTC) and Locale (en).
type Settings struct {
	Table            string
	Name             string // of this center among those that share an account at the processor
	Keys             keyring.Ring
	BaseURL          string // scheme://host[:port], no trailing slash
	Sender           string
	ReplyTo          string // bare address, "" is the sender
	ConfigurationSet string
	MailRate         float64  // letters a second, 0 where it is not told
	Operators        []string // normalised addresses
	TimeZone         string   // IANA, of accounts whose records name none
	Locale           string   // of accounts whose records name none
	Now              func() time.Time
	ProcessorKey     string
	WebhookSecrets   []string
	ProcessorBase    string
}

// Read takes every variable it knows and refuses to go on without those in
// need, or with one it cannot understand. Errors name the variable, never its
// value.
func Read(getenv func(string) string, now func() time.Time, need ...string) (Settings, error) {
	for _, name := range need {
		if getenv(name) == "" {
			return Settings{}, fmt.Errorf("settings: %s is not set", name)
		}
	}
	s := Settings{
		Table:            getenv(Table),
		Name:             getenv(Name),
		Sender:           getenv(Sender),
		ConfigurationSet: getenv(ConfigurationSet),
		TimeZone:         or(getenv(TimeZone), "UTC"),
		Locale:           or(getenv(Locale), "en"),
		ProcessorKey:     getenv(ProcessorKey),
		ProcessorBase:    strings.TrimSuffix(getenv(ProcessorBase), "/"),
	}
	for secret := range strings.SplitSeq(getenv(WebhookSecrets), ",") {
		if secret = strings.TrimSpace(secret); secret != "" {
			s.WebhookSecrets = append(s.WebhookSecrets, secret)
		}
	}
	var err error
	if text := getenv(Keys); text != "" {
		if s.Keys, err = keyring.Parse(text); err != nil {
			return Settings{}, fmt.Errorf("settings: %s: %w", Keys, err)
		}
	}
	if text := getenv(ReplyTo); text != "" {
		address, ok := center.NormalizeEmail(text)
		if !ok {
			return Settings{}, fmt.Errorf("settings: %s is not a mail address", ReplyTo)
		}
		s.ReplyTo = address
	}
	if s.BaseURL, err = origin(getenv(BaseURL)); err != nil {
		return Settings{}, err
	}
	if s.Operators, err = addresses(getenv(Operators)); err != nil {
		return Settings{}, err
	}
	if _, err = time.LoadLocation(s.TimeZone); err != nil {
		return Settings{}, fmt.Errorf("settings: %s is not an IANA time zone", TimeZone)
	}
	if s.MailRate, err = rate(getenv(MailRate)); err != nil {
		return Settings{}, err
	}
	if s.Now, err = clock(getenv(Now), now); err != nil {
		return Settings{}, err
	}
	return s, nil
}

// Must is Read for main: a function that is told nonsense must not start.
func Must(getenv func(string) string, now func() time.Time, need ...string) Settings {
	s, err := Read(getenv, now, need...)
	if err != nil {
		panic(err)
	}
	return s
}

// maxMailRate is beyond what the mail service allows anybody.
const maxMailRate = 10_000

func rate(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	r, err := strconv.ParseFloat(text, 64)
	if err != nil || !(r > 0 && r <= maxMailRate) {
		return 0, fmt.Errorf("settings: %s is not a number of letters a second", MailRate)
	}
	return r, nil
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

// origin checks that text is a bare origin, so that links and the same-origin
// rule cannot be bent by a path or a user name in it.
func origin(text string) (string, error) {
	text = strings.TrimSuffix(text, "/")
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.Scheme+"://"+u.Host != text {
		return "", fmt.Errorf("settings: %s is not an address like https://center.example.com", BaseURL)
	}
	return text, nil
}

func addresses(text string) ([]string, error) {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		address, ok := center.NormalizeEmail(part)
		if !ok {
			return nil, fmt.Errorf("settings: %s holds something that is not a mail address", Operators)
		}
		list = append(list, address)
	}
	return list, nil
}

// clock starts a clock at the instant that start names and lets it run; with
// no start it is now itself.
func clock(start string, now func() time.Time) (func() time.Time, error) {
	if start == "" {
		return now, nil
	}
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		return nil, fmt.Errorf("settings: %s is not an RFC 3339 instant", Now)
	}
	spawned := now()
	return func() time.Time { return at.Add(now().Sub(spawned)) }, nil
}
