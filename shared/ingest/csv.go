package ingest

import (
	"bytes"
	"errors"
)

// Why a CSV record cannot be read.
var (
	errQuote = errors.New("a quoted value does not end, or text follows its closing quote")
	errLong  = errors.New("the record is too long")
)

// csvScanner splits CSV text into records as RFC 4180 has it, with any text as
// the delimiter. Unlike encoding/csv it goes on after a broken record.
type csvScanner struct {
	rest      []byte
	delimiter []byte
}

func newCSVScanner(data []byte, delimiter string) *csvScanner {
	return &csvScanner{bytes.TrimPrefix(data, []byte(byteOrderMark)), []byte(delimiter)}
}

// next returns the next record that is not a blank line; ok is false at the
// end. After an error the scanner stands at the next line.
func (s *csvScanner) next() (record []string, ok bool, err error) {
	for len(s.rest) > 0 {
		start := s.rest
		record, err = s.record()
		if err != nil {
			s.rest = start
			s.skipLine()
			return nil, true, err
		}
		if len(record) > 1 || record[0] != "" {
			return record, true, nil
		}
	}
	return nil, false, nil
}

func (s *csvScanner) record() ([]string, error) {
	var record []string
	size := len(s.rest)
	for {
		value, last, err := s.value()
		if err == nil && size-len(s.rest) > maxLine {
			err = errLong
		}
		if err != nil {
			return nil, err
		}
		record = append(record, value)
		if last {
			return record, nil
		}
	}
}

// value takes one value off the text with what ends it; last reports the end
// of the record.
func (s *csvScanner) value() (value string, last bool, err error) {
	if len(s.rest) > 0 && s.rest[0] == '"' {
		if value, err = s.quoted(); err != nil {
			return "", false, err
		}
	} else {
		end := s.bare()
		value, s.rest = string(s.rest[:end]), s.rest[end:]
	}
	switch {
	case len(s.rest) == 0:
		return value, true, nil
	case bytes.HasPrefix(s.rest, s.delimiter):
		s.rest = s.rest[len(s.delimiter):]
		return value, false, nil
	case bytes.HasPrefix(s.rest, []byte("\r\n")):
		s.rest = s.rest[2:]
		return value, true, nil
	case s.rest[0] == '\n':
		s.rest = s.rest[1:]
		return value, true, nil
	}
	return "", false, errQuote
}

// bare is the length of the value without quotes that the text begins with. It
// looks at each byte once: a search for the end of the line from every value
// of it would take forever in a line without one.
func (s *csvScanner) bare() int {
	for i, c := range s.rest {
		switch {
		case c == s.delimiter[0] && bytes.HasPrefix(s.rest[i:], s.delimiter):
			return i
		case c == '\n' && i > 0 && s.rest[i-1] == '\r':
			return i - 1
		case c == '\n':
			return i
		case i > maxLine:
			return i // more than a record may have: whoever adds it up refuses it
		}
	}
	return len(s.rest)
}

// quoted takes a value between quotes off the text; two quotes inside are one.
func (s *csvScanner) quoted() (string, error) {
	var value []byte
	for rest := s.rest[1:]; ; {
		end := bytes.IndexByte(rest, '"')
		if end < 0 {
			return "", errQuote
		}
		if len(value)+end > maxLine {
			return "", errLong
		}
		value, rest = append(value, rest[:end]...), rest[end+1:]
		if len(rest) == 0 || rest[0] != '"' {
			s.rest = rest
			return string(value), nil
		}
		value, rest = append(value, '"'), rest[1:]
	}
}

func (s *csvScanner) skipLine() {
	if _, after, found := bytes.Cut(s.rest, []byte("\n")); found {
		s.rest = after
		return
	}
	s.rest = nil
}
