package mail

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"testing"

	"customercenter/infra/local/ses"
	"customercenter/shared/center"
)

// post is a Sender and the mailbox behind it.
type post struct {
	*Sender
	mailbox *ses.Service
}

func open(t *testing.T, change func(*Config)) post {
	t.Helper()
	mailbox, err := ses.Open(t.TempDir(), ses.Options{Verified: []string{"example.com"}, ConfigurationSets: []string{"center-mail"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := mailbox.Close(); err != nil {
			t.Error(err)
		}
	})
	return serve(t, mailbox, change)
}

// serve is a Sender to a mailbox.
func serve(t *testing.T, mailbox *ses.Service, changes ...func(*Config)) post {
	t.Helper()
	server := httptest.NewServer(mailbox)
	t.Cleanup(server.Close)
	c := Config{Region: "eu-west-1", AccessKeyID: "AKIDLOCAL", SecretAccessKey: "secret", Endpoint: server.URL, ConfigurationSet: "center-mail"}
	for _, change := range changes {
		if change != nil {
			change(&c)
		}
	}
	return post{Open(c), mailbox}
}

// feedbackTo reads the events of a mailbox.
func feedbackTo(t *testing.T, events chan<- Event) func(context.Context, []byte) error {
	return func(_ context.Context, message []byte) error {
		e, err := ReadEvent(message)
		if err != nil {
			t.Errorf("%s: %v", message, err)
		}
		events <- e
		return nil
	}
}

func (p post) arrived(t *testing.T) []ses.Letter {
	t.Helper()
	letters, err := p.mailbox.Messages("", 100)
	if err != nil {
		t.Fatal(err)
	}
	return letters
}

func TestALetterArrivesWithItsTags(t *testing.T) {
	p := open(t, nil)
	for _, locale := range []string{"en", "ar"} {
		l := codeLetter(locale)
		m := compose(t, l, viewFor(t, l))
		id, err := p.Send(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		got := p.arrived(t)[0]
		if got.ID != id || got.Subject != m.Subject || got.To[0] != l.To || got.Code != "48210577" || got.HTML == "" {
			t.Errorf("arrived %+v", got)
		}
		if got.Tags[TagLetter][0] != letter1 || got.Tags[TagKind][0] != string(center.LetterSignInCode) || got.ConfigurationSet != "center-mail" {
			t.Errorf("tags %v, configuration set %q", got.Tags, got.ConfigurationSet)
		}
	}
}

func TestWhatIsKnownOfAMailNotConfirmed(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for name, c := range map[string]struct {
		fault   ses.Fault
		change  func(*Config)
		from    string
		want    Outcome
		arrived int
	}{
		"a lost answer is never sent twice": {ses.Fault{Next: 1, Kind: ses.FaultLostAnswer}, nil, "", Unknown, 1},
		"a server error may have sent":      {ses.Fault{Next: 1, Kind: ses.FaultServer}, nil, "", Unknown, 0},
		"a refusal is final":                {ses.Fault{Next: 1, Kind: ses.FaultReject}, nil, "", Refused, 0},
		"a sender nobody verified is final": {ses.Fault{}, nil, "center@elsewhere.example", Refused, 0},
		"throttling that lasts passes":      {ses.Fault{Next: sendTries, Kind: ses.FaultThrottle}, nil, "", Postponed, 0},
		"a spent quota passes":              {ses.Fault{Next: 1, Kind: ses.FaultQuota}, nil, "", Postponed, 0},
		"a configuration set passes":        {ses.Fault{}, func(c *Config) { c.ConfigurationSet = "none" }, "", Postponed, 0},
		"no connection passes":              {ses.Fault{}, func(c *Config) { c.Endpoint = "http://" + closed.Addr().String() }, "", Postponed, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, c.change)
			if c.fault.Next > 0 {
				if err := p.mailbox.Inject(c.fault); err != nil {
					t.Fatal(err)
				}
			}
			l := codeLetter("en")
			m := compose(t, l, viewFor(t, l))
			if c.from != "" {
				m.From = c.from
			}
			_, err := p.Send(t.Context(), m)
			var got *SendError
			if !errors.As(err, &got) || got.Outcome != c.want {
				t.Errorf("error %v, want outcome %s", err, c.want)
			}
			if n := len(p.arrived(t)); n != c.arrived {
				t.Errorf("%d mails arrived, want %d", n, c.arrived)
			}
		})
	}
}

func TestAShortThrottleIsRiddenOut(t *testing.T) {
	p := open(t, nil)
	if err := p.mailbox.Inject(ses.Fault{Next: 2, Kind: ses.FaultThrottle}); err != nil {
		t.Fatal(err)
	}
	l := codeLetter("en")
	if _, err := p.Send(t.Context(), compose(t, l, viewFor(t, l))); err != nil {
		t.Fatal(err)
	}
	if n := len(p.arrived(t)); n != 1 {
		t.Errorf("%d mails arrived, want 1", n)
	}
}

func TestAMailGivenUpIsUnknown(t *testing.T) {
	p := open(t, nil)
	if err := p.mailbox.Inject(ses.Fault{Next: 1, Kind: ses.FaultDelay, DelayMillis: 5_000}); err != nil {
		t.Fatal(err)
	}
	ctx, giveUp := context.WithTimeout(t.Context(), 0)
	defer giveUp()
	l := codeLetter("en")
	_, err := p.Send(ctx, compose(t, l, viewFor(t, l)))
	var got *SendError
	if !errors.As(err, &got) || got.Outcome != Unknown || got.Code != "" {
		t.Errorf("error %v, want outcome unknown", err)
	}
}
