package functiontest

import (
	"context"
	"fmt"

	"customercenter/infra/local/build"
)

// Binaries are the paths of functions' programs, built as they deploy, by
// name.
func Binaries(names ...string) (map[string]string, error) {
	b, err := build.New(Root(), func(string) {})
	if err != nil {
		return nil, err
	}
	out, err := b.Build(context.Background(), names)
	if err != nil {
		return nil, err
	}
	paths := map[string]string{}
	for _, name := range names {
		if why, broken := out.Broken[name]; broken {
			return nil, fmt.Errorf("%s: %s", name, why)
		}
		paths[name] = b.Bootstrap(name)
	}
	return paths, nil
}
