package store

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// flatItem is an item of texts, numbers and flags only, as list rows and
// totals are: its attributes in the order they came. Texts are parts of the
// answer they came in; whoever keeps one keeps all of it in memory.
type flatItem []attribute

// attribute is one name with its value as the service wrote it; flags are
// "true" or "false".
type attribute struct {
	name  string
	as    byte
	value string
}

const (
	asText   byte = 'S'
	asNumber byte = 'N'
	asFlag   byte = 'B'
)

// at finds an attribute. Of two of one name the last one counts, as it does
// for the SDK.
func (f flatItem) at(name string) (attribute, bool) {
	for i := len(f) - 1; i >= 0; i-- {
		if f[i].name == name {
			return f[i], true
		}
	}
	return attribute{}, false
}

// flatAnswer is where the answer of a Query goes that asks for flat items.
type flatAnswer struct {
	known bool // else the SDK has read the answer
	items []flatItem
	last  item
}

type flatAnswerKey struct{}

// askFlat is ask for what is read most, rows and totals: their items are read
// from the bytes of the answer without a map and two boxes for each of their
// attributes, which would be most of what a page costs beside its calls.
func (s *Store) askFlat(ctx context.Context, q question) (items []reader, last item, err error) {
	var answer flatAnswer
	out, err := s.query(context.WithValue(ctx, flatAnswerKey{}, &answer), q)
	if err != nil {
		return nil, nil, err
	}
	if !answer.known {
		items = make([]reader, len(out.Items))
		for i, it := range out.Items {
			items[i].it = it
		}
		return items, lastOf(out), nil
	}
	items = make([]reader, len(answer.items))
	for i, f := range answer.items {
		items[i].flat = f
	}
	return items, answer.last, nil
}

// flatReading reads the answers that askFlat waits for. What it does not know,
// down to a member it has not met, it leaves to the SDK, so that it never has
// to be right about more than the product's own rows.
type flatReading struct{ smithyhttp.ClientProtocol }

func readFlat(o *dynamodb.Options) { o.Protocol = flatReading{o.Protocol} }

// maxReply is above the megabyte of items that one answer holds, as JSON.
const maxReply = 16 << 20

