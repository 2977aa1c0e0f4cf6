package cloud

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"

	"customercenter/infra/local/dynamo"
	"customercenter/infra/local/iam"
	"customercenter/infra/local/ses"
	"customercenter/infra/local/stripe"
	"customercenter/infra/local/template"
)

// services are the endpoints that functions reach. db, mail and stripe are nil where a real service is used.
type services struct {
	db        *dynamo.DB
	mail      *ses.Service
	stripe    *stripe.Service
	dynamoURL string
	sesURL    string
	stripeURL string
}

// openServices opens the table, the mailbox and the payment processor, each on an address of its own that only this machine reaches, and
// behind what the template allows each function.
func (c *Cloud) openServices(ctx context.Context, known secrets) (*services, error) {
	s := &services{dynamoURL: c.options.DynamoDB, sesURL: c.options.SES}
	policies, err := iam.New(c.template, c.options.Warn)
	if err != nil {
		return nil, err
	}
	if s.dynamoURL == "" {
		if s.db, err = dynamo.Open(filepath.Join(c.options.Data, tableFolder), dynamo.Options{Now: c.options.Clock.Now}); err != nil {
			return nil, err
		}
		c.closers = append(c.closers, s.db)
		if s.dynamoURL, err = c.serveInside(policies.Table(s.db)); err != nil {
			return nil, err
		}
	} else {
		c.options.Warn("using the DynamoDB at " + s.dynamoURL + "; its stream is not read, so nothing that the stream wakes will run")
	}
	if s.sesURL == "" {
		if s.mail, err = c.openMail(); err != nil {
			return nil, err
		}
		c.closers = append(c.closers, s.mail)
		if s.sesURL, err = c.serveInside(policies.Mail(s.mail)); err != nil {
			return nil, err
		}
	} else {
		c.options.Progress("using the SES at " + s.sesURL)
	}
	if err := c.openPayments(s, known); err != nil {
		return nil, err
	}
	return s, c.createTables(ctx, s)
}

// openMail opens the mailbox with the identities and configuration sets of the template.
func (c *Cloud) openMail() (*ses.Service, error) {
	o := ses.Options{Now: c.options.Clock.Now, Feedback: c.publishMailEvent, Logf: func(format string, args ...any) { c.options.Warn(fmt.Sprintf(format, args...)) }}
	for _, r := range c.template.OfType("AWS::SES::EmailIdentity") {
		o.Verified = append(o.Verified, fmt.Sprint(r.Properties["EmailIdentity"]))
	}
	for _, r := range c.template.OfType(template.TypeConfigurationSet) {
		o.ConfigurationSets = append(o.ConfigurationSets, r.LogicalID)
	}
	return ses.Open(filepath.Join(c.options.Data, mailFolder), o)
}

func (c *Cloud) serveInside(h http.Handler) (url string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{Handler: onlyLocalHost(h), ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout}
	c.closers = append(c.closers, s)
	go s.Serve(l)
	return "http://" + l.Addr().String(), nil
}

// createTables makes the tables of the template where they do not exist.
func (c *Cloud) createTables(ctx context.Context, s *services) error {
	for _, t := range c.template.Tables {
		if err := createTable(ctx, s.dynamoURL, t); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return nil
}

func createTable(ctx context.Context, endpoint string, t template.Table) error {
	if err := call(ctx, endpoint, "CreateTable", t.CreateTable); err != nil && !strings.Contains(err.Error(), "ResourceInUseException") {
		return err
	}
	if t.TTLAttribute == "" {
		return nil
	}
	body, err := json.Marshal(map[string]any{"TableName": t.Name,
		"TimeToLiveSpecification": map[string]any{"AttributeName": t.TTLAttribute, "Enabled": true}})
	if err != nil {
		return err
	}
	// A process that was killed may have made the table and not come as far as this.
	if err := call(ctx, endpoint, "UpdateTimeToLive", body); err != nil && !strings.Contains(err.Error(), "already enabled") {
		return err
	}
	return nil
}

// call makes one request of DynamoDB's protocol. The signature is one that emulators take and DynamoDB refuses:
// tables of a real account are made by deploying the template.
func call(ctx context.Context, endpoint, operation string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	r.Header.Set("X-Amz-Date", "20260101T000000Z")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/"+template.Region+"/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", operation, answer)
	}
	return nil
}
