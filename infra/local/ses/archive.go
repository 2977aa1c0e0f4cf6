package ses

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// The kinds of record.
const (
	recordMail      = "mail"
	recordIdentity  = "identity"
	recordForgotten = "identity-deleted"
)

// record is an entry of the archive: a line of JSON and, for a mail, the mail
// itself and a line end behind it. What lists and searches need stands in the
// line, so that opening the archive reads no mail.
type record struct {
	Kind             string              `json:"kind"`
	Identity         string              `json:"identity,omitempty"`
	ID               string              `json:"id,omitempty"`
	At               time.Time           `json:"at,omitzero"`
	Source           string              `json:"source,omitempty"`
	Destinations     []string            `json:"destinations,omitempty"`
	ConfigurationSet string              `json:"configurationSet,omitempty"`
	Tags             map[string][]string `json:"tags,omitempty"`
	Outcome          Outcome             `json:"outcome,omitempty"`
	Summary          *summary            `json:"summary,omitempty"`
	Bytes            int64               `json:"bytes,omitempty"` // of Raw
	Raw              []byte              `json:"-"`               // the mail as it was delivered
}

// place is where a record stands in the file.
type place struct{ offset, length int64 }

// placed is a record with its place.
type placed struct {
	record
	place
}

// archive is a file of records that only grows, until it is rewritten whole.
// append, read and rewrite are called under the Service's lock; flush
// is not, so that mails taken at the same time share one sync of the disk.
type archive struct {
	path string

	syncing sync.Mutex // held while the file is synced or replaced
	synced  uint64     // appends that are on the disk

	mu       sync.Mutex // guards the fields below
	file     *os.File
	end      int64
	appended uint64
}

// openArchive opens or makes the file and returns what it holds, mails without
// Raw. A last record that is not whole is cut off; any other it cannot read is
// an error.
func openArchive(path string) (*archive, []placed, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	records, end, err := readRecords(file)
	if err == nil {
		err = errors.Join(file.Truncate(end), file.Sync(), syncDir(filepath.Dir(path)))
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
	}
	return &archive{path: path, file: file, end: end}, records, nil
}

func readRecords(from io.Reader) (records []placed, end int64, err error) {
	in := bufio.NewReaderSize(from, 1<<20)
	for {
		p, err := readRecord(in)
		if errors.Is(err, io.EOF) {
			return records, end, nil
		}
		if err != nil {
			return nil, 0, fmt.Errorf("record at byte %d: %w", end, err)
		}
		p.offset = end
		end += p.length
		records = append(records, p)
	}
}

// readRecord reads a record and passes over its mail. The error is io.EOF
// where the file ends before the record does.
func readRecord(in *bufio.Reader) (p placed, err error) {
	line, err := in.ReadBytes('\n')
	if err != nil {
		return placed{}, err
	}
	if err := json.Unmarshal(line, &p.record); err != nil {
		return placed{}, err
	}
	p.length = int64(len(line))
	if p.Kind != recordMail {
		return p, nil
	}
	if p.Bytes < 0 || p.Bytes > maxMailBytes+maxStampBytes {
		return placed{}, fmt.Errorf("a mail of %d bytes", p.Bytes)
	}
	if _, err := in.Discard(int(p.Bytes)); err != nil {
		return placed{}, err
	}
	switch end, err := in.ReadByte(); {
	case err != nil:
		return placed{}, err
	case end != '\n':
		return placed{}, errors.New("the mail is not where its record says")
	}
	p.length += p.Bytes + 1
	return p, nil
}

// append writes r behind the last record. It is durable once flush of the
// returned ticket has returned.
func (a *archive) append(r record) (p place, ticket uint64, err error) {
	r.Bytes = int64(len(r.Raw))
	entry, err := json.Marshal(r)
	if err != nil {
		return place{}, 0, err
	}
	entry = append(entry, '\n')
	if r.Kind == recordMail {
		entry = append(append(entry, r.Raw...), '\n')
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, err := a.file.WriteAt(entry, a.end); err != nil {
		// A part of it must not stand behind a shorter record that comes next.
		return place{}, 0, errors.Join(err, a.file.Truncate(a.end))
	}
	p = place{offset: a.end, length: int64(len(entry))}
	a.end += p.length
	a.appended++
	return p, a.appended, nil
}

// flush returns when the append of that ticket is on the disk.
func (a *archive) flush(ticket uint64) error {
	a.syncing.Lock()
	defer a.syncing.Unlock()
	if a.synced >= ticket {
		return nil
	}
	a.mu.Lock()
	file, appended := a.file, a.appended
	a.mu.Unlock()
	if err := file.Sync(); err != nil {
		return err
	}
	a.synced = appended
	return nil
}

// read returns the mail at p as it was delivered.
func (a *archive) read(p place) (raw []byte, err error) {
	entry := make([]byte, p.length)
	if _, err := a.file.ReadAt(entry, p.offset); err != nil {
		return nil, err
	}
	_, raw, _ = bytes.Cut(entry, []byte("\n"))
	return bytes.TrimSuffix(raw, []byte("\n")), nil
}

// rewrite replaces the file by one that holds only the records at the places
// given, in that order, and returns their new places. The old file stays whole
// until the new one is on the disk.
func (a *archive) rewrite(keep []place) (moved []place, err error) {
	a.syncing.Lock()
	defer a.syncing.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	next, err := os.OpenFile(a.path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	moved, end, err := a.copyTo(next, keep)
	if err == nil {
		err = errors.Join(next.Sync(), os.Rename(next.Name(), a.path), syncDir(filepath.Dir(a.path)))
	}
	if err != nil {
		return nil, errors.Join(err, next.Close())
	}
	err = a.file.Close()
	a.file, a.end, a.synced = next, end, a.appended
	return moved, err
}

func (a *archive) copyTo(next io.Writer, keep []place) (moved []place, end int64, err error) {
	for _, p := range keep {
		if _, err := io.Copy(next, io.NewSectionReader(a.file, p.offset, p.length)); err != nil {
			return nil, 0, err
		}
		moved = append(moved, place{offset: end, length: p.length})
		end += p.length
	}
	return moved, end, nil
}

func (a *archive) close() error {
	a.syncing.Lock()
	defer a.syncing.Unlock()
	return errors.Join(a.file.Sync(), a.file.Close())
}

// syncDir makes a name just made or renamed in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
