package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"canvass/dispatch"
	"canvass/dispatch/postgres"
	"canvass/dispatch/survey"
)

// returns looks at where mail comes back to, and says what the mail server that
// hands it over needs.
func (d *doctor) returns(ctx context.Context) {
	switch {
	case d.cfg.SMTP.Host == "":
		d.tell("mail that returns", skipped, d.t("không gửi thư", "no e-mail is sent"))
		return
	case d.cfg.BounceDomain == "":
		d.tell("mail that returns", warning, d.t("về hộp thư người gửi, hệ thống không đọc được", "goes to the sender's mailbox, where nobody reads it for us"))
		d.remedy("dùng một tên miền con riêng cho thư trả về: đặt CANVASS_BOUNCE_DOMAIN và CANVASS_LMTP_ADDR",
			"give it a subdomain of its own: set CANVASS_BOUNCE_DOMAIN and CANVASS_LMTP_ADDR")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, outsidePatience)
	defer cancel()
	d.alignment()
	d.listener(ctx)
	d.exchanger(ctx)
}

// alignment holds the bounce domain against those of our senders: SPF vouches for
// the envelope sender, and counts for DMARC only under the domain of From (RFC
// 7489 section 3.1.2).
func (d *doctor) alignment() {
	for _, s := range d.cfg.Senders {
		_, from, found := strings.Cut(strings.ToLower(s.Address), "@")
		if s.Channel != survey.Mail || !found || aligned(d.cfg.BounceDomain, from) {
			continue
		}
		d.tell("bounce domain", warning, d.cfg.BounceDomain+" ≠ "+from)
		d.remedy("chọn một tên miền con của "+from+", nếu không SPF không được tính cho DMARC",
			"choose a subdomain of "+from+"; otherwise SPF does not count for DMARC")
		return
	}
	d.tell("bounce domain", healthy, d.cfg.BounceDomain)
}

// aligned reports whether two names belong to one organisation: what stands below
// a public suffix is the same.
func aligned(a, b string) bool {
	ours, err := publicsuffix.EffectiveTLDPlusOne(a)
	theirs, err2 := publicsuffix.EffectiveTLDPlusOne(b)
	return err == nil && err2 == nil && ours == theirs
}

// transport is the line by which Postfix knows where the bounce domain goes.
func (d *doctor) transport() string {
	network, address := lmtpAddress(d.cfg.LMTPAddr)
	if network == "tcp" {
		network = "inet"
	}
	if address == "" {
		address = "127.0.0.1:8024"
	}
	return fmt.Sprintf("%s lmtp:%s:%s", d.cfg.BounceDomain, network, address)
}

func (d *doctor) mailServerNeeds() {
	d.remedy("máy chủ thư (Postfix): transport_maps có dòng \""+d.transport()+"\", relay_domains có "+d.cfg.BounceDomain+
		"; DNS: bản ghi MX và SPF cho "+d.cfg.BounceDomain,
		"the mail server (Postfix) needs the line \""+d.transport()+"\" in transport_maps and "+d.cfg.BounceDomain+
			" in relay_domains; DNS needs MX and SPF records for "+d.cfg.BounceDomain)
}

// listener asks the LMTP server, as a mail server would, whether it takes mail for
// the domain, and sends none.
func (d *doctor) listener(ctx context.Context) {
	if d.cfg.LMTPAddr == "" {
		d.tell("lmtp", warning, d.t("chưa đặt CANVASS_LMTP_ADDR: tiến trình này không nhận thư trả về", "CANVASS_LMTP_ADDR is not set: no mail is taken here"))
		d.remedy("đặt CANVASS_LMTP_ADDR=127.0.0.1:8024 cho canvass up hoặc canvass serve, trên máy có máy chủ thư",
			"set CANVASS_LMTP_ADDR=127.0.0.1:8024 for canvass up or canvass serve, on the machine of the mail server")
		return
	}
	network, address := lmtpAddress(d.cfg.LMTPAddr)
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		d.tell("lmtp", skipped, d.t("chưa chạy: ", "not running: ")+d.cfg.LMTPAddr)
		return
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	if said := askLMTP(conn, "postmaster@"+d.cfg.BounceDomain); said != "" {
		d.tell("lmtp", wrong, fmt.Sprintf(d.t("%s trả lời %q", "%s answers %q"), d.cfg.LMTPAddr, said))
		d.remedy("có chương trình khác ở địa chỉ này, hoặc CANVASS_BOUNCE_DOMAIN của nó khác", "another program has this address, or its CANVASS_BOUNCE_DOMAIN is another")
		return
	}
	d.tell("lmtp", healthy, d.cfg.LMTPAddr)
}

