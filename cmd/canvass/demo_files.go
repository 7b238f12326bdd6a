package main

import (
	"io/fs"
	"os"

	"canvass/templates"
)

// demoCampaign is the campaign of the demo: a monthly round with a protocol
// that fits into eighty minutes of business time.
const demoCampaign = `# Một đợt khảo sát tháng, quy trình rút gọn còn 80 phút cho buổi diễn tập.
name: thang-12
title: {vi: Ý kiến tháng 12, en: Views for December}
purpose: survey
confidentiality: identified
listed: assumed
questionnaire: y_kien_thang
eligible: has_email or has_mobile
design: {method: stratified, size: 120, strata: [tang], minimum: 10, seed: 20261214}
protocol:
  name: dien-tap
  zone: Asia/Ho_Chi_Minh
  length: 80m
  gap: 4m
  windows:
    sms:  {from: "07:00", to: "22:00"}
    call: {from: "08:00", to: "17:00"}
  day_caps: {email: 3, sms: 3, call: 3}
  loosened: {call_per_day: "diễn tập với máy mô phỏng"}
  steps:
    - {name: thu-moi, channel: email, text: invitation}
    - {name: tin-hoi, channel: sms, text: invitation, conversation: true, after: 6m}
    - {name: goi, channel: call, text: invitation, after: 32m, tries: 2, retry: {busy: 10m, no_answer: 14m, hung_up: 5m, machine: 14m}}
    - {name: thu-nhac, channel: email, text: reminder, after: 40m}
    - {name: tin-cuoi, channel: sms, text: last, after: 58m}
office:
  name: {vi: Phòng Dư luận xã hội tỉnh Lam Xuyên, en: Lam Xuyen provincial opinion office}
  short: {vi: DLXH Lam Xuyên, en: DLXH Lam Xuyen}
  contact: Nguyễn Thị Minh Hằng
  phone: 0298 3555 010
  mail: dlxh@lamxuyen.example
`

// writeFiles puts the office's files into the data directory.
func (d *demo) writeFiles() error {
	questionnaire, err := fs.ReadFile(templates.Questionnaires(), "monthly.yaml")
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{"monthly.yaml": questionnaire, "campaign.yaml": []byte(demoCampaign)} {
		if err := os.WriteFile(d.path(name), content, 0o600); err != nil {
			return err
		}
	}
	list, err := os.OpenFile(d.path("danh-sach.xlsx"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer list.Close() //nolint:errcheck // Close below tells
	if err := d.people().WriteXLSX(list); err != nil {
		return err
	}
	return list.Close()
}
