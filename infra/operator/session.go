package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
)

// A session is kept between commands in the user's own cache folder, readable
// by the user alone.

func sessionFile(to target) (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	name := sha256.Sum256([]byte(to.url + "\n" + to.email))
	return filepath.Join(dir, "customer-center", "session-"+hex.EncodeToString(name[:8])), nil
}

// readSession returns the session kept for the target, "" where there is none.
func readSession(to target) string {
	file, err := sessionFile(to)
	if err != nil {
		return ""
	}
	session, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	return string(session)
}

// writeSession keeps a session. Without a cache folder every command signs in
// anew.
func writeSession(to target, session string) error {
	file, err := sessionFile(to)
	if err != nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(session), 0o600)
}
