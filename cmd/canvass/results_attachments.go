package main

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"canvass/dispatch"
)

// exportAttachments writes the files that people attached, and what they are, into a
// directory. It overwrites nothing; the files are the owner's alone.
func (a *app) exportAttachments(ctx context.Context, store dispatch.FileStore, campaign, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	put := func(name string, write func(io.Writer) error) error { return writeNew(filepath.Join(dir, name), write) }
	files, err := dispatch.WriteAttachments(ctx, store, campaign, func(f dispatch.Attached, content []byte) error {
		return put(f.Name, func(w io.Writer) error { _, err := w.Write(content); return err })
	})
	if err != nil {
		return err
	}
	index := campaign + "-attachments.csv"
	if err := put(index, func(w io.Writer) error { return dispatch.WriteAttachmentIndex(w, files) }); err != nil {
		return err
	}
	if a.json {
		return a.data(files)
	}
	a.say(a.t("%d tệp, danh sách ở %s. Ảnh có thể cho thấy người; mở tài liệu trên máy có phần mềm diệt vi-rút.",
		"%d files, listed in %s. Photos may show people; open documents on a machine with a virus scanner."), len(files), filepath.Join(dir, index))
	return nil
}
