package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// made is a part of the product that Node makes out of sources and packages before the functions that embed it are
// compiled. All paths are under the repository's root.
type made struct {
	sources string   // holds package.json, its lock file and build.mjs
	product string   // a file that is there once it was made
	stamp   string   // holds the hash of the sources of the last time
	written []string // folders among the sources that making writes
	doing   string   // for people
}

// portal is the web portal's pages.
var portal = made{
	sources: "functions/serve-portal/web", product: "functions/serve-portal/dist/index.html", stamp: outputFolder + "/portal.sha256",
	written: []string{".generated"}, doing: "bundling the portal",
}

// fonts are the faces that papers are set in.
var fonts = made{
	sources: "shared/document/fonts", product: "shared/document/fonts/files/sans-regular.ttf", stamp: outputFolder + "/fonts.sha256",
	written: []string{"files"}, doing: "cutting the fonts of papers",
}

// ErrNoNode says that what Node makes cannot be made on this machine.
var ErrNoNode = errors.New("Node.js 20 or newer (with npm) is missing, which bundles the portal's pages and cuts the fonts of papers: install it from https://nodejs.org/ and start again")

// Portal bundles the web portal's pages where their sources differ from what the last bundle was made of, and
// installs the packages it is bundled with where they are missing or older than their lock file. It reports
// whether it did, and fails with ErrNoNode where Node is missing and there is work for it.
func (b *Builder) Portal(ctx context.Context) (bundled bool, err error) { return b.make(ctx, portal) }

// Fonts does for the faces that papers are set in what Portal does for the pages.
func (b *Builder) Fonts(ctx context.Context) (cut bool, err error) { return b.make(ctx, fonts) }

func (b *Builder) make(ctx context.Context, m made) (done bool, err error) {
	sources := filepath.Join(b.root, m.sources)
	if _, err := os.Stat(filepath.Join(sources, "package.json")); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	hash, err := b.madeHash(m)
	if err != nil {
		return false, err
	}
	stamp := filepath.Join(b.root, m.stamp)
	last, stampErr := os.ReadFile(stamp)
	_, productErr := os.Stat(filepath.Join(b.root, m.product))
	if stampErr == nil && productErr == nil && string(last) == hash {
		return false, nil
	}
	if err := b.installPackages(ctx, sources); err != nil {
		return false, err
	}
	b.progress(m.doing)
	if err := runIn(ctx, sources, "node", "build.mjs"); err != nil {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(stamp), 0o755); err != nil {
		return false, err
	}
	return true, os.WriteFile(stamp, []byte(hash), 0o644)
}

// installPackages runs npm where the lock file is newer than what npm notes of its last run.
func (b *Builder) installPackages(ctx context.Context, sources string) error {
	lock, err := os.Stat(filepath.Join(sources, "package-lock.json"))
	if err != nil {
		return err
	}
	installed, err := os.Stat(filepath.Join(sources, "node_modules", ".package-lock.json"))
	if err == nil && !installed.ModTime().Before(lock.ModTime()) {
		return nil
	}
	b.progress("installing the packages of " + filepath.ToSlash(strings.TrimPrefix(sources, b.root+string(filepath.Separator))) + " (once)")
	return runIn(ctx, sources, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
}

// runIn runs a command of Node; what it said becomes the error where it fails.
func runIn(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	said, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return ErrNoNode
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, said)
	}
	return nil
}

// madeHash is the content hash of the sources.
func (b *Builder) madeHash(m made) (string, error) {
	files, err := b.madeFiles(m)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, f := range files {
		if err := hashFile(h, b.root, f); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// PortalFingerprint changes whenever a source of the portal is written, added or removed.
func (b *Builder) PortalFingerprint() (string, error) {
	files, err := b.madeFiles(portal)
	if err != nil {
		return "", err
	}
	return b.fingerprint(files)
}

func (b *Builder) madeFiles(m made) ([]string, error) {
	c := closure{root: b.root}
	err := filepath.WalkDir(filepath.Join(b.root, m.sources), func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || slices.Contains(m.written, d.Name())) {
			return filepath.SkipDir
		}
		if err != nil || d.IsDir() {
			return err
		}
		return c.addTree(p)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	slices.Sort(c.files)
	return c.files, err
}
