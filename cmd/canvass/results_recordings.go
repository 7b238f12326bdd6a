package main

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"canvass/dispatch"
)

// exportRecordings writes what people said in calls, and what it is, into a directory.
// It overwrites nothing; the files are the owner's alone.
func (a *app) exportRecordings(ctx context.Context, store dispatch.RecordingStore, campaign, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	put := func(name string, write func(io.Writer) error) error { return writeNew(filepath.Join(dir, name), write) }
	list, err := dispatch.WriteRecordings(ctx, store, campaign, func(s dispatch.SpokenAnswer, content []byte) error {
		return put(s.Name, func(w io.Writer) error { _, err := w.Write(content); return err })
	})
	if err != nil {
		return err
	}
	index := campaign + "-recordings.csv"
	if err := put(index, func(w io.Writer) error { return dispatch.WriteRecordingIndex(w, list) }); err != nil {
		return err
	}
	if a.json {
		return a.data(list)
	}
	without := 0
	for _, s := range list {
		if s.Name == "" {
			without++
		}
	}
	a.say(a.t("%d câu trả lời bằng lời nói, danh sách ở %s. Giọng nói cho biết là ai: chỉ người phụ trách nghe, chép lại rồi xóa.",
		"%d spoken answers, listed in %s. A voice tells whose it is: for those in charge only, to be written down and deleted."), len(list), filepath.Join(dir, index))
	if without > 0 {
		a.say(a.t("%d lời chưa lấy về hoặc đã xóa.", "%d of them are not fetched yet, or deleted."), without)
	}
	return nil
}