// DeserializeResponse implements smithyhttp.ClientProtocol.
func (p flatReading) DeserializeResponse(ctx context.Context, s *smithy.OperationSchema, t *smithy.TypeRegistry, r *smithyhttp.Response, out smithy.Deserializable) error {
	answer, asked := ctx.Value(flatAnswerKey{}).(*flatAnswer)
	query, ok := out.(*dynamodb.QueryOutput)
	if !asked || !ok || r.StatusCode != http.StatusOK {
		return p.ClientProtocol.DeserializeResponse(ctx, s, t, r, out)
	}
	var body bytes.Buffer
	if r.ContentLength > 0 && r.ContentLength <= maxReply {
		body.Grow(int(r.ContentLength) + bytes.MinRead) // ReadFrom then never grows it
	}
	if _, err := body.ReadFrom(r.Body); err != nil {
		return &smithy.DeserializationError{Err: err}
	}
	d := flatDecoder{text: body.String()}
	if *answer, query.ConsumedCapacity = d.answer(); answer.known {
		return nil
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{&body, r.Body}
	return p.ClientProtocol.DeserializeResponse(ctx, s, t, r, out)
}

// flatDecoder walks an answer. Once it is lost, nothing it says counts.
type flatDecoder struct {
	text string
	at   int
	lost bool
}

// bytesPerAttribute is less than any attribute takes in an answer, but for
// those of one letter.
const bytesPerAttribute = 16

func (d *flatDecoder) answer() (flatAnswer, *types.ConsumedCapacity) {
	var (
		out  flatAnswer
		used *types.ConsumedCapacity
	)
	for name := range d.members {
		switch name {
		case "Items":
			out.items = d.items()
		case "Count", "ScannedCount":
			d.number()
		case "LastEvaluatedKey":
			out.last = d.key()
		case "ConsumedCapacity":
			used = d.capacity()
		default:
			d.lost = true
		}
	}
	if d.peek() != 0 || d.at != len(d.text) {
		d.lost = true
	}
	if d.lost {
		return flatAnswer{}, nil
	}
	out.known = true
	return out, used
}

// items shares one stretch of memory among all items.
func (d *flatDecoder) items() []flatItem {
	all := make(flatItem, 0, len(d.text)/bytesPerAttribute)
	var ends []int
	for range d.elements {
		all = d.attributes(all)
		ends = append(ends, len(all))
	}
	items, from := make([]flatItem, len(ends)), 0
	for i, end := range ends {
		items[i], from = all[from:end:end], end
	}
	return items
}

// attributes puts those of one item behind others.
func (d *flatDecoder) attributes(all flatItem) flatItem {
	for name := range d.members {
		a := attribute{name: name}
		for kind := range d.members {
			switch {
			case a.as != 0:
				d.lost = true
			case kind == "S":
				a.as, a.value = asText, d.string()
			case kind == "N":
				a.as, a.value = asNumber, d.string()
			case kind == "BOOL":
				a.as, a.value = asFlag, d.flag()
			default:
				d.lost = true
			}
		}
		d.lost = d.lost || a.as == 0
		all = append(all, a)
	}
	return all
}

// key reads where to go on: texts only.
func (d *flatDecoder) key() item {
	out := item{}
	for _, a := range d.attributes(nil) {
		d.lost = d.lost || a.as != asText
		out[a.name] = &types.AttributeValueMemberS{Value: a.value}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (d *flatDecoder) capacity() *types.ConsumedCapacity {
	c := new(types.ConsumedCapacity)
	for name := range d.members {
		switch name {
		case "TableName":
			table := d.string()
			c.TableName = &table
		case "CapacityUnits":
			units, err := strconv.ParseFloat(d.number(), 64)
			d.lost = d.lost || err != nil
			c.CapacityUnits = &units
		default:
			d.lost = true
		}
	}
	return c
}

// members gives the name of each member of an object, whose value is next.
func (d *flatDecoder) members(yield func(name string) bool) {
	for range d.sequence('{', '}') {
		name := d.string()
		d.expect(':')
		if d.lost || !yield(name) {
			return
		}
	}
}

// elements stops before each element of an array.
func (d *flatDecoder) elements(yield func() bool) {
	for range d.sequence('[', ']') {
		if !yield() {
			return
		}
	}
}

// sequence stops before each thing that stands between two signs, divided by
// commas.
func (d *flatDecoder) sequence(open, shut byte) func(yield func() bool) {
	return func(yield func() bool) {
		if d.expect(open); d.peek() == shut {
			d.at++
			return
		}
		for !d.lost && yield() {
			switch sign := d.peek(); sign {
			case ',':
				d.at++
			case shut:
				d.at++
				return
			default:
				d.lost = true
			}
		}
	}
}

// peek is the next sign behind blanks; 0 at the end.
func (d *flatDecoder) peek() byte {
	for d.at < len(d.text) {
		switch c := d.text[d.at]; c {
		case ' ', '\t', '\r', '\n':
			d.at++
		default:
			return c
		}
	}
	return 0
}

func (d *flatDecoder) expect(sign byte) {
	if d.peek() != sign {
		d.lost = true
		return
	}
	d.at++
}

// string reads a text in quotes. Without an escape, which is the rule, it is a
// part of the answer.
func (d *flatDecoder) string() string {
	if d.expect('"'); d.lost {
		return ""
	}
	from, plain := d.at, true
	for ; d.at < len(d.text); d.at++ {
		switch c := d.text[d.at]; {
		case c == '"':
			d.at++
			if plain {
				return d.text[from : d.at-1]
			}
			return d.unescape(d.text[from-1 : d.at])
		case c == '\\':
			plain = false
			d.at++
		case c < ' ':
			plain = false // which the library refuses
		}
	}
	d.lost = true
	return ""
}

func (d *flatDecoder) unescape(quoted string) (text string) {
	d.lost = d.lost || !utf8.ValidString(quoted) || json.Unmarshal([]byte(quoted), &text) != nil
	return text
}

// number reads a number as it is written.
func (d *flatDecoder) number() string {
	d.peek()
	from := d.at
	for d.at < len(d.text) && strings.IndexByte("+-.0123456789eE", d.text[d.at]) >= 0 {
		d.at++
	}
	number := d.text[from:d.at]
	d.lost = d.lost || !json.Valid([]byte(number))
	return number
}

func (d *flatDecoder) flag() string {
	d.peek()
	for _, word := range []string{"true", "false"} {
		if strings.HasPrefix(d.text[d.at:], word) {
			d.at += len(word)
			return word
		}
	}
	d.lost = true
	return ""
}
