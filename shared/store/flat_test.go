package store

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// answering answers every request with the same text.
type answering string

func (body answering) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(body)), Request: r,
		Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(body)))}, nil
}

// answersOfQueries are of the shapes the product meets, some it does not, and
// some that are broken.
var answersOfQueries = map[string]string{
	"nothing":             `{}`,
	"no items":            `{"Items":[],"Count":0,"ScannedCount":0}`,
	"an empty item":       `{"Items":[{}],"Count":1}`,
	"a page that ends":    `{"Count":2,"Items":[{"pk":{"S":"L#a"},"n":{"N":"-12"},"b":{"BOOL":true}},{"pk":{"S":""},"b":{"BOOL":false}}],"ScannedCount":2}`,
	"a page that goes on": `{"Count":1,"Items":[{"pk":{"S":"L#a"}}],"ScannedCount":1,"LastEvaluatedKey":{"pk":{"S":"L#a"},"sk":{"S":"U#1"}}}`,
	"units":               `{"Items":[{"o":{"N":"1"}}],"ConsumedCapacity":{"CapacityUnits":0.5,"TableName":"t"}}`,
	"escapes":             `{"Items":[{"t":{"S":"a \"quoted\" \\ line\nand شركة and \u0634\ud83d\ude00"}}]}`,
	"half a character":    "{\"Items\":[{\"t\":{\"S\":\"a\xff\"}}]}",
	"half a pair":         `{"Items":[{"t":{"S":"\ud83d"}}]}`,
	"a line end in text":  "{\"Items\":[{\"t\":{\"S\":\"a\nb\"}}]}",
	"blanks":              ` { "Items" : [ { "t" : { "S" : "blanks" } } ] } `,
	"a fraction":          `{"Items":[{"n":{"N":"12.50"}}]}`,
	"a name twice":        `{"Items":[{"t":{"S":"a"},"t":{"S":"b"}}]}`,
	"a value twice":       `{"Items":[{"t":{"S":"a","N":"1"}}]}`,
	"items twice":         `{"Items":[{"t":{"S":"a"}}],"Items":[]}`,
	"nested":              `{"Items":[{"t":{"S":"x"},"m":{"M":{"a":{"L":[{"S":"x"}]}}}}]}`,
	"bytes":               `{"Items":[{"t":{"S":"x"},"b":{"B":"AAEC"}}]}`,
	"sets and null":       `{"Items":[{"s":{"SS":["a","b"]},"n":{"NULL":true}}]}`,
	"a number in a key":   `{"Items":[],"LastEvaluatedKey":{"pk":{"S":"L#a"},"sk":{"N":"1"}}}`,
	"an unknown member":   `{"Items":[{"t":{"S":"b"}}],"Unknown":{"x":[1,2,{"y":null}]}}`,
	"units of the table":  `{"Items":[{"t":{"S":"b"}}],"ConsumedCapacity":{"CapacityUnits":1,"TableName":"t","Table":{"CapacityUnits":1}}}`,
	"null for items":      `{"Items":null,"Count":0}`,
	"null for a text":     `{"Items":[{"t":{"S":null}}]}`,
	"no value":            `{"Items":[{"t":{}}]}`,
	"an open item":        `{"Items":[{"t":{"S":"b"}]}`,
	"an open text":        `{"Items":[{"t":{"S":"b}}]}`,
	"something behind":    `{"Items":[{"t":{"S":"b"}}]}x`,
	"no object":           `[]`,
	"a comma too many":    `{"Items":[{"t":{"S":"b"}},]}`,
	"a text for a count":  `{"Count":"1"}`,
	"nothing at all":      ``,
}

func TestFlatItemsSayWhatTheSDKSays(t *testing.T) {
	for name, body := range answersOfQueries {
		t.Run(name, func(t *testing.T) { compareAnswers(t, body) })
	}
}

func FuzzFlatItems(f *testing.F) {
	for _, body := range answersOfQueries {
		f.Add(body)
	}
	f.Fuzz(compareAnswers)
}

// said is everything a reader can be asked about an item.
type said struct {
	Texts map[string]string
	Nums  map[string]int64
	Flags map[string]bool
	Key   key
	Fault bool
}

func sayings(items []reader) (out []said) {
	for i := range items {
		s := said{Texts: map[string]string{}, Nums: map[string]int64{}, Flags: map[string]bool{}}
		for _, name := range []string{"pk", "sk", "t", "n", "o", "b", "m", "s", "absent"} {
			for _, ask := range []func(*reader){
				func(r *reader) { s.Texts[name] = r.text(name) },
				func(r *reader) { s.Nums[name] = r.num(name) },
				func(r *reader) { s.Flags[name] = r.flag(name) && r.has(name) },
			} {
				r := items[i]
				ask(&r)
				s.Fault = s.Fault || r.err != nil
			}
		}
		r := items[i]
		s.Key = r.key()
		out = append(out, s)
	}
	return out
}

// compareAnswers reads an answer in both ways: the same, or an error of both.
func compareAnswers(t *testing.T, body string) {
	t.Helper()
	s := Open(Config{Table: "t", Region: "us-east-1", Endpoint: "http://table", AccessKeyID: "a", SecretAccessKey: "b", HTTP: answering(body), Now: time.Now})
	q := question{pk: "L#a", limit: 1}
	flat, flatLast, flatErr := s.askFlat(context.Background(), q)
	boxed, boxedLast, boxedErr := s.ask(context.Background(), q)
	if (flatErr == nil) != (boxedErr == nil) {
		t.Fatalf("%q: %v; the SDK says %v", body, flatErr, boxedErr)
	}
	if flatErr != nil {
		return
	}
	want := make([]reader, len(boxed))
	for i, it := range boxed {
		want[i].it = it
	}
	if diff := cmp.Diff(sayings(want), sayings(flat), cmp.AllowUnexported(key{})); diff != "" {
		t.Errorf("%q (-SDK +flat):\n%s", body, diff)
	}
	// Faults of a key that is none come to light wherever it is used.
	if got, want := flatLast.names(), boxedLast.names(); !cmp.Equal(got, want) || flatLast.key() != boxedLast.key() {
		t.Errorf("%q goes on at %v %v; the SDK says %v %v", body, got, flatLast.key(), want, boxedLast.key())
	}
}

func TestFlatRowsAreReadWithoutTheSDK(t *testing.T) {
	d := flatDecoder{text: answersOfQueries["a page that ends"]}
	if answer, _ := d.answer(); !answer.known || len(answer.items) != 2 {
		t.Errorf("the decoder does not know an answer of texts, numbers and flags: %+v", answer)
	}
}
