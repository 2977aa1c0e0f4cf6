package build

import "testing"

// BenchmarkFingerprints is what watching costs each second.
func BenchmarkFingerprints(b *testing.B) {
	builder, err := New("../../..", func(string) {})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for _, f := range []string{"sign-in", "list-invoices", "import-documents"} {
			if _, err := builder.Fingerprint(f); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := builder.PortalFingerprint(); err != nil {
			b.Fatal(err)
		}
	}
}
