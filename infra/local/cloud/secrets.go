package cloud

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"regexp"

	"customercenter/infra/local/template"
)

// secrets are the generated secrets of the template: by logical id, the keys of the secret and their values.
type secrets map[string]map[string]string

// wanted is a secret that is made where the data folder lacks it. Its value begins with prefix.
type wanted struct {
	template.Secret
	prefix string
}

// generated are the secrets that the template has generated.
func generated(declared []template.Secret) (out []wanted) {
	for _, d := range declared {
		out = append(out, wanted{Secret: d})
	}
	return out
}

// letters are what secrets are made of, as Secrets Manager makes them without punctuation.
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// openSecrets reads the secrets of a data folder and makes those that are wanted and that the file lacks. Only the
// owner may read the file.
func openSecrets(path string, all []wanted) (secrets, error) {
	s := secrets{}
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	made := false
	for _, d := range all {
		if s[d.LogicalID][d.Key] != "" {
			continue
		}
		values := map[string]string{}
		if err := json.Unmarshal([]byte(d.Template), &values); err != nil {
			return nil, fmt.Errorf("%s: %w", d.LogicalID, err)
		}
		for k, v := range s[d.LogicalID] {
			values[k] = v
		}
		text, err := randomText(d.Length)
		if err != nil {
			return nil, err
		}
		values[d.Key] = d.prefix + text
		s[d.LogicalID], made = values, true
	}
	if !made {
		return s, nil
	}
	if b, err = json.MarshalIndent(s, "", "  "); err != nil {
		return nil, err
	}
	return s, replaceFile(path, b)
}

// replaceFile puts a file in the place of another, which stays whole until the new one is on disk: what was signed
// with lost secrets is worth nothing.
func replaceFile(path string, content []byte) error {
	fresh := path + ".new"
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(content); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}

func randomText(length int) (string, error) {
	b := make([]byte, length)
	for i := range b {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
		if err != nil {
			return "", err
		}
		b[i] = letters[n.Int64()]
	}
	return string(b), nil
}

// reference is a dynamic reference to a key of a secret.
var reference = regexp.MustCompile(`\{\{resolve:secretsmanager:([^:}]+):SecretString:([^:}]+)\}\}`)

// resolve puts the values of secrets in the place of the references to them.
func (s secrets) resolve(text string) string {
	return reference.ReplaceAllStringFunc(text, func(match string) string {
		m := reference.FindStringSubmatch(match)
		return s[m[1]][m[2]]
	})
}
