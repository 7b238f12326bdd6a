package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/templates"
)

// demoQuick is a poll that stays open after the demo, for whoever wants to
// answer it: a day of business time is six minutes at full speed.
const demoQuick = `name: sau-bao
title: {vi: Sau bão số 9, en: After storm no. 9}
purpose: survey
confidentiality: identified
listed: assumed
questionnaire: %s
eligible: has_email and has_mobile
design: {method: srs, size: 12}
protocol: urgent
office:
  name: {vi: Phòng Dư luận xã hội tỉnh Lam Xuyên, en: Lam Xuyen provincial opinion office}
  short: {vi: DLXH Lam Xuyên, en: DLXH Lam Xuyen}
  contact: Nguyễn Thị Minh Hằng
  phone: 0298 3555 010
  mail: dlxh@lamxuyen.example
`

// after launches a quick poll that the crowd leaves alone, and says where to
// answer it.
func (d *demo) after(ctx context.Context) error {
	d.say("Một cuộc hỏi nhanh để tự trả lời (mở khoảng sáu phút)", "A quick poll, for you to answer (open for some six minutes)")
	source, err := fs.ReadFile(templates.Questionnaires(), "urgent-storm.yaml")
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(source), "\nname: ")
	name, _, _ := strings.Cut(rest, "\n")
	for file, content := range map[string]string{"hoi-nhanh.yaml": string(source), "sau-bao.yaml": fmt.Sprintf(demoQuick, strings.TrimSpace(name))} {
		if err := os.WriteFile(d.path(file), []byte(content), 0o600); err != nil {
			return err
		}
	}
	mails, texts := len(d.sink.Messages()), len(d.sim.Messages())
	for _, args := range [][]string{{"questionnaire", "publish", d.path("hoi-nhanh.yaml")},
		{"campaign", "create", d.path("sau-bao.yaml")}, {"campaign", "launch", "sau-bao"}} {
		if err := d.canvass(ctx, args...); err != nil {
			return err
		}
	}
	deadline := time.Now().Add(20 * time.Second)
	for len(d.sink.Messages()) == mails || len(d.sim.Messages()) == texts {
		if time.Now().After(deadline) {
			break // the addresses of the first campaign are shown
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	d.addresses(ctx)
	return nil
}

// addresses says where to look around.
func (d *demo) addresses(ctx context.Context) {
	d.say("Hệ thống còn chạy; bấm Ctrl-C để dừng", "Everything stays up; press Ctrl-C to end")
	fmt.Fprintf(d.out, "  %s  %s\n", d.t("Hộp thư (giả lập)   ", "Mailbox (simulated) "), d.sink.WebURL())
	if m := d.sim.Messages(); len(m) > 0 {
		fmt.Fprintf(d.out, "  %s  %s\n", d.t("Điện thoại (giả lập)", "Handset (simulated) "), d.sim.HandsetURL(m[len(m)-1].To))
	}
	if link := d.someForm(); link != "" {
		fmt.Fprintf(d.out, "  %s  %s\n", d.t("Phiếu của một người ", "One person's form   "), link)
	}
	d.account(ctx)
	fmt.Fprintf(d.out, "  %s  %s\n", d.t("Tình trạng          ", "Health              "), "http://"+d.staff+"/readyz")
}

// account makes the first account of the demo, with a random password: it holds in the
// demo's own data directory only, and goes with it. On a server of the person's own it is
// a link as at any first run.
func (d *demo) account(ctx context.Context) {
	secret, err := dispatch.FirstAdministrator(ctx, d.db, time.Now())
	if err != nil || secret == "" {
		return
	}
	at, label := "http://"+d.staff, d.t("Trang làm việc      ", "Staff pages         ")
	if d.cluster == nil {
		fmt.Fprintf(d.out, "  %s  %s\n", label, at+"/join/"+secret)
		return
	}
	password, err := staff.NewPassword(nil)
	if err != nil {
		return
	}
	j := dispatch.Joining{Secret: secret, Login: "demo", Name: d.t("Người chạy thử", "Whoever runs the demo"), Password: password, Lang: d.lang, Now: time.Now()}
	if _, err := dispatch.Join(ctx, d.db, j); err != nil {
		return
	}
	fmt.Fprintf(d.out, "  %s  %s\n", label, at+"/sign-in")
	fmt.Fprintf(d.out, "  %s  %s / %s\n", d.t("  tên / mật khẩu    ", "  login / password  "), j.Login, password)
}

// someForm is the link in the latest mail that has one.
func (d *demo) someForm() string {
	mails := d.sink.Messages()
	for i := len(mails) - 1; i >= 0; i-- {
		letter, err := mails[i].Letter()
		if err != nil {
			continue
		}
		for _, link := range letter.Links {
			if strings.HasPrefix(link, "http://"+d.public+"/r/") && !strings.Contains(link, "?") {
				return link
			}
		}
	}
	return ""
}
