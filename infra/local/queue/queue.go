// Package queue plays the dead-letter queues of the template: messages that say what was given up, kept on disk
// in the order they came, to be read by a person. Nothing consumes them.
//
// It does not know what a message means.
package queue

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// shown is how many messages are kept at hand; the file keeps all.
const shown = 100

// maxMessage is the size of a message in bytes, as SQS has it.
const maxMessage = 1 << 20

// ErrTooLarge refuses a message above the size limit.
var ErrTooLarge = errors.New("the message exceeds the size limit of a queue")

// Message is one message in a queue.
type Message struct {
	Queue string          `json:"queue"`
	At    time.Time       `json:"at"`
	Body  json.RawMessage `json:"body"`
}

// Log holds the messages of all queues.
type Log struct {
	mu    sync.Mutex
	file  *os.File
	last  []Message // the newest, oldest first
	total int
}

// Open reads the log at path, making it where there is none.
func Open(path string) (*Log, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	l := &Log{file: f}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxMessage+1024)
	for lines.Scan() {
		var m Message
		if json.Unmarshal(lines.Bytes(), &m) == nil { // a line torn by a crash is passed over
			l.keep(m)
		}
	}
	if err := errors.Join(lines.Err(), l.endLine()); err != nil {
		f.Close()
		return nil, err
	}
	return l, nil
}

// endLine ends a line that a crash or a full disk has torn, so that the next message does not join it.
func (l *Log) endLine() error {
	size, err := l.file.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return err
	}
	var last [1]byte
	if _, err := l.file.ReadAt(last[:], size-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = l.file.Write([]byte("\n"))
	return err
}

// Send puts a message into a queue and returns once it is on disk.
func (l *Log) Send(queue string, at time.Time, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if len(b) > maxMessage {
		return ErrTooLarge
	}
	m := Message{Queue: queue, At: at, Body: b}
	line, err := json.Marshal(m)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.endLine(); err != nil {
		return err
	}
	if _, err := l.file.Write(append(line, '\n')); err != nil {
		return err
	}
	l.keep(m)
	return l.file.Sync()
}

func (l *Log) keep(m Message) {
	l.total++
	l.last = append(l.last, m)
	if len(l.last) > shown {
		l.last = l.last[1:]
	}
}

// Messages returns the newest messages, newest first, and how many there are in all.
func (l *Log) Messages() (newest []Message, total int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.last) - 1; i >= 0; i-- {
		newest = append(newest, l.last[i])
	}
	return newest, l.total
}

// Close closes the file.
func (l *Log) Close() error { return l.file.Close() }
