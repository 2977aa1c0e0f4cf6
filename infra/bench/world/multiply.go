package world

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"customercenter/shared/center"
)

// seed is how many invoices are booked by the product; the others are copies
// of these under other ids and numbers, which is what makes a million of them
// possible. Copied is what a list, its sorts, a search and a summary read.
const seed = 2 * dueDays

// maxBatch is how many items one BatchWriteItem takes.
const maxBatch = 25

// original is a booked invoice's items as text, with what is its own.
type original struct {
	i     int
	id    string // as keys carry it
	items []string
}

// Grow makes an account of n invoices: it books a few, and copies those.
func (w *World) Grow(ctx context.Context, account string, n int) error {
	if err := w.Fill(ctx, account, 0, min(n, seed)); err != nil {
		return err
	}
	if n <= seed {
		return nil
	}
	originals, totals, err := w.originals(account)
	if err != nil {
		return err
	}
	batch := &batch{w: w, ctx: ctx}
	for i := seed; i < n; i++ {
		for _, text := range originals[i%seed].copy(i) {
			if err := batch.add(text); err != nil {
				return err
			}
		}
	}
	for _, text := range totals {
		grown, err := multiplied(text, n)
		if err != nil {
			return err
		}
		if err := batch.add(grown); err != nil {
			return err
		}
	}
	return batch.flush()
}

// copy is the items under the id and number of the account's i-th invoice.
// Each kept number reads the same in every place: as it is, in small letters,
// and its digits alone.
func (o original) copy(i int) []string {
	sum := sha256.Sum256([]byte(o.id + strconv.Itoa(i)))
	was, is := Number(o.i), Number(i)
	swap := strings.NewReplacer(o.id, base64.RawURLEncoding.EncodeToString(sum[:16]), was, is,
		strings.ToLower(was), strings.ToLower(is), digits(was), digits(is))
	out := make([]string, len(o.items))
	for at, text := range o.items {
		out[at] = swap.Replace(text)
	}
	return out
}

func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
}

// originals reads the account's booked invoices and its totals back.
func (w *World) originals(account string) (found []original, totals []string, err error) {
	tenant := short(string(center.AccountIDOf(account)))
	byID := map[string]int{}
	for i := range seed {
		id := short(strings.TrimPrefix(string(InvoiceID(account, i)), "inv_"))
		byID[id] = i
		found = append(found, original{i: i, id: id})
	}
	err = w.Dump(func(text []byte) error {
		var at struct{ PK, SK struct{ S string } }
		if err := json.Unmarshal(text, &at); err != nil {
			return err
		}
		kind, rest, _ := strings.Cut(at.PK.S, "#")
		partition, invoice, _ := strings.Cut(rest, "#")
		if partition != tenant {
			return nil
		}
		switch {
		case kind == "L" && strings.HasPrefix(at.SK.S, "T#"):
			totals = append(totals, string(text))
			return nil
		case kind == "I" && at.SK.S == "H":
		case kind == "L", kind == "F" && strings.Contains(at.SK.S, "2026") && !strings.Contains(at.SK.S, "."):
			invoice = at.SK.S[strings.LastIndexByte(at.SK.S, '#')+1:]
		default:
			return nil
		}
		if i, ok := byID[invoice]; ok {
			found[i].items = append(found[i].items, string(text))
		}
		return nil
	})
	return found, totals, err
}

// short is an id as keys carry it.
func short(id string) string {
	raw, err := hex.DecodeString(id)
	if err != nil {
		return id
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// schemaVersion is the one number of a total that counts nothing.
const schemaVersion = "v"

// multiplied is a total that counts n invoices where it counted seed.
func multiplied(text string, n int) (string, error) {
	var total map[string]map[string]any
	if err := json.Unmarshal([]byte(text), &total); err != nil {
		return "", err
	}
	for name, value := range total {
		if was, ok := value["N"].(string); ok && name != schemaVersion {
			v, err := strconv.ParseInt(was, 10, 64)
			if err != nil {
				return "", err
			}
			value["N"] = strconv.FormatInt(v*int64(n)/seed, 10)
		}
	}
	out, err := json.Marshal(total)
	return string(out), err
}

// Dump hands over every item of the table as DynamoDB writes it.
func (w *World) Dump(each func(item []byte) error) error {
	endpoint, err := w.Serve(w.DB)
	if err != nil {
		return err
	}
	res, err := http.Get(endpoint + "/_dump?table=" + w.table.Name)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	lines := bufio.NewReaderSize(res.Body, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := each(bytes.TrimSpace(line)); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// batch writes items as many at once as the service takes. The world's tables
// live minutes; their streams are read by nobody and are let go along the way.
type batch struct {
	w     *World
	ctx   context.Context
	items []string
	since time.Time
}

func (b *batch) add(item string) error {
	if b.items = append(b.items, item); len(b.items) < maxBatch {
		return nil
	}
	return b.flush()
}

func (b *batch) flush() error {
	if len(b.items) == 0 {
		return nil
	}
	request := PutRequest(b.w.table.Name, b.items)
	b.items = b.items[:0]
	if _, err := b.w.Call(b.ctx, "BatchWriteItem", request); err != nil {
		return err
	}
	if time.Since(b.since) > time.Second {
		b.since = time.Now()
		b.w.DB.TrimStream(b.w.table.Name, everything)
	}
	return nil
}

// everything is behind the last record of any stream.
const everything = 1<<63 - 1

// PutRequest is the BatchWriteItem request that puts items into a table.
func PutRequest(table string, items []string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, `{"RequestItems":{%q:[`, table)
	for i, item := range items {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(`{"PutRequest":{"Item":`)
		out.WriteString(item)
		out.WriteString(`}}`)
	}
	out.WriteString(`]}}`)
	return out.Bytes()
}
