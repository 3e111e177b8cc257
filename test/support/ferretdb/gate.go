package main

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"

	"go.mongodb.org/mongo-driver/bson"
)

// gate passes messages of MongoDB's wire protocol on, and lets one write at a time through to each database: FerretDB
// 1.24 reads the document that a filter selects and then writes it, with nothing in between that keeps others away, so
// that of two equal compare-and-sets both would succeed. MongoDB does this in one step.
type gate struct {
	socket string
	locks  sync.Map // by database: *sync.Mutex
}

const (
	headerLength = 16
	opMsg        = 2013
	moreToCome   = 1 << 1
	longest      = 48_000_000
)

var writes = map[string]bool{
	"insert": true, "update": true, "delete": true, "findAndModify": true, "findandmodify": true,
	"create": true, "drop": true, "dropDatabase": true, "createIndexes": true, "dropIndexes": true,
	"collMod": true, "renameCollection": true,
}

func (g *gate) serve(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go g.converse(client)
	}
}

// converse passes one connection's messages on: a driver sends the next when the last is answered.
func (g *gate) converse(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", g.socket)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		request, err := readMessage(client)
		if err != nil {
			return
		}
		reply, err := g.ask(server, request)
		if err != nil {
			return
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

// ask sends a message and reads its reply, alone in its database if it writes.
func (g *gate) ask(server net.Conn, request []byte) ([]byte, error) {
	command, database, awaited := describe(request)
	if writes[command] {
		lock, _ := g.locks.LoadOrStore(database, new(sync.Mutex))
		lock.(*sync.Mutex).Lock()
		defer lock.(*sync.Mutex).Unlock()
	}
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	if !awaited {
		return nil, nil
	}
	return readMessage(server)
}

func readMessage(from io.Reader) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(from, length[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(length[:])
	if size < headerLength || size > longest {
		return nil, errors.New("not a message")
	}
	message := make([]byte, size)
	copy(message, length[:])
	_, err := io.ReadFull(from, message[4:])
	return message, err
}

// describe says what an OP_MSG asks of which database, and whether it wants a reply.
func describe(message []byte) (command, database string, awaited bool) {
	if binary.LittleEndian.Uint32(message[12:]) != opMsg || len(message) < headerLength+5 {
		return "", "", true
	}
	awaited = binary.LittleEndian.Uint32(message[headerLength:])&moreToCome == 0
	sections := message[headerLength+4:]
	for len(sections) > 5 {
		size := int(binary.LittleEndian.Uint32(sections[1:]))
		if size > len(sections)-1 {
			break
		}
		if sections[0] == 0 {
			body := bson.Raw(sections[1 : 1+size])
			if first, err := body.IndexErr(0); err == nil {
				command = first.Key()
			}
			database, _ = body.Lookup("$db").StringValueOK()
			break
		}
		sections = sections[1+size:]
	}
	return command, database, awaited
}
