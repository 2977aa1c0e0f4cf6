package ses

import (
	"maps"
	"net/http"
	netmail "net/mail"
	"slices"
	"strings"
)

// identityKey folds what SES folds: domains regardless of case, and in an
// address the domain only.
func identityKey(identity string) string {
	local, domain, isAddress := cutLast(identity, "@")
	if !isAddress {
		return strings.ToLower(identity)
	}
	return local + "@" + strings.ToLower(domain)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// maySend tells whether address, its unlabelled form, its domain or a domain
// above that is verified. The caller holds the lock.
func (s *Service) maySend(address string) bool {
	key := identityKey(address)
	local, domain, _ := cutLast(key, "@")
	base, _, _ := strings.Cut(local, "+")
	if s.identities[key] || s.identities[base+"@"+domain] {
		return true
	}
	for more := true; more; {
		if s.identities[domain] {
			return true
		}
		_, domain, more = strings.Cut(domain, ".")
	}
	return false
}

// The verification status of an identity. There is no mailbox or DNS to prove
// anything with here, so asking is enough.
const verified = "Success"

type identitiesResult struct {
	Identities []string `xml:"Identities>member"`
}

func (s *Service) listIdentities(_ *http.Request, c call) (any, error) {
	kind := c.form.Get("IdentityType")
	if kind != "" && kind != "EmailAddress" && kind != "Domain" {
		return nil, invalid("Invalid identity type %s", kind)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	result := identitiesResult{}
	for _, identity := range slices.Sorted(maps.Keys(s.identities)) {
		if isAddress := strings.Contains(identity, "@"); kind == "" || isAddress == (kind == "EmailAddress") {
			result.Identities = append(result.Identities, identity)
		}
	}
	return result, nil
}

type verification struct {
	Key    string `xml:"key"`
	Status string `xml:"value>VerificationStatus"`
}

type verificationResult struct {
	Entries []verification `xml:"VerificationAttributes>entry"`
}

func (s *Service) getIdentityVerificationAttributes(_ *http.Request, c call) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var result verificationResult
	for _, identity := range c.list("Identities") {
		if s.identities[identityKey(identity)] {
			result.Entries = append(result.Entries, verification{identity, verified})
		}
	}
	return result, nil
}

func (s *Service) verifyEmailIdentity(_ *http.Request, c call) (any, error) {
	a, err := netmail.ParseAddress(c.form.Get("EmailAddress"))
	if err != nil || a.Name != "" {
		return nil, invalid("Invalid email address<%s>.", c.form.Get("EmailAddress"))
	}
	return nil, s.setIdentity(identityKey(a.Address), recordIdentity)
}

type tokenResult struct{ VerificationToken string }

func (s *Service) verifyDomainIdentity(_ *http.Request, c call) (any, error) {
	domain := c.form.Get("Domain")
	if reason := domainFault(domain); reason != "" {
		return nil, invalid("Invalid domain name %s.", domain)
	}
	return tokenResult{requestID()}, s.setIdentity(identityKey(domain), recordIdentity)
}

func (s *Service) deleteIdentity(_ *http.Request, c call) (any, error) {
	return nil, s.setIdentity(identityKey(c.form.Get("Identity")), recordForgotten)
}

// setIdentity verifies or forgets an identity, durably.
func (s *Service) setIdentity(key, kind string) error {
	s.mu.Lock()
	if s.identities[key] == (kind == recordIdentity) {
		s.mu.Unlock()
		return nil
	}
	p, ticket, err := s.archive.append(record{Kind: kind, Identity: key})
	if err == nil {
		s.asked = append(s.asked, p)
		if kind == recordIdentity {
			s.identities[key] = true
		} else {
			delete(s.identities, key)
		}
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.archive.flush(ticket)
}
