package cloud

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"customercenter/infra/local/stripe"
	"customercenter/infra/local/template"
)

// How the template names what belongs to the payment processor.
const (
	// processorParameter holds the name of a secret that the vendor makes by hand, since the processor issues it.
	processorParameter = "ProcessorSecret"
	processorSecret    = "processor"
	keyOfAPI           = "key"
	keyOfWebhook       = "webhook"
	// processorVariables begin the names of variables by which a function asks for the processor.
	processorVariables = "CENTER_PROCESSOR_"
	processorRoute     = "POST /v1/payment-events"

	processorSecretLength = 32
)

// issued are the secrets that the processor would issue.
func issued() []wanted {
	secret := func(key, prefix string) wanted {
		return wanted{template.Secret{LogicalID: processorSecret, Template: "{}", Key: key, Length: processorSecretLength}, prefix}
	}
	return []wanted{secret(keyOfAPI, "sk_test_local"), secret(keyOfWebhook, "whsec_")}
}

// openPayments opens the stand-in of the processor. Browsers reach its pages at the public address; its API is on an
// address of its own that only this machine reaches.
func (c *Cloud) openPayments(s *services, known secrets) (err error) {
	if s.stripeURL = c.options.Stripe; s.stripeURL != "" {
		c.options.Progress("using the Stripe at " + s.stripeURL)
		return nil
	}
	o := stripe.Options{
		Now:           c.options.Clock.Now,
		Key:           known[processorSecret][keyOfAPI],
		WebhookSecret: known[processorSecret][keyOfWebhook],
		Base:          func() string { return c.address + stripe.Public },
		Merchant:      c.options.Merchant,
		Logf:          func(format string, args ...any) { c.options.Warn(fmt.Sprintf(format, args...)) },
	}
	if c.hasRoute(processorRoute) {
		o.WebhookURL = c.webhookAddress
	}
	if s.stripe, err = stripe.Open(filepath.Join(c.options.Data, paymentsFolder), o); err != nil {
		return err
	}
	c.closers = append(c.closers, s.stripe)
	s.stripeURL, err = c.serveInside(s.stripe)
	return err
}

func (c *Cloud) hasRoute(key string) bool {
	return slices.ContainsFunc(c.template.API.Routes, func(r template.Route) bool { return r.Key() == key })
}

// webhookAddress is where events go, "" while nobody listens.
func (c *Cloud) webhookAddress() string {
	if c.options.Port < 0 {
		return ""
	}
	return c.address + strings.TrimPrefix(processorRoute, "POST ")
}
