package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"canvass/worker/channel"
	"canvass/worker/channel/android"
)

const (
	skewMost  = 2 * time.Minute // between the gateway's clock and ours
	phoneGone = time.Hour       // for which nothing was heard of the phone
)

// sim asks the phone, or its server, how it stands.
func (d *doctor) sim(ctx context.Context) {
	cfg := d.cfg.Android
	if cfg.URL == "" {
		d.tell("android", skipped, d.t("chưa đặt CANVASS_ANDROID_URL: không gửi bằng SIM", "CANVASS_ANDROID_URL is not set: no texts by a SIM"))
		return
	}
	if cfg.Number = simNumber(d.cfg.Senders); cfg.Number == "" {
		d.tell("android", warning, d.t("không số nào gửi bằng SIM", "none of our numbers is a SIM's"))
		d.remedy("thêm vào CANVASS_SENDERS: sms +84… provider=android receive", "add to CANVASS_SENDERS: sms +84… provider=android receive")
		return
	}
	cfg.IDKeys = [][]byte{make([]byte, 32)} // no message is named here
	p, err := android.New(cfg)
	if err != nil {
		for _, e := range parts(err) {
			d.tell("android", wrong, d.words(e))
		}
		return
	}
	defer p.Close()
	ctx, cancel := context.WithTimeout(ctx, outsidePatience)
	defer cancel()
	hook := hookAddress(strings.TrimRight(d.cfg.PublicURL, "/"))
	l, err := p.Look(ctx, hook)
	if err != nil {
		d.simAway(err)
		return
	}
	d.tell("android", healthy, d.t("trả lời, mật khẩu đúng", "answers, the password is right"))
	d.simPhones(p, l)
	d.simHooks(l)
}

// simAway says why the phone, or its server, did not answer as it should.
func (d *doctor) simAway(err error) {
	var fault *channel.SendError
	if !errors.As(err, &fault) {
		d.tell("android", wrong, d.words(err))
		return
	}
	d.tell("android", wrong, strings.TrimSpace(fault.Code+" "+fault.Detail))
	switch {
	case fault.Code == "certificate":
		d.remedy("chứng thư của CANVASS_ANDROID_URL không đáng tin", "the certificate of CANVASS_ANDROID_URL is not trusted")
	case fault.Class == channel.Config:
		d.remedy("kiểm tra CANVASS_ANDROID_URL (máy chủ riêng: kết thúc bằng /3rdparty/v1), CANVASS_ANDROID_USER và CANVASS_ANDROID_PASSWORD",
			"check CANVASS_ANDROID_URL (of a private server it ends in /3rdparty/v1), CANVASS_ANDROID_USER and CANVASS_ANDROID_PASSWORD")
	default:
		d.remedy("điện thoại tắt, ứng dụng chưa bật Local Server, hoặc khác mạng; kiểm tra điện thoại và CANVASS_ANDROID_URL",
			"the phone is off, its Local Server is not started, or it is in another network; check the phone and CANVASS_ANDROID_URL")
	}
}

// simPhones looks at the phones of the account and at the clock.
func (d *doctor) simPhones(p *android.Provider, l android.Look) {
	if l.Known && l.Skew.Abs() > skewMost {
		d.tell("android clock", warning, fmt.Sprintf(d.t("lệch %s so với máy này", "%s off this machine's"), l.Skew.Abs().Round(time.Second)))
		d.remedy("bật giờ tự động trên điện thoại (hoặc máy chủ của nó) và trên máy này", "have the phone (or its server) and this machine keep time by the network")
	}
	if p.Several(l) {
		d.tell("android phone", wrong, fmt.Sprintf(d.t("tài khoản có %d điện thoại, tin có thể đi hai lần", "the account has %d phones, a text may leave twice"), len(l.Phones)))
		d.remedy("đặt CANVASS_ANDROID_DEVICE là mã của điện thoại dùng để khảo sát", "set CANVASS_ANDROID_DEVICE to the id of the phone of the survey")
		return
	}
	switch seen, told := p.Seen(l); {
	case !told && l.Phones != nil:
		d.tell("android phone", wrong, d.t("tài khoản không có điện thoại này", "the account does not have this phone"))
		d.remedy("kiểm tra CANVASS_ANDROID_DEVICE và ứng dụng trên điện thoại", "check CANVASS_ANDROID_DEVICE and the app on the phone")
	case told && time.Since(seen) > phoneGone:
		d.tell("android phone", wrong, fmt.Sprintf(d.t("máy chủ không nghe thấy điện thoại từ %s", "its server has not heard of the phone since %s"), seen.Local().Format("2006-01-02 15:04")))
		d.remedy("kiểm tra nguồn, mạng và chế độ tiết kiệm pin của điện thoại", "check the phone's power, network and battery saving")
	}
}

// simHooks looks at where the phone tells what comes in.
func (d *doctor) simHooks(l android.Look) {
	switch {
	case d.cfg.PublicURL == "":
		d.tell("android webhooks", warning, d.t("chưa đặt CANVASS_PUBLIC_URL: tin trả lời không về được đây", "CANVASS_PUBLIC_URL is not set: replies cannot reach us"))
		d.remedy("đặt CANVASS_PUBLIC_URL (https), rồi chạy canvass android register", "set CANVASS_PUBLIC_URL (https), then run canvass android register")
	case len(l.Missing) > 0:
		d.tell("android webhooks", wrong, d.t("chưa đăng ký: ", "not registered: ")+strings.Join(l.Missing, ", "))
		d.remedy("chạy canvass android register", "run canvass android register")
	default:
		d.tell("android webhooks", healthy, hookAddress(d.cfg.PublicURL))
	}
	if l.Strangers > 0 {
		d.tell("android webhooks", warning, fmt.Sprintf(d.t("%d webhook trỏ đi nơi khác: nơi ấy cũng đọc được tin của mọi người", "%d webhooks lead elsewhere, where people's texts are read too"), l.Strangers))
		d.remedy("xóa webhook lạ trong ứng dụng hoặc trên máy chủ của nó", "remove what is not yours in the app or on its server")
	}
	if d.cfg.Android.WebhookKey == "" {
		d.tell("android webhooks", wrong, d.t("chưa đặt CANVASS_ANDROID_WEBHOOK_KEY: mọi tin đến bị từ chối", "CANVASS_ANDROID_WEBHOOK_KEY is not set: whatever comes is refused"))
		d.remedy("đặt CANVASS_ANDROID_WEBHOOK_KEY trùng với Signing Key trên điện thoại", "set CANVASS_ANDROID_WEBHOOK_KEY to the signing key of the phone")
	}
}