// askLMTP goes as far as the recipient, and returns what was said instead of yes.
func askLMTP(conn net.Conn, to string) string {
	from := bufio.NewReader(conn)
	for _, step := range []struct{ say, want string }{
		{"", "220"}, {"LHLO localhost", "250"}, {"MAIL FROM:<>", "250"}, {"RCPT TO:<" + to + ">", "250"}, {"QUIT", "221"},
	} {
		if step.say != "" {
			if _, err := fmt.Fprintf(conn, "%s\r\n", step.say); err != nil {
				return step.say + ": …"
			}
		}
		for {
			line, err := from.ReadString('\n')
			if err != nil || !strings.HasPrefix(line, step.want) || len(line) < 4 {
				return strings.TrimSpace(line)
			}
			if line[3] != '-' {
				break
			}
		}
	}
	return ""
}

// exchanger looks up whether the world can find the mail server.
func (d *doctor) exchanger(ctx context.Context) {
	for _, reserved := range []string{".example", ".test", ".invalid", ".localhost"} {
		if strings.HasSuffix("."+d.cfg.BounceDomain, reserved) {
			d.tell("bounce route", skipped, d.t("tên miền dành để thử, không có trong DNS", "a name for trials, which DNS does not have"))
			d.mailServerNeeds()
			return
		}
	}
	lookup := d.lookupMX
	if lookup == nil {
		lookup = net.DefaultResolver.LookupMX
	}
	found, err := lookup(ctx, d.cfg.BounceDomain+".")
	if err != nil || len(found) == 0 {
		d.tell("bounce route", warning, d.t("không thấy bản ghi MX của ", "no MX record is found for ")+d.cfg.BounceDomain)
		d.mailServerNeeds()
		return
	}
	d.tell("bounce route", healthy, "MX "+strings.TrimSuffix(found[0].Host, ".")+"; Postfix: "+d.transport())
}

// returned judges by what came back already.
func (d *doctor) returned(ctx context.Context, db *postgres.DB) {
	clock := survey.NewClock(time.Now)
	if r, ok, err := db.Rehearsal(ctx); err == nil && ok {
		clock = survey.Rehearse(time.Now, r)
	}
	counts, err := db.MailCounts(ctx, clock.Now())
	if err != nil {
		d.tell("returned mail", wrong, d.words(err))
		return
	}
	r := dispatch.CountReturned(counts)
	detail := fmt.Sprintf(d.t("trong %d thư: %d hộp thư không còn, %d tạm chưa tới, %d bị chặn", "of %d mails: %d to dead mailboxes, %d not this time, %d blocked"),
		r.Handed, r.Dead, r.Full, r.Blocked)
	switch {
	case r.Distrusted():
		d.tell("returned mail", warning, detail)
		d.remedy("máy chủ thư khác không tin ta: kiểm tra SPF, DKIM, DMARC và xem địa chỉ IP có trong danh sách chặn",
			"other mail servers distrust us: check SPF, DKIM, DMARC, and whether the IP address is on a blocklist")
	case r.Stale():
		d.tell("returned mail", warning, detail)
		d.remedy("nhiều hộp thư không còn: canvass contacts list --dead, rồi sửa danh sách", "many mailboxes are gone: canvass contacts list --dead, then mend the list")
	default:
		d.tell("returned mail", healthy, detail)
	}
}
