package wal

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// A file is the magic, then frames: length of kind and payload (4 bytes, little
// endian), CRC-32C of the same (4 bytes), kind (1 byte), payload. A frame of kind
// commitKind closes a commit: its sequence number (8 bytes) and how many frames
// it closes (4 bytes). A frame of kind endKind closes a checkpoint.
const (
	magic        = "ccwal01\n"
	headerBytes  = 8
	commitBytes  = 12
	commitKind   = 0
	endKind      = 255
	readerBuffer = 1 << 20

	segmentSuffix    = ".log"
	checkpointSuffix = ".checkpoint"
	temporarySuffix  = ".temporary"
)

// MaxPayload is the longest payload of an entry that is read back.
const MaxPayload = 64 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func appendFrame(b []byte, kind byte, payload []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(1+len(payload)))
	sum := crc32.Update(crc32.Checksum([]byte{kind}, castagnoli), castagnoli, payload)
	b = binary.LittleEndian.AppendUint32(b, sum)
	b = append(b, kind)
	return append(b, payload...)
}

func appendCommit(b []byte, sequence uint64, entries []Entry) []byte {
	for _, e := range entries {
		b = appendFrame(b, e.Kind, e.Payload)
	}
	var closing [commitBytes]byte
	binary.LittleEndian.PutUint64(closing[:], sequence)
	binary.LittleEndian.PutUint32(closing[8:], uint32(len(entries)))
	return appendFrame(b, commitKind, closing[:])
}

// errTorn says that a file ends, or stops making sense, inside a commit.
var errTorn = errors.New("wal: commit is incomplete or damaged")

// readFile calls apply with each commit of a file and returns how many bytes the
// good ones take. A damaged rest is an error where whole is set, else left out.
func readFile(path string, whole bool, apply func(uint64, []Entry) error) (good int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	r := &frameReader{from: bufio.NewReaderSize(f, readerBuffer)}
	good, err = r.commits(apply)
	if errors.Is(err, errTorn) && !whole {
		return good, nil
	}
	if err != nil {
		return good, fmt.Errorf("%s after byte %d: %w", path, good, err)
	}
	if strings.HasSuffix(path, checkpointSuffix) && !r.ended {
		return good, fmt.Errorf("%s: checkpoint has no end: %w", path, errTorn)
	}
	return good, nil
}

// holdsCommitAfter reports whether a commit numbered higher than sequence is
// closed anywhere in a file after its first good bytes.
func holdsCommitAfter(path string, good int64, sequence uint64) (bool, error) {
	info, err := os.Stat(path)
	if err != nil || info.Size() <= good {
		return false, err
	}
	all, err := os.ReadFile(path)
	if err != nil {
		return false, err
	}
	const body = 1 + commitBytes
	length := binary.LittleEndian.AppendUint32(nil, body)
	for rest := all[good:]; ; rest = rest[1:] {
		at := bytes.Index(rest, length)
		if at < 0 || len(rest) < at+headerBytes+body {
			return false, nil
		}
		rest = rest[at:]
		sum, closing := binary.LittleEndian.Uint32(rest[4:]), rest[headerBytes:headerBytes+body]
		if closing[0] == commitKind && crc32.Checksum(closing, castagnoli) == sum && binary.LittleEndian.Uint64(closing[1:]) > sequence {
			return true, nil
		}
	}
}

type frameReader struct {
	from  *bufio.Reader
	at    int64
	ended bool
}

func (r *frameReader) commits(apply func(uint64, []Entry) error) (good int64, err error) {
	var start [len(magic)]byte
	if _, err := io.ReadFull(r.from, start[:]); err != nil || string(start[:]) != magic {
		return 0, errTorn
	}
	r.at = int64(len(magic))
	good = r.at
	var entries []Entry
	for {
		kind, payload, err := r.frame()
		switch {
		case errors.Is(err, io.EOF) && len(entries) == 0:
			return good, nil
		case err != nil:
			return good, errTorn
		case kind == endKind:
			r.ended = true
		case kind != commitKind:
			entries = append(entries, Entry{kind, payload})
			continue
		case len(payload) != commitBytes || int(binary.LittleEndian.Uint32(payload[8:])) != len(entries):
			return good, errTorn
		default:
			if err := apply(binary.LittleEndian.Uint64(payload), entries); err != nil {
				return good, err
			}
			entries = entries[:0]
		}
		good = r.at
	}
}

// frame returns io.EOF where the file ends between frames.
func (r *frameReader) frame() (kind byte, payload []byte, err error) {
	var header [headerBytes]byte
	if n, err := io.ReadFull(r.from, header[:]); err != nil {
		if n == 0 {
			return 0, nil, io.EOF
		}
		return 0, nil, errTorn
	}
	length := binary.LittleEndian.Uint32(header[:])
	if length < 1 || length > 1+MaxPayload {
		return 0, nil, errTorn
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(r.from, body); err != nil {
		return 0, nil, errTorn
	}
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(header[4:]) {
		return 0, nil, errTorn
	}
	r.at += int64(headerBytes + len(body))
	return body[0], body[1:], nil
}

// listing is what a directory holds that matters: the newest checkpoint (0 for
// none) and the segments after it, in order.
type listing struct {
	checkpoint int
	segments   []int
	stale      []string // names of files that a checkpoint or a crash left over
}

func list(dir string) (listing, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return listing{}, err
	}
	var l listing
	numbers := map[string]int{}
	for _, e := range entries {
		stem, suffix, _ := strings.Cut(e.Name(), ".")
		number, err := strconv.Atoi(stem)
		if err != nil {
			continue
		}
		numbers[e.Name()] = number
		if "."+suffix == checkpointSuffix {
			l.checkpoint = max(l.checkpoint, number)
		}
	}
	for name, number := range numbers {
		switch {
		case strings.HasSuffix(name, segmentSuffix) && number > l.checkpoint:
			l.segments = append(l.segments, number)
		case strings.HasSuffix(name, checkpointSuffix) && number == l.checkpoint:
		default:
			l.stale = append(l.stale, name)
		}
	}
	slices.Sort(l.segments)
	for i, number := range l.segments {
		if number != l.checkpoint+1+i {
			return l, fmt.Errorf("wal: %s lacks segment %d", dir, l.checkpoint+1+i)
		}
	}
	return l, nil
}
