package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"canvass/worker/channel"
	"canvass/worker/channel/email"
	"canvass/worker/channel/phone"
)

// outsidePatience is how long the doctor waits for a stranger.
const outsidePatience = 15 * time.Second

// mail logs in to the mail server and takes leave again.
func (d *doctor) mail(ctx context.Context) {
	if d.cfg.SMTP.Host == "" {
		d.tell("smtp", skipped, d.t("chưa đặt CANVASS_SMTP_HOST: không gửi thư", "CANVASS_SMTP_HOST is not set: no e-mail is sent"))
		return
	}
	s, err := email.New(d.cfg.SMTP)
	if err != nil {
		for _, e := range parts(err) {
			d.tell("smtp", wrong, d.words(e))
		}
		return
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(ctx, outsidePatience)
	defer cancel()
	err = s.Check(ctx)
	if err == nil {
		d.tell("smtp", healthy, d.cfg.SMTP.Host)
		return
	}
	var fault *channel.SendError
	if !errors.As(err, &fault) {
		d.tell("smtp", wrong, d.words(err))
		return
	}
	d.tell("smtp", wrong, strings.TrimSpace(d.cfg.SMTP.Host+": "+fault.Detail+" "+fault.Code))
	switch email.Phase(fault.Detail) {
	case email.Connect:
		d.remedy("kiểm tra CANVASS_SMTP_HOST, CANVASS_SMTP_PORT và tường lửa", "check CANVASS_SMTP_HOST, CANVASS_SMTP_PORT and the firewall")
	case email.Encrypt:
		d.remedy("máy chủ không chịu STARTTLS; cổng 465 cần CANVASS_SMTP_TLS=tls", "the server refuses STARTTLS; port 465 needs CANVASS_SMTP_TLS=tls")
	case email.Certificate:
		d.remedy("chứng thư không đáng tin; nếu là của cơ quan, đặt CANVASS_SMTP_CA_FILE", "its certificate is not trusted; if it is your organisation's, set CANVASS_SMTP_CA_FILE")
	case email.Login:
		d.remedy("kiểm tra CANVASS_SMTP_USERNAME và CANVASS_SMTP_PASSWORD; có nơi cần mật khẩu ứng dụng", "check CANVASS_SMTP_USERNAME and CANVASS_SMTP_PASSWORD; some providers want an app password")
	default:
		d.remedy("máy chủ trả lời lạ; hỏi người quản trị thư", "the server answers strangely; ask its administrator")
	}
}

// twilio fetches the account.
func (d *doctor) twilio(ctx context.Context) {
	if d.cfg.Twilio.AccountSID == "" {
		d.tell("twilio", skipped, d.t("chưa đặt CANVASS_TWILIO_ACCOUNT_SID: không gửi SMS, không gọi", "CANVASS_TWILIO_ACCOUNT_SID is not set: no texts, no calls"))
		return
	}
	p, err := phone.New(d.cfg.Twilio)
	if err != nil {
		for _, e := range parts(err) {
			d.tell("twilio", wrong, d.words(e))
		}
		return
	}
	defer p.Close()
	ctx, cancel := context.WithTimeout(ctx, outsidePatience)
	defer cancel()
	err = p.Check(ctx)
	var fault *channel.SendError
	switch {
	case err == nil:
		d.tell("twilio", healthy, d.t("tài khoản hoạt động", "the account is active"))
	case errors.As(err, &fault):
		d.tell("twilio", wrong, strings.TrimSpace(fault.Code+" "+fault.Detail))
		switch {
		case fault.Code == "account":
			d.remedy("tài khoản bị treo hoặc đã đóng: vào trang của Twilio", "the account is suspended or closed: see Twilio's console")
		case fault.Class == channel.Config:
			d.remedy("kiểm tra CANVASS_TWILIO_ACCOUNT_SID và CANVASS_TWILIO_AUTH_TOKEN", "check CANVASS_TWILIO_ACCOUNT_SID and CANVASS_TWILIO_AUTH_TOKEN")
		default:
			d.remedy("chưa nối được; kiểm tra mạng và CANVASS_TWILIO_BASE_URL", "it cannot be reached; check the network and CANVASS_TWILIO_BASE_URL")
		}
	default:
		d.tell("twilio", wrong, d.words(err))
	}
}

// public fetches a page of ours the way the world would.
func (d *doctor) public(ctx context.Context) {
	address := d.cfg.PublicURL
	if address == "" {
		address = "http://" + d.cfg.PublicAddr
		if d.dir != nil {
			if at, err := d.dir.ReadEndpoints(); err == nil && at.PublicURL != "" {
				address = at.PublicURL
			}
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		d.tell("public address", wrong, address)
		return
	}
	if loopback(u.Hostname()) {
		d.tell("public address", warning, address)
		d.remedy("chỉ máy này mở được đường dẫn trong thư; đặt CANVASS_PUBLIC_URL trước khi gửi thật", "only this machine can open the links of mails; set CANVASS_PUBLIC_URL before a real campaign")
	}
	ctx, cancel := context.WithTimeout(ctx, outsidePatience)
	defer cancel()
	d.fetch(ctx, address)
}

// robots is how a page of ours begins; who answers otherwise is not us.
const robots = "User-agent: *\nDisallow: /"

func (d *doctor) fetch(ctx context.Context, address string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/robots.txt", nil)
	if err != nil {
		d.tell("public pages", wrong, address)
		return
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		var refused *net.OpError
		var untrusted *tls.CertificateVerificationError
		switch {
		case errors.As(err, &untrusted):
			d.tell("public pages", wrong, d.t("chứng thư không đáng tin", "the certificate is not trusted"))
			d.remedy("gia hạn hoặc sửa chứng thư của "+address, "renew or mend the certificate of "+address)
		case errors.As(err, &refused) && loopback(req.URL.Hostname()):
			d.tell("public pages", skipped, d.t("chưa chạy", "not running"))
		default:
			d.tell("public pages", wrong, d.t("không mở được ", "cannot be opened: ")+address)
			d.remedy("kiểm tra tên miền, tường lửa, proxy, và canvass up hoặc canvass serve có đang chạy", "check the name, the firewall, the proxy, and that canvass up or canvass serve runs")
		}
		return
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(res.Body, 1024))
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(string(body), robots) {
		d.tell("public pages", wrong, fmt.Sprintf(d.t("%s trả lời, nhưng không phải Canvass (HTTP %d)", "%s answers, but is not Canvass (HTTP %d)"), address, res.StatusCode))
		d.remedy("trỏ proxy về CANVASS_PUBLIC_ADDR", "point the proxy at CANVASS_PUBLIC_ADDR")
		return
	}
	d.tell("public pages", healthy, address)
	if res.TLS == nil || len(res.TLS.PeerCertificates) == 0 {
		return
	}
	if left := time.Until(res.TLS.PeerCertificates[0].NotAfter); left < 14*24*time.Hour {
		d.tell("certificate", warning, fmt.Sprintf(d.t("còn %d ngày", "%d days left"), int(left.Hours()/24)))
		d.remedy("gia hạn chứng thư", "renew the certificate")
	}
}
