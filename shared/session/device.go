package session

import (
	"strings"
	"unicode"
)

// maxDevice is how many bytes of a browser's name are kept.
const maxDevice = 120

// boilerplate is what every browser says of itself.
var boilerplate = strings.NewReplacer("Mozilla/5.0 ", "", "AppleWebKit/537.36 ", "", "(KHTML, like Gecko) ", "")

// Device is the telling part of a User-Agent header.
func Device(agent string) string {
	agent = strings.ToValidUTF8(boilerplate.Replace(agent), "")
	for at := range agent {
		if at > maxDevice {
			return agent[:at]
		}
	}
	return agent
}

// SameDevice compares devices but for their versions: an update of a browser
// is no new device.
func SameDevice(a, b string) bool { return versionless(a) == versionless(b) }

func versionless(device string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || r == '.' {
			return -1
		}
		return r
	}, device)
}
