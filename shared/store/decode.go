package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// onePass reads the answers of GetItem and Query, the reads of every request,
// in one pass over their bytes: texts are parts of the answer rather than
// copies, and values are made many at once. It buys half of what decoding a
// page costs. Everything it does not know, down to a field it has not met, it
// leaves to the SDK's own decoder, so it never has to be right about more than
// what the product reads. Whoever keeps a text of an item keeps its whole
// answer in memory.
type onePass struct{ smithyhttp.ClientProtocol }

// decodeInOnePass makes a client read its answers so.
func decodeInOnePass(o *dynamodb.Options) { o.Protocol = onePass{o.Protocol} }

// DeserializeResponse implements smithyhttp.ClientProtocol.
func (p onePass) DeserializeResponse(ctx context.Context, s *smithy.OperationSchema, t *smithy.TypeRegistry, r *smithyhttp.Response, out smithy.Deserializable) error {
	var read func(*decoder) (keep func())
	switch out := out.(type) {
	case *dynamodb.QueryOutput:
		read = func(d *decoder) func() { q := d.query(); return func() { *out = q } }
	case *dynamodb.GetItemOutput:
		read = func(d *decoder) func() { g := d.get(); return func() { *out = g } }
	}
	if read == nil || r.StatusCode != http.StatusOK {
		return p.ClientProtocol.DeserializeResponse(ctx, s, t, r, out)
	}
	var body bytes.Buffer
	if r.ContentLength > 0 && r.ContentLength <= maxReply {
		body.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(r.Body); err != nil {
		return &smithy.DeserializationError{Err: err}
	}
	d := &decoder{text: body.String()}
	keep := read(d)
	if d.end(); !d.lost {
		keep()
		return nil
	}
	// Closing the body checks the answer's checksum; only what is read changes.
	r.Body = struct {
		io.Reader
		io.Closer
	}{&body, r.Body}
	return p.ClientProtocol.DeserializeResponse(ctx, s, t, r, out)
}

// maxReply is above the megabyte of items that one answer holds, as JSON.
const maxReply = 16 << 20

// maxNesting is how deep the service lets values nest.
const maxNesting = 32

// valuesAtOnce is how many values are made together.
const valuesAtOnce = 64

// decoder walks an answer. Once it is lost it says nothing true any more, and
// what it has filled in is filled in again by the SDK's decoder.
type decoder struct {
	text string
	at   int
	lost bool

	texts   []types.AttributeValueMemberS
	numbers []types.AttributeValueMemberN
	names   int // attributes of the item before: items of a page are alike
}

func (d *decoder) query() (out dynamodb.QueryOutput) {
	d.object(func(name string) {
		switch name {
		case "Items":
			d.array(func() {
				if out.Items == nil {
					out.Items = make([]map[string]types.AttributeValue, 0, DefaultPage+1)
				}
				out.Items = append(out.Items, d.item(0))
			})
			if out.Items == nil {
				out.Items = []map[string]types.AttributeValue{}
			}
		case "Count":
			out.Count = d.int32()
		case "ScannedCount":
			out.ScannedCount = d.int32()
		case "LastEvaluatedKey":
			out.LastEvaluatedKey = d.item(0)
		case "ConsumedCapacity":
			out.ConsumedCapacity = d.capacity()
		default:
			d.lost = true
		}
	})
	return out
}

func (d *decoder) get() (out dynamodb.GetItemOutput) {
	d.object(func(name string) {
		switch name {
		case "Item":
			out.Item = d.item(0)
		case "ConsumedCapacity":
			out.ConsumedCapacity = d.capacity()
		default:
			d.lost = true
		}
	})
	return out
}

func (d *decoder) capacity() *types.ConsumedCapacity {
	c := new(types.ConsumedCapacity)
	d.object(func(name string) {
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
	})
	return c
}

func (d *decoder) item(depth int) map[string]types.AttributeValue {
	out := make(map[string]types.AttributeValue, d.names)
	d.object(func(name string) { out[name] = d.value(depth) })
	if depth == 0 {
		d.names = len(out)
	}
	return out
}

// value reads {"S":"text"} and its like; kinds the product does not store are
// not known here.
func (d *decoder) value(depth int) (v types.AttributeValue) {
	if depth > maxNesting {
		d.lost = true
		return nil
	}
	d.object(func(kind string) {
		if v != nil {
			d.lost = true
			return
		}
		switch kind {
		case "S":
			v = d.textValue()
		case "N":
			v = d.numberValue()
		case "BOOL":
			v = &types.AttributeValueMemberBOOL{Value: d.bool()}
		case "B":
			content, err := base64.StdEncoding.DecodeString(d.string())
			d.lost = d.lost || err != nil
			v = &types.AttributeValueMemberB{Value: content}
		case "M":
			v = &types.AttributeValueMemberM{Value: d.item(depth + 1)}
		case "L":
			list := []types.AttributeValue{}
			d.array(func() { list = append(list, d.value(depth+1)) })
			v = &types.AttributeValueMemberL{Value: list}
		default:
			d.lost = true
		}
	})
	d.lost = d.lost || v == nil
	return v
}

func (d *decoder) textValue() types.AttributeValue {
	if len(d.texts) == 0 {
		d.texts = make([]types.AttributeValueMemberS, valuesAtOnce)
	}
	v := &d.texts[0]
	d.texts = d.texts[1:]
	v.Value = d.string()
	return v
}

func (d *decoder) numberValue() types.AttributeValue {
	if len(d.numbers) == 0 {
		d.numbers = make([]types.AttributeValueMemberN, valuesAtOnce)
	}
	v := &d.numbers[0]
	d.numbers = d.numbers[1:]
	v.Value = d.string()
	return v
}

// object calls member behind the name and colon of each member.
func (d *decoder) object(member func(name string)) {
	d.sequence('{', '}', func() {
		name := d.string()
		d.expect(':')
		if !d.lost {
			member(name)
		}
	})
}

func (d *decoder) array(element func()) { d.sequence('[', ']', element) }

// sequence reads what stands between two signs, divided by commas.
func (d *decoder) sequence(open, shut byte, element func()) {
	if d.expect(open); d.peek() == shut {
		d.at++
		return
	}
	for !d.lost {
		element()
		switch sign := d.peek(); {
		case d.lost:
		case sign == ',':
			d.at++
		case sign == shut:
			d.at++
			return
		default:
			d.lost = true
		}
	}
}

// peek is the next sign behind blanks; 0 at the end.
func (d *decoder) peek() byte {
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

func (d *decoder) expect(sign byte) {
	if d.peek() != sign {
		d.lost = true
		return
	}
	d.at++
}

// end is lost where anything follows.
func (d *decoder) end() { d.lost = d.lost || d.peek() != 0 || d.at != len(d.text) }

// string reads a text in quotes. Without an escape in it, which is the rule,
// it is a part of the answer.
func (d *decoder) string() string {
	if d.expect('"'); d.lost {
		return ""
	}
	rest := d.text[d.at:]
	quote := strings.IndexByte(rest, '"')
	if quote < 0 {
		d.lost = true
		return ""
	}
	if plain := rest[:quote]; strings.IndexByte(plain, '\\') < 0 {
		d.at += quote + 1
		return plain
	}
	return d.escaped(rest)
}

// escaped reads a text with escapes in it, whose opening quote is behind.
func (d *decoder) escaped(rest string) (text string) {
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			d.lost = json.Unmarshal([]byte(d.text[d.at-1:d.at+i+1]), &text) != nil
			d.at += i + 1
			return text
		}
	}
	d.lost = true
	return ""
}

// number reads a number as it is written.
func (d *decoder) number() string {
	d.peek()
	from := d.at
	for d.at < len(d.text) && strings.IndexByte("+-.0123456789eE", d.text[d.at]) >= 0 {
		d.at++
	}
	number := d.text[from:d.at]
	d.lost = d.lost || !json.Valid([]byte(number))
	return number
}

func (d *decoder) int32() int32 {
	n, err := strconv.ParseInt(d.number(), 10, 32)
	d.lost = d.lost || err != nil
	return int32(n)
}

func (d *decoder) bool() bool {
	d.peek()
	for _, word := range []string{"true", "false"} {
		if strings.HasPrefix(d.text[d.at:], word) {
			d.at += len(word)
			return word == "true"
		}
	}
	d.lost = true
	return false
}
