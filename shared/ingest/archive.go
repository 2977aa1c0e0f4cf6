package ingest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"customercenter/shared/center"
)

// Limits of what a batch unpacks. What an archive says of its own size is not
// believed: bytes are counted as they come out.
const (
	maxUnpacked      = 32 << 20 // bytes out of all archives of a batch
	maxUnpackedFiles = 1000
)

var (
	errUnpacked = fmt.Errorf("it holds more than %d files or %d MB", maxUnpackedFiles, maxUnpacked>>20)
	errOffice   = errors.New("it is an office document; save it as CSV")
	errLocked   = errors.New("it needs a password")
	errLinked   = errors.New("it holds a link; pack the file itself")
	errNoFiles  = errors.New("it holds no files")
)

const zipMark = "PK\x03\x04"

// unpacked replaces ZIP archives by the files in them, named archive/file. An
// archive inside another is not opened. One that cannot be opened stays, with
// the reason in faults by its position.
func unpacked(files []File) (out []File, faults map[int]*center.RowNote) {
	faults = map[int]*center.RowNote{}
	budget := &unpacking{bytes: maxUnpacked, files: maxUnpackedFiles}
	for _, f := range files {
		if !bytes.HasPrefix(f.Data, []byte(zipMark)) {
			out = append(out, f)
			continue
		}
		inside, err := budget.open(f)
		if err != nil {
			faults[len(out)] = note(center.CodeBadArchive, "", "The archive cannot be opened: %s.", err)
			inside = []File{f}
		}
		out = append(out, inside...)
	}
	return out, faults
}

// unpacking is what may still be unpacked.
type unpacking struct{ bytes, files int }

func (u *unpacking) open(f File) ([]File, error) {
	archive, err := zip.NewReader(bytes.NewReader(f.Data), int64(len(f.Data)))
	if err != nil {
		return nil, errors.New("it is damaged")
	}
	var out []File
	for _, entry := range archive.File {
		name := strings.ToValidUTF8(entry.Name, "\uFFFD")
		if entry.FileInfo().IsDir() || strings.HasPrefix(path.Base(name), ".") || strings.HasPrefix(name, "__MACOSX/") {
			continue
		}
		switch {
		case name == "[Content_Types].xml":
			return nil, errOffice
		case entry.Flags&1 != 0:
			return nil, errLocked
		case !entry.FileInfo().Mode().IsRegular():
			return nil, errLinked
		}
		data, err := u.read(entry)
		if err != nil {
			return nil, err
		}
		out = append(out, File{Name: f.Name + "/" + name, Data: data})
	}
	if len(out) == 0 {
		return nil, errNoFiles
	}
	return out, nil
}

func (u *unpacking) read(entry *zip.File) ([]byte, error) {
	if u.files--; u.files < 0 {
		return nil, errUnpacked
	}
	in, err := entry.Open()
	if err != nil {
		return nil, fmt.Errorf("%s is packed in a way we do not know", quote(entry.Name))
	}
	defer in.Close()
	most := u.bytes
	data, err := io.ReadAll(io.LimitReader(in, int64(most)+1))
	u.bytes = max(0, most-len(data)) // whatever becomes of it
	switch {
	case len(data) > most:
		return nil, errUnpacked
	case err != nil:
		return nil, fmt.Errorf("%s is damaged", quote(entry.Name))
	}
	return data, nil
}
