package world

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"customercenter/infra/local/build"
)

// outputFolder holds what only the bench needs, under the repository's root.
const outputFolder = ".build/bench"

// Builder builds programs for this machine with the flags of deployment.
type Builder struct{ Root string }

// Functions builds functions of the product and returns their binaries by name.
func (b Builder) Functions(ctx context.Context, progress func(string), names ...string) (map[string]string, error) {
	builder, err := build.New(b.Root, progress)
	if err != nil {
		return nil, err
	}
	out, err := builder.Build(ctx, names)
	if err != nil {
		return nil, err
	}
	binaries := map[string]string{}
	for _, name := range names {
		if why, broken := out.Broken[name]; broken {
			return nil, fmt.Errorf("world: %s: %s", name, why)
		}
		binaries[name] = builder.Bootstrap(name)
	}
	return binaries, nil
}

// Program builds another program of the repository, such as
// "infra/bench/bare". A linked value, as name=value, replaces a text variable.
func (b Builder) Program(ctx context.Context, as, folder string, linked ...string) (string, error) {
	target, err := filepath.Abs(filepath.Join(b.Root, outputFolder, as))
	if err != nil {
		return "", err
	}
	flags := "-s -w"
	for _, l := range linked {
		flags += " -X " + l
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags="+flags, "-o", target, "./"+folder)
	cmd.Dir = b.Root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "GOFLAGS=")
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("world: build %s: %w\n%s", folder, err, said)
	}
	return target, nil
}

// ZipBytes is the size of a binary as it is uploaded.
func ZipBytes(binary string) (int, error) {
	content, err := os.ReadFile(binary)
	if err != nil {
		return 0, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	f, err := z.Create("bootstrap")
	if err != nil {
		return 0, err
	}
	if _, err := f.Write(content); err != nil {
		return 0, err
	}
	if err := z.Close(); err != nil {
		return 0, err
	}
	return out.Len(), nil
}
