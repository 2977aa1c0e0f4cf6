package settings

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const oneKey = `{"current":"k1","keys":{"k1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}`

func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

func TestReadTakesAll(t *testing.T) {
	s, err := Read(env(
		Table, "books", Keys, oneKey, BaseURL, "https://center.example.com/", Sender, "billing@example.com",
		Operators, " Desk@Example.com, second@example.com,", TimeZone, "Asia/Kuwait", Locale, "ar",
	), time.Now, Table, Keys)
	if err != nil {
		t.Fatal(err)
	}
	if s.Table != "books" || s.BaseURL != "https://center.example.com" || s.TimeZone != "Asia/Kuwait" || s.Locale != "ar" || s.Keys.Current() != "k1" {
		t.Errorf("got %+v", s)
	}
	if want := []string{"desk@example.com", "second@example.com"}; !slices.Equal(s.Operators, want) {
		t.Errorf("operators = %q, want %q", s.Operators, want)
	}
}

func TestReadRefuses(t *testing.T) {
	tests := map[string]struct {
		env  func(string) string
		need []string
		says string
	}{
		"a needed variable that is missing": {env(), []string{Table}, Table},
		"keys that are none":                {env(Keys, "secret-looking"), nil, Keys},
		"a base address with a path":        {env(BaseURL, "https://a.example/b"), nil, BaseURL},
		"a base address with a user":        {env(BaseURL, "https://u@a.example"), nil, BaseURL},
		"a base address of another scheme":  {env(BaseURL, "ftp://a.example"), nil, BaseURL},
		"an operator without a domain":      {env(Operators, "desk"), nil, Operators},
		"a zone that does not exist":        {env(TimeZone, "Mars/North"), nil, TimeZone},
		"a clock that is no instant":        {env(Now, "tomorrow"), nil, Now},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(tt.env, time.Now, tt.need...)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("err = %v, want one that names %s", err, tt.says)
			}
			if strings.Contains(err.Error(), "secret-looking") {
				t.Errorf("the error quotes a value: %v", err)
			}
		})
	}
}

func TestClockRunsOnFromItsStart(t *testing.T) {
	wall := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	s, err := Read(env(Now, "2030-02-28T23:59:00+03:00"), func() time.Time { return wall })
	if err != nil {
		t.Fatal(err)
	}
	wall = wall.Add(90 * time.Second)
	if got, want := s.Now(), time.Date(2030, 2, 28, 21, 0, 30, 0, time.UTC); !got.Equal(want) {
		t.Errorf("now = %v, want %v", got, want)
	}
}
