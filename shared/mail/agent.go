package mail

import (
	"fmt"
	"strings"
)

// sign is how a name shows in a User-Agent.
type sign struct{ token, name string }

// The order matters: most browsers also claim to be those further down.
var (
	browsers = []sign{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"YaBrowser/", "Yandex Browser"},
		{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
	systems = []sign{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"},
		{"Windows", "Windows"}, {"Macintosh", "macOS"}, {"Linux", "Linux"},
	}
)

// agent says in a few words which browser a User-Agent stands for. It only
// ever returns words of its own: whoever asks for a code chooses the header,
// and must not be able to write into somebody's mail.
func (w words) agent(header string) string {
	browser, system := find(browsers, header), find(systems, header)
	switch {
	case browser == "":
		return w.unknownBrowser
	case system == "":
		return browser
	}
	return fmt.Sprintf(w.onSystem, w.ltr(browser), w.ltr(system))
}

func find(signs []sign, header string) string {
	for _, s := range signs {
		if strings.Contains(header, s.token) {
			return s.name
		}
	}
	return ""
}
