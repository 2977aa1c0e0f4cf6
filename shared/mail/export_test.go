package mail

import (
	"maps"
	"slices"

	"customercenter/shared/center"
)

// Kinds are the letters that can be composed.
func Kinds() []center.LetterKind { return slices.Sorted(maps.Keys(composers)) }
