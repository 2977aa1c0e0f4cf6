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

// Where the portal's sources and its bundle lie, under the repository's root.
const (
	portalFunction = "serve-portal"
	portalSources  = "functions/" + portalFunction + "/web"
	portalIndex    = "functions/" + portalFunction + "/dist/index.html"
	portalStamp    = outputFolder + "/portal.sha256"
	portalMade     = ".generated" // among the sources, what bundling itself writes
)

// ErrNoNode says that the portal cannot be bundled on this machine.
var ErrNoNode = errors.New("Node.js 20 or newer (with npm) is missing, which bundles the portal's pages: install it from https://nodejs.org/ and start again")

// Portal bundles the web portal's pages where their sources differ from what the last bundle was made of, and
// installs the packages it is bundled with where they are missing or older than their lock file. It reports
// whether it did, and fails with ErrNoNode where Node is missing and there is work for it.
func (b *Builder) Portal(ctx context.Context) (bundled bool, err error) {
	sources := filepath.Join(b.root, portalSources)
	if _, err := os.Stat(sources); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	hash, err := b.portalHash()
	if err != nil {
		return false, err
	}
	stamp := filepath.Join(b.root, portalStamp)
	last, stampErr := os.ReadFile(stamp)
	_, indexErr := os.Stat(filepath.Join(b.root, portalIndex))
	if stampErr == nil && indexErr == nil && string(last) == hash {
		return false, nil
	}
	if err := b.installPackages(ctx, sources); err != nil {
		return false, err
	}
	b.progress("bundling the portal")
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
	b.progress("installing the packages that bundle the portal (once)")
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

// portalHash is the content hash of the portal's sources.
func (b *Builder) portalHash() (string, error) {
	files, err := b.portalFiles()
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
	files, err := b.portalFiles()
	if err != nil {
		return "", err
	}
	return b.fingerprint(files)
}

func (b *Builder) portalFiles() ([]string, error) {
	c := closure{root: b.root}
	err := filepath.WalkDir(filepath.Join(b.root, portalSources), func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == portalMade) {
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
