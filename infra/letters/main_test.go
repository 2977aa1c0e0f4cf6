package main

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"customercenter/infra/letters/sample"
)

func TestEveryLetterIsWrittenAndStandsOnTheIndex(t *testing.T) {
	dir := t.TempDir()
	index, err := render(t.Context(), dir, "", "")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sample.All() {
		for _, ending := range []string{".html", ".txt", ".eml"} {
			if info, err := os.Stat(filepath.Join(dir, s.Name+ending)); err != nil || info.Size() == 0 {
				t.Errorf("%s%s: %v", s.Name, ending, err)
			}
			if !strings.Contains(string(page), `href="`+s.Name+ending+`"`) {
				t.Errorf("the index has no link to %s%s", s.Name, ending)
			}
		}
	}
	if _, err := render(t.Context(), dir, "poem", ""); err == nil {
		t.Error("letters that are none were rendered")
	}
}

func TestPicturesShowALetterInEachWindow(t *testing.T) {
	browser := chromium()
	if browser == "" {
		if strings.Contains(os.Getenv("CENTER_REQUIRE"), "browser") {
			t.Fatal("no Chromium")
		}
		t.Skip("no Chromium")
	}
	dir := t.TempDir()
	if _, err := render(t.Context(), dir, "payment-receipt.many.ar", browser); err != nil {
		t.Fatal(err)
	}
	for _, w := range windows {
		f, err := os.Open(filepath.Join(dir, "payment-receipt.many.ar."+w.name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		image, err := png.DecodeConfig(f)
		f.Close()
		if err != nil || int64(image.Width) != w.width || image.Height < windowHeight {
			t.Errorf("%s is %d × %d pixels, %v", w.name, image.Width, image.Height, err)
		}
	}
}
