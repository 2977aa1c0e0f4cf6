package browsertest

import (
	"context"
	"os"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

var stopBrowser = func() {}

// browser is the one Chromium that all tests share; each window has a profile of its own in it.
var browser = sync.OnceValues(func() (context.Context, error) {
	profile, err := os.MkdirTemp("", "browsertest-profile-")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(profile), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-features", "Translate,SpareRendererForSitePerProcess"),
		chromedp.Flag("lang", "en"), chromedp.Flag("hide-scrollbars", true))
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stopContext := chromedp.NewContext(allocator)
	stopBrowser = func() {
		stopContext()
		stopAllocator()
		os.RemoveAll(profile)
	}
	return ctx, chromedp.Do(ctx)
})

// windows are those that no test uses now. Making one costs more than most tests: each serves many, emptied.
var windows struct {
	sync.Mutex
	free []context.Context
}

// window is one that is free, or a new one.
func window() (context.Context, error) {
	windows.Lock()
	defer windows.Unlock()
	if last := len(windows.free) - 1; last >= 0 {
		ctx := windows.free[last]
		windows.free = windows.free[:last]
		return ctx, nil
	}
	parent, err := browser()
	if err != nil {
		return nil, err
	}
	ctx, _ := chromedp.NewContext(parent, chromedp.WithNewBrowserContext()) // ends with the browser
	// The first step makes the window, which lives as long as the step's context.
	return ctx, chromedp.Do(ctx)
}

// leave gives the window to the next test. One that cannot be emptied, or whose test failed, is used no more.
func (b *tab) leave() {
	if b.Failed() || b.empty() != nil {
		return
	}
	windows.Lock()
	defer windows.Unlock()
	windows.free = append(windows.free, b.ctx)
}

// empty leaves nothing in the window of what the test did there.
func (b *tab) empty() error {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(sessionStorage.clear(), localStorage.clear(), true)`)); err != nil {
		return err
	}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		return err
	}
	for _, script := range b.scripts {
		if _, err := chromedp.Call(ctx, page.RemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams{Identifier: script}); err != nil {
			return err
		}
	}
	if _, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		return err
	}
	_, err := chromedp.Call(ctx, page.ResetNavigationHistory, cdp.Empty{})
	return err
}
