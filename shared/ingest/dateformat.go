package ingest

import (
	"fmt"
	"strings"
	"time"

	"customercenter/shared/center"
)

// dateFormat is how the dates of a file are written, as a layout of package
// time; "" is yyyy-mm-dd with anything behind it.
type dateFormat string

// dateParts translate a format's letters, longer ones first.
var dateParts = []struct{ letters, layout string }{
	{"YYYY", "2006"}, {"MMMM", "January"}, {"MMM", "Jan"}, {"MM", "01"}, {"M", "1"}, {"DD", "02"}, {"D", "2"},
	{"HH", "15"}, {"mm", "04"}, {"ss", "05"}, {"SSS", "000"}, {"T", "T"}, {"Z", "Z07:00"},
}

// parseDateFormat translates a format such as "DD.MM.YYYY HH:mm".
func parseDateFormat(format string) (dateFormat, error) {
	var layout strings.Builder
next:
	for rest := format; rest != ""; {
		for _, p := range dateParts {
			if strings.HasPrefix(rest, p.letters) {
				layout.WriteString(p.layout)
				rest = rest[len(p.letters):]
				continue next
			}
		}
		if c := rest[0]; c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			return "", fmt.Errorf("%s is not a format of dates: its parts are YYYY, MM, M, MMM, DD, D, HH, mm, ss, SSS", quote(format))
		}
		layout.WriteByte(rest[0])
		rest = rest[1:]
	}
	l := layout.String()
	if format != "" && !(strings.Contains(l, "2006") && strings.Contains(l, "2")) {
		return "", fmt.Errorf("%s names no day of a year", quote(format))
	}
	return dateFormat(l), nil
}

// date reads a date of the file. Without a format only yyyy-mm-dd can be told
// for sure: 03/04/2025 is a day of March to one and of April to another.
func (f dateFormat) date(r *reading, field, text string) center.Date {
	if text == "" {
		return ""
	}
	if f == "" {
		if _, err := center.ParseDate(text[:min(len(text), len("yyyy-mm-dd"))]); err != nil {
			r.refuse(center.CodeAmbiguousDate, field, "%s can be read in more than one way; the mapping must give date_format.", quote(text))
			return ""
		}
		return r.date(field, text)
	}
	t, err := time.Parse(string(f), text)
	if err != nil {
		r.refuse(center.CodeBadDate, field, "%s is not a date of the format the mapping gives.", quote(text))
		return ""
	}
	return r.date(field, t.Format("2006-01-02"))
}
