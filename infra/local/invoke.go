package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"customercenter/infra/demo"
	"customercenter/infra/local/clock"
	"customercenter/infra/local/cloud"
	"customercenter/infra/operator/desk"
)

// sessionCookie is how a sample event shows who asks.
const sessionCookie = "__Host-sid="

// invoke runs one function with its sample event: in the system that runs on the data folder, or in one that is
// started for it and answers nobody else.
func invoke(ctx context.Context, s settings, c *clock.Clock) error {
	event, err := os.ReadFile(filepath.Join("events", s.invoke+".json"))
	if err != nil {
		return fmt.Errorf("no function %q: events/ names the functions there are", s.invoke)
	}
	answer, err := invokeRunning(ctx, s, event)
	if err != nil {
		return err
	}
	if answer == nil {
		if answer, err = invokeFresh(ctx, s, c, event); err != nil {
			return err
		}
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, answer, "", "  ") != nil {
		pretty.Write(answer)
	}
	fmt.Println(pretty.String())
	return nil
}

// signed gives a sample event a session that counts here: a fresh one of the demo's operator or of its first person,
// by the route. An event that shows no session is left alone.
func signed(ctx context.Context, base string, event []byte) ([]byte, error) {
	var fields map[string]any
	if err := json.Unmarshal(event, &fields); err != nil {
		return nil, err
	}
	path, _ := fields["rawPath"].(string)
	cookies, _ := fields["cookies"].([]any)
	for i, c := range cookies {
		if text, _ := c.(string); !strings.HasPrefix(text, sessionCookie) {
			continue
		}
		email := demo.People()[0].Email
		if strings.HasPrefix(path, "/v1/imports") || strings.HasPrefix(path, "/v1/operator/") {
			email = demo.Operator
		}
		client := &desk.Client{BaseURL: base}
		code, err := client.MailboxCode(ctx, email)
		if err != nil {
			return nil, err
		}
		if err := client.Enter(ctx, email, code); err != nil {
			return nil, fmt.Errorf("signing in as %s, for whom the sample event is: %w", email, err)
		}
		cookies[i] = sessionCookie + client.Session
		return json.Marshal(fields)
	}
	return event, nil
}

// invokeRunning asks the running system; it answers nothing where none runs.
func invokeRunning(ctx context.Context, s settings, event []byte) ([]byte, error) {
	address, running := cloud.RunningAt(s.data)
	if !running {
		return nil, nil
	}
	event, err := signed(ctx, address, event)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/_local/invoke/"+url.PathEscape(s.invoke), bytes.NewReader(event))
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", s.invoke, bytes.TrimSpace(answer))
	}
	return answer, err
}

func invokeFresh(ctx context.Context, s settings, c *clock.Clock, event []byte) ([]byte, error) {
	s.port, s.watch = -1, false
	out := newTerminal(s.quiet)
	system, err := cloud.Start(ctx, options(s, c, out))
	if err != nil {
		return nil, err
	}
	defer system.Close()
	if s.demo {
		if err := loadDemo(ctx, system.Inner(), s.data, c.Now(), out.progress); err != nil {
			return nil, err
		}
	}
	if event, err = signed(ctx, system.Inner(), event); err != nil {
		return nil, err
	}
	return system.Invoke(ctx, s.invoke, event)
}
