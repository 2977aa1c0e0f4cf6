package store

import "testing"

// A person is found where she is meant, and not in who is called alike.
func TestAPersonIsFoundByWhatIsHersAlone(t *testing.T) {
	hers := trace{words: []string{"sara@buyer.example", "Sara Q. Smith", "سارة", "Al"}}
	for text, want := range map[string]bool{
		"sara@buyer.example": true, "Sara@Buyer.example": true, "to sara@buyer.example.": true, "<sara@buyer.example>": true, `{"by":"sara@buyer.example"}`: true,
		"heir.sara@buyer.example": false, "xsara@buyer.example": false, "sara@buyer.example.org": false, "sara+x@buyer.example": false,
		"heir.sara@buyer.example, sara@buyer.example": true,
		"By Sara Q. Smith, on Monday":                 true, "Sara Q. Smithson": false, "قالت سارة ذلك": true, "سارةx": false,
		"Al": true, "Also": false, "by Al": false, "": false,
	} {
		if got := hers.tells(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
