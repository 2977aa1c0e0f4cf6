// Command engine serves the embedded DynamoDB engine alone, over HTTP on this
// machine, and prints where. It knows no tables: clients create them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"customercenter/infra/local/dynamo"
)

// Timeouts of the server.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 5 * time.Second
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "engine:", err)
		os.Exit(1)
	}
}

func run() error {
	port := flag.Int("port", 0, "port on the loopback interface; 0 takes a free one")
	dir := flag.String("data", "", "directory of the data; empty keeps it in memory")
	noSync := flag.Bool("nosync", false, "do not wait for the disk")
	checkpoint := flag.Int64("checkpoint", 0, "bytes of log before it is folded into a checkpoint; 0 is 64 MB")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	start := time.Now()
	db, err := dynamo.Open(*dir, dynamo.Options{NoSync: *noSync, CheckpointBytes: *checkpoint})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		return errors.Join(err, db.Close())
	}
	fmt.Printf("http://%s opened in %s\n", listener.Addr(), time.Since(start).Round(time.Microsecond))
	server := &http.Server{Handler: db, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout}
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		server.Shutdown(grace)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return errors.Join(err, db.Close())
	}
	return db.Close()
}
