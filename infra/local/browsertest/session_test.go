package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"customercenter/infra/operator/desk"
)

// seat is a person at a system.
type seat struct {
	portal portal
	email  string
}

// sessions are those that tests share, since a person may ask for few codes an hour.
var sessions = struct {
	sync.Mutex
	opened map[seat]func() (string, error)
}{opened: map[seat]func() (string, error){}}

// sharedSession signs a person in, once for all tests.
func (p portal) sharedSession(email string) (string, error) {
	sessions.Lock()
	at := seat{p, email}
	open := sessions.opened[at]
	if open == nil {
		open = sync.OnceValues(func() (string, error) { return p.newSession(email) })
		sessions.opened[at] = open
	}
	sessions.Unlock()
	return open()
}

// newSession signs a person in through the API, from a network of its own.
func (p portal) newSession(email string) (string, error) {
	letters, err := p.letters(email)
	if err != nil {
		return "", err
	}
	client := &desk.Client{BaseURL: p.address, HTTP: fromAnotherNetwork()}
	err = client.Enter(context.Background(), email, func(context.Context) (string, error) { return p.nextCode(email, len(letters)) })
	if err != nil {
		return "", fmt.Errorf("signing in as %s: %w", email, err)
	}
	return client.Session, nil
}

// networks counts the networks that people signed in from.
var networks atomic.Int64

// fromAnotherNetwork is a client in a network that nobody was in before: the codes an hour that a
// network may ask for are fewer than the people of all tests. Linux answers to every address of
// 127.0.0.0/8; where another system does not, all share one network.
func fromAnotherNetwork() *http.Client {
	n := networks.Add(1)
	from := &net.TCPAddr{IP: net.IPv4(127, byte(1+n>>8), byte(n), 1)}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{LocalAddr: from}).DialContext(ctx, network, address)
		if errors.Is(err, syscall.EADDRNOTAVAIL) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}
		return conn, err
	}
	return &http.Client{Timeout: patience, Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
}

// mail is one letter of the mailbox.
type mail struct {
	ID   string    `json:"id"`
	At   time.Time `json:"at"`
	Code string    `json:"code"`
	Text string    `json:"text"`
}

// letters are those to an address, newest first.
func (p portal) letters(to string) ([]mail, error) {
	res, err := http.Get(p.address + "/_mailbox/messages?to=" + url.QueryEscape(to))
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var letters []mail
	return letters, json.NewDecoder(res.Body).Decode(&letters)
}

// nextCode waits for the code that follows the given number of letters.
func (p portal) nextCode(to string, before int) (string, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(pollInterval) {
		letters, err := p.letters(to)
		if err != nil {
			return "", err
		}
		for _, m := range letters[:max(0, len(letters)-before)] { // other letters may come beside it
			if m.Code != "" {
				return m.Code, nil
			}
		}
	}
	return "", fmt.Errorf("no code reached %s", to)
}

// lettersTo counts the letters to an address so far.
func (p portal) lettersTo(t *testing.T, to string) int {
	t.Helper()
	letters, err := p.letters(to)
	if err != nil {
		t.Fatal(err)
	}
	return len(letters)
}

// codeAfter is nextCode for a test.
func (p portal) codeAfter(t *testing.T, to string, before int) string {
	t.Helper()
	code, err := p.nextCode(to, before)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
