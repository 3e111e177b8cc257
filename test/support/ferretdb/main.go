// Command ferretdb-for-tests is the MongoDB server of the tests: FerretDB on SQLite, in one process, with a gate in
// front (gate.go). It prints its address when it listens, and ends when its standard input does.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	address := flag.String("listen", "127.0.0.1:0", "address to listen on")
	folder := flag.String("dir", "", "folder of the databases")
	flag.Parse()
	if err := run(*address, *folder); err != nil {
		log.Fatal(err)
	}
}

func run(address, folder string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()

	// A socket's path may have 107 bytes: the temporary folder, not the given one.
	sockets, err := os.MkdirTemp("", "ferretdb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(sockets)
	socket := filepath.Join(sockets, "ferretdb.sock")
	server, err := ferretdb.New(&ferretdb.Config{
		Listener: ferretdb.ListenerConfig{Unix: socket},
		Handler:  "sqlite",
		// A test's data need not outlive the machine, only the process.
		SQLiteURL: "file:" + folder + "/?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(off)",
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	go (&gate{socket: socket}).serve(listener)
	fmt.Printf("mongodb://%s\n", listener.Addr())
	return server.Run(ctx)
}
