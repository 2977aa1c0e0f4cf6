package stripe

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// The journal's file, and what is kept in it at most.
const (
	journalName = "account"
	// eventAge is how long events can be asked for.
	eventAge = 30 * 24 * time.Hour
	// slack is how many more records than objects the file may hold before it
	// is written anew.
	slack = 1_000
)

// journal is a file of changes, a line of JSON each, that only grows until it
// is written anew at the next start. It is used under the Service's lock.
type journal struct {
	file *os.File
	end  int64
}

// change is a record: the objects that changed together, and what was answered.
type change struct {
	Objects []stored `json:"objects,omitempty"`
	Answer  *answer  `json:"answer,omitempty"`
}

// stored is an object in a record.
type stored struct {
	Kind  string          `json:"kind"`
	Value json.RawMessage `json:"value"`
}

// openJournal opens or makes the file in dir and reads it into s. A last
// record that is not whole was never answered and is cut off.
func openJournal(dir string, s *state, now time.Time) (*journal, error) {
	path := filepath.Join(dir, journalName)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("stripe: %w", err)
	}
	j, records, err := readJournal(path, s)
	if err != nil {
		return nil, fmt.Errorf("stripe: %s: %w", path, err)
	}
	s.forget(now)
	if records > len(s.objects)+len(s.answers)+slack {
		if err := j.rewrite(path, s); err != nil {
			return nil, fmt.Errorf("stripe: %s: %w", path, err)
		}
	}
	return j, nil
}

func readJournal(path string, s *state) (*journal, int, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, 0, err
	}
	j, records, in := &journal{file: file}, 0, bufio.NewReader(file)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return j, records, errors.Join(file.Truncate(j.end), file.Sync(), syncFolder(filepath.Dir(path)))
		}
		if err == nil {
			err = s.replay(line)
		}
		if err != nil {
			return nil, 0, errors.Join(fmt.Errorf("record at byte %d: %w", j.end, err), file.Close())
		}
		j.end += int64(len(line))
		records++
	}
}

// replay takes in what a record holds.
func (s *state) replay(line []byte) error {
	var c change
	if err := json.Unmarshal(line, &c); err != nil {
		return err
	}
	for _, one := range c.Objects {
		o := fresh(one.Kind)
		if o == nil {
			return fmt.Errorf("no kind %q", one.Kind)
		}
		if err := json.Unmarshal(one.Value, o); err != nil {
			return err
		}
		s.replace(o)
	}
	if c.Answer != nil {
		s.answers[c.Answer.Key] = c.Answer
	}
	return nil
}

// replace puts an object in the place of its former state.
func (s *state) replace(o object) {
	if former, ok := s.objects[o.base().ID]; ok {
		list := s.order[o.kind()]
		for i := len(list) - 1; i >= 0; i-- {
			if list[i] == former {
				list[i] = o
				break
			}
		}
		s.objects[o.base().ID] = o
	}
	s.put(o)
}

// forget drops answers and events that are too old to be asked for.
func (s *state) forget(now time.Time) {
	for key, a := range s.answers {
		if now.Sub(a.At) >= keyAge {
			delete(s.answers, key)
		}
	}
	var kept []object
	for _, o := range s.order[kindEvent] {
		if e := o.(*event); e.dueAt().IsZero() && now.Sub(time.Unix(e.Created, 0)) > eventAge {
			delete(s.objects, e.ID)
			continue
		}
		kept = append(kept, o)
	}
	s.order[kindEvent] = kept
}

// append writes a change behind the last one. It is durable when append
// returns.
func (j *journal) append(objects []object, a *answer) error {
	line, err := encodeChange(objects, a)
	if err != nil {
		return err
	}
	if _, err := j.file.WriteAt(line, j.end); err != nil {
		// A part of it must not stand behind a shorter record that comes next.
		return errors.Join(err, j.file.Truncate(j.end))
	}
	if err := j.file.Sync(); err != nil {
		return err
	}
	j.end += int64(len(line))
	return nil
}

func encodeChange(objects []object, a *answer) ([]byte, error) {
	c := change{Answer: a}
	for _, o := range objects {
		value, err := json.Marshal(o)
		if err != nil {
			return nil, err
		}
		c.Objects = append(c.Objects, stored{o.kind(), value})
	}
	line, err := json.Marshal(c)
	return append(line, '\n'), err
}

// rewrite puts in the file's place one that holds only how things stand. The
// old one stays whole until the new one is on the disk.
func (j *journal) rewrite(path string, s *state) error {
	next, err := os.OpenFile(path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	out, end := bufio.NewWriter(next), int64(0)
	put := func(objects []object, a *answer) {
		line, failed := encodeChange(objects, a)
		n, _ := out.Write(line) // Flush tells of what failed
		end += int64(n)
		err = errors.Join(err, failed)
	}
	for _, objects := range s.order {
		for _, o := range objects {
			put([]object{o}, nil)
		}
	}
	for _, a := range s.answers {
		put(nil, a)
	}
	if err = errors.Join(err, out.Flush()); err == nil {
		err = errors.Join(next.Sync(), os.Rename(next.Name(), path), syncFolder(filepath.Dir(path)))
	}
	if err != nil {
		return errors.Join(err, next.Close())
	}
	err = j.file.Close()
	j.file, j.end = next, end
	return err
}

func (j *journal) close() error { return errors.Join(j.file.Sync(), j.file.Close()) }

// syncFolder makes a name just made or changed in a folder durable.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
