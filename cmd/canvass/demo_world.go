package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"canvass/worker/sim/respondent"
	"canvass/worker/sim/smtpsink"
	"canvass/worker/sim/twiliosim"
)

// The numbers of the demo's senders: prefixes that no operator has been given.
const (
	demoNumber = "+84310000000"
	demoMail   = "dlxh@lamxuyen.example"
)

// strangers starts the simulators and says where they are.
func (d *demo) strangers(context.Context) error {
	d.say("Dựng máy chủ thư, Twilio và cộng tác viên giả lập", "Starting the simulated mail server, Twilio and collaborators")
	var err error
	if d.public, err = freeAddr(); err != nil {
		return err
	}
	if d.staff, err = freeAddr(); err != nil {
		return err
	}
	lmtp, err := freeAddr()
	if err != nil {
		return err
	}
	d.returns = newReturns(lmtp)
	base := "http://" + d.public
	d.sim, err = twiliosim.Start(twiliosim.Config{GatherTimeout: 5 * time.Second, RingTimeout: 2 * time.Second,
		Senders: map[string]twiliosim.SenderConfig{demoNumber: {CanReceive: true, SmsURL: base + "/hook/twilio/sms"}}})
	if err != nil {
		return err
	}
	d.sink, err = smtpsink.Start(smtpsink.Config{Username: "canvass", Password: "demo", SlowDelay: 500 * time.Millisecond,
		HandsetURL: d.sim.WebURL() + "/handset", OnBounce: d.returns.bring})
	if err != nil {
		return err
	}
	if err := os.WriteFile(d.path("smtp-ca.pem"), d.sink.CertPEM(), 0o600); err != nil {
		return err
	}
	host, port, _ := strings.Cut(d.sink.SMTPAddr(), ":")
	d.env = append(d.env,
		"CANVASS_DATA_DIR="+d.dir,
		"CANVASS_PUBLIC_ADDR="+d.public, "CANVASS_PUBLIC_URL="+base, "CANVASS_STAFF_ADDR="+d.staff,
		"CANVASS_SMTP_HOST="+host, "CANVASS_SMTP_PORT="+port, "CANVASS_SMTP_USERNAME=canvass", "CANVASS_SMTP_PASSWORD=demo",
		"CANVASS_SMTP_CA_FILE="+d.path("smtp-ca.pem"), "CANVASS_SMTP_FROM="+demoMail,
		"CANVASS_BOUNCE_DOMAIN="+demoBounces, "CANVASS_LMTP_ADDR="+lmtp,
		"CANVASS_TWILIO_ACCOUNT_SID="+twiliosim.DefaultAccountSID, "CANVASS_TWILIO_AUTH_TOKEN="+twiliosim.DefaultAuthToken,
		"CANVASS_TWILIO_BASE_URL="+d.sim.URL(),
		fmt.Sprintf("CANVASS_SENDERS=sms %s receive rate=50 cost=350; call %s rate=20 cost=1200", demoNumber, demoNumber),
	)
	return nil
}

// launch does what an office does on the first day.
func (d *demo) launch(ctx context.Context) error {
	d.say("Nhập danh sách 300 cộng tác viên, chốt phiếu hỏi, lập và bắt đầu đợt khảo sát",
		"Importing the list of 300 collaborators, publishing the questionnaire, launching the campaign")
	for _, args := range [][]string{
		{"contacts", "import", d.path("danh-sach.xlsx"), "--basis", "appointment", "--consent-source", "danh sách CTV 2026", "--rejects", d.path("chua-nhan.csv")},
		{"contacts", "coverage"},
		{"questionnaire", "publish", d.path("monthly.yaml")},
		{"campaign", "create", d.path("campaign.yaml")},
	} {
		if err := d.canvass(ctx, args...); err != nil {
			return err
		}
	}
	var err error
	d.crowd, err = respondent.Start(respondent.Config{Province: d.people(), Seed: d.o.seed, Sink: d.sink, Twilio: d.sim,
		Public: "http://" + d.public, Speed: d.o.speed})
	if err != nil {
		return err
	}
	return d.canvass(ctx, "campaign", "launch", demoName)
}

// demoName is the campaign of campaign.yaml.
const demoName = "thang-12"
