package lambda

import (
	"bytes"
	"strings"
)

// maxLine is where a line without an end is cut, as CloudWatch cuts events.
const maxLine = 256 << 10

// lines is a writer that emits whole lines. A process writes to it from one goroutine.
type lines struct {
	emit func(line string)
	rest []byte
}

func (l *lines) Write(b []byte) (int, error) {
	l.rest = append(l.rest, b...)
	for {
		i := bytes.IndexByte(l.rest, '\n')
		if i < 0 && len(l.rest) < maxLine {
			return len(b), nil
		}
		if i < 0 {
			i = maxLine - 1
		}
		l.emit(strings.TrimRight(string(l.rest[:i+1]), "\r\n"))
		l.rest = l.rest[i+1:]
	}
}

// flush emits what stands behind the last line end.
func (l *lines) flush() {
	if len(l.rest) > 0 {
		l.emit(string(l.rest))
		l.rest = nil
	}
}
