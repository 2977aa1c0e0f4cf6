package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"customercenter/infra/local/clock"
	"customercenter/infra/local/cloud"
	"customercenter/infra/local/dynamo"
)

// serveTable serves the table's engine alone, for programs that want a DynamoDB and nothing else.
func serveTable(ctx context.Context, s settings, c *clock.Clock) error {
	lock, err := cloud.Lock(s.data)
	if err != nil {
		return err
	}
	defer lock.Close()
	db, err := dynamo.Open(filepath.Join(s.data, "dynamo"), dynamo.Options{Now: c.Now})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
	if err != nil {
		return errors.Join(err, db.Close())
	}
	const headerTimeout, stopTimeout = 5 * time.Second, 5 * time.Second
	server := &http.Server{Handler: db, ReadHeaderTimeout: headerTimeout}
	fmt.Printf("DynamoDB  http://%s   data in %s\n", listener.Addr(), filepath.Join(s.data, "dynamo"))
	go func() {
		<-ctx.Done()
		closing, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		server.Shutdown(closing)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return errors.Join(err, db.Close())
	}
	return db.Close()
}
