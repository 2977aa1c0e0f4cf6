package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// pictureTime is how long one picture may take.
const pictureTime = 20 * time.Second

// windowHeight is the least height of a picture, in pixels.
const windowHeight = 400

// windows are what each letter is looked at in. Most mailboxes of desktops
// are wider than the letter; 380 pixels is a telephone.
var windows = []struct {
	name   string
	width  int64
	scheme string
}{
	{"light", 700, "light"},
	{"dark", 700, "dark"},
	{"380-light", 380, "light"},
	{"380-dark", 380, "dark"},
}

// chromium is the path of an installed browser, "" where there is none.
func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// photograph takes the pictures of every entry, and refuses a letter that is
// wider than its window.
func photograph(ctx context.Context, browser, dir string, entries []entry) error {
	profile, err := os.MkdirTemp("", "letters-profile-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(profile), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("disable-component-update", true))
	allocator, stopAllocator := chromedp.NewExecAllocator(ctx, options...)
	defer stopAllocator()
	tab, closeTab := chromedp.NewContext(allocator)
	defer closeTab()
	if err := chromedp.Do(tab); err != nil {
		return fmt.Errorf("start %s: %w", browser, err)
	}
	for i := range entries {
		for _, w := range windows {
			name := entries[i].Name + "." + w.name + ".png"
			if err := picture(tab, filepath.Join(dir, entries[i].Name+".html"), filepath.Join(dir, name), w.width, w.scheme); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			entries[i].Pictures = append(entries[i].Pictures, name)
		}
	}
	return nil
}

// picture writes what the file looks like in a window of that width.
func picture(tab context.Context, file, to string, width int64, scheme string) error {
	ctx, cancel := context.WithTimeout(tab, pictureTime)
	defer cancel()
	path, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		return err
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, windowHeight), chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String())); err != nil {
		return err
	}
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`))
	if err != nil {
		return err
	}
	if wide > width {
		return fmt.Errorf("it is %d pixels wide in a window of %d", wide, width)
	}
	image, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return err
	}
	return os.WriteFile(to, image, 0o644)
}
