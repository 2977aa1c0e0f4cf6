package store

import (
	"encoding/binary"
	"fmt"
	"hash"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// canonical writes an item to a hash: attributes by name, each name and value
// with its kind and its length before it, so that no two items write the same.
func canonical(h hash.Hash, it item) {
	names := it.names()
	piece(h, 'M', fmt.Sprint(len(names)))
	for _, name := range names {
		piece(h, 'K', name)
		canonicalValue(h, it[name])
	}
}

func canonicalValue(h hash.Hash, v types.AttributeValue) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		piece(h, 'S', v.Value)
	case *types.AttributeValueMemberN:
		piece(h, 'N', v.Value)
	case *types.AttributeValueMemberB:
		piece(h, 'B', string(v.Value))
	case *types.AttributeValueMemberBOOL:
		piece(h, 'T', fmt.Sprint(v.Value))
	case *types.AttributeValueMemberM:
		canonical(h, v.Value)
	case *types.AttributeValueMemberL:
		piece(h, 'L', fmt.Sprint(len(v.Value)))
		for _, e := range v.Value {
			canonicalValue(h, e)
		}
	default:
		piece(h, '?', fmt.Sprintf("%T", v))
	}
}

func piece(h hash.Hash, kind byte, text string) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(text)))
	h.Write([]byte{kind})
	h.Write(length[:])
	h.Write([]byte(text))
}
