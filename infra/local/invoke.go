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

	"customercenter/infra/local/clock"
	"customercenter/infra/local/cloud"
)

// invoke runs one function with its sample event: in the system that runs on the data folder, or in one that is
// started for it and answers nobody else.
func invoke(ctx context.Context, s settings, c *clock.Clock) error {
	event, err := os.ReadFile(filepath.Join("events", s.invoke+".json"))
	if err != nil {
		return err
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

// invokeRunning asks the running system; it answers nothing where none runs.
func invokeRunning(ctx context.Context, s settings, event []byte) ([]byte, error) {
	address, running := cloud.RunningAt(s.data)
	if !running {
		return nil, nil
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
	system, err := cloud.Start(ctx, options(s, c, newTerminal(s.quiet)))
	if err != nil {
		return nil, err
	}
	defer system.Close()
	return system.Invoke(ctx, s.invoke, event)
}
