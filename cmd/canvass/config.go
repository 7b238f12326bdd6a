package main

import (
	"errors"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker"
	"canvass/worker/channel/android"
	"canvass/worker/channel/email"
	"canvass/worker/channel/phone"
)

// Config is every setting of the program, from CANVASS_* and the flags. What is
// not set has a default that works on one machine.
type Config struct {
	DataDir     string // CANVASS_DATA_DIR
	DatabaseURL string // CANVASS_DATABASE_URL; empty: a private server in DataDir
	RedisURL    string // CANVASS_REDIS_URL; empty: one inside `canvass up`

	PublicAddr string // CANVASS_PUBLIC_ADDR, where respondents' pages listen
	PublicURL  string // CANVASS_PUBLIC_URL, how the world reaches them, no slash at the end; empty: PublicAddr
	StaffAddr  string // CANVASS_STAFF_ADDR, where the staff pages listen
	StaffURL   string // CANVASS_STAFF_URL, how staff reach them, no slash at the end; empty: StaffAddr

	SMTP     email.Config // CANVASS_SMTP_*; without a host there is no e-mail
	MailFrom string       // CANVASS_SMTP_FROM
	// BounceDomain is where mail comes back to: CANVASS_BOUNCE_DOMAIN; empty: to
	// its sender. LMTPAddr is where it is handed over: CANVASS_LMTP_ADDR, a
	// loopback address or unix:/path; empty: nowhere in this process.
	BounceDomain, LMTPAddr string
	Twilio                 phone.Config   // CANVASS_TWILIO_*; without an account there are no texts and calls
	Android                android.Config // CANVASS_ANDROID_*; without an address no texts leave by a SIM
	Absent                 time.Duration  // CANVASS_TWILIO_ABSENT_AFTER, after which a message that is not listed was never created
	Senders                []survey.Sender
	Rates                  map[string]float64 // CANVASS_RATES, by provider or @domain
	Office                 survey.Office      // CANVASS_OFFICE_*; the office of new campaigns
	SpoolMax               int64              // CANVASS_SPOOL_MAX, bytes on disk of what arrives while the database is away

	Lives []survey.Life // CANVASS_RETENTION, days of each kind

	LogLevel slog.Level // CANVASS_LOG
	LogJSON  bool
}

// config reads the settings. The error names everything wrong with them.
func (a *app) config() (Config, error) {
	s := settings{app: a}
	c := Config{
		DataDir:     s.text("CANVASS_DATA_DIR", a.flags.dataDir),
		DatabaseURL: s.secret("CANVASS_DATABASE_URL", a.flags.databaseURL),
		RedisURL:    s.secret("CANVASS_REDIS_URL", a.flags.redisURL),
		PublicURL:   strings.TrimRight(s.text("CANVASS_PUBLIC_URL", a.flags.publicURL), "/"),
		PublicAddr:  s.text("CANVASS_PUBLIC_ADDR", a.flags.publicAddr, "127.0.0.1:8080"),
		StaffAddr:   s.text("CANVASS_STAFF_ADDR", a.flags.staffAddr, "127.0.0.1:8081"),
		StaffURL:    strings.TrimRight(s.text("CANVASS_STAFF_URL"), "/"),
		MailFrom:    s.text("CANVASS_SMTP_FROM"),
		Office:      s.office(),
	}
	c.SMTP, c.Twilio, c.Android = s.smtp(), s.twilio(), s.sim()
	c.Twilio.PublicURL, c.Absent = c.PublicURL, s.atLeast("CANVASS_TWILIO_ABSENT_AFTER", worker.ProvenAbsent, time.Second)
	if c.DataDir == "" {
		c.DataDir = s.defaultDataDir()
	}
	s.postbox(&c)
	s.address("CANVASS_PUBLIC_ADDR", c.PublicAddr)
	s.address("CANVASS_STAFF_ADDR", c.StaffAddr)
	s.publicURL(c)
	s.staffURL(c)
	s.serverURL("CANVASS_DATABASE_URL", c.DatabaseURL, "postgres", "postgresql")
	s.serverURL("CANVASS_REDIS_URL", c.RedisURL, "redis", "rediss")
	c.LogLevel, c.LogJSON = s.log(s.text("CANVASS_LOG", a.flags.log, a.logDefault()))
	c.Senders = s.senders(s.text("CANVASS_SENDERS"))
	c.Rates = s.rates(s.text("CANVASS_RATES"))
	c.SpoolMax = s.size("CANVASS_SPOOL_MAX", 256<<20)
	c.Lives = s.lives(s.text("CANVASS_RETENTION"))
	c.addMailSender()
	s.channels(c)
	return c, errors.Join(s.faults...)
}

// logDefault tells of the comings and goings of a process, and of a command only
// what went wrong.
func (a *app) logDefault() string {
	switch a.running {
	case "canvass up", "canvass serve", "canvass worker", "canvass scheduler":
		return "info,text"
	}
	return "warn,text"
}

// settings gathers settings and what is wrong with them.
type settings struct {
	*app
	faults []error
}

// fault notes what is wrong with a setting, in both languages.
func (s *settings) fault(name, vi, en string) {
	s.faults = append(s.faults, &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig,
		Args: map[string]string{"name": name, "problem": s.t(vi, en)}})
}

// text is the flag if given, else the environment, else the first of the
// defaults.
func (s *settings) text(name string, flagAndDefault ...string) string {
	var flag, fallback string
	switch len(flagAndDefault) {
	case 2:
		flag, fallback = flagAndDefault[0], flagAndDefault[1]
	case 1:
		flag = flagAndDefault[0]
	}
	for _, v := range []string{flag, s.getenv(name)} {
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return fallback
}

// secret is text, or what stands in the file that NAME_FILE names.
func (s *settings) secret(name string, flag ...string) string {
	file := s.getenv(name + "_FILE")
	if v := s.text(name, flag...); v != "" || file == "" {
		if v != "" && file != "" && s.getenv(name) != "" {
			s.fault(name+"_FILE", name+" cũng được đặt; chỉ giữ một", name+" is set too; keep one of them")
		}
		return v
	}
	b, err := os.ReadFile(file)
	if err != nil {
		s.fault(name+"_FILE", "không đọc được tệp này", "this file cannot be read")
	}
	return strings.TrimSpace(string(b))
}

// atLeast is a time such as 15m, or usual when it is not set.
func (s *settings) atLeast(name string, usual, least time.Duration) time.Duration {
	text := s.text(name)
	if text == "" {
		return usual
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < least {
		s.fault(name, "phải là khoảng thời gian như 15m, ít nhất "+least.String(), "a time such as 15m is needed, of at least "+least.String())
	}
	return d
}

// number is a whole number of at least 0; 0 when it is not set.
func (s *settings) number(name string) int {
	text := s.text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		s.fault(name, "phải là số nguyên", "a whole number is needed")
	}
	return n
}

// size is a number of bytes, written plain or with KiB, MiB or GiB; at least one
// MiB.
func (s *settings) size(name string, fallback int64) int64 {
	text := s.text(name)
	if text == "" {
		return fallback
	}
	digits, unit := text, int64(1)
	for i, suffix := range []string{"KiB", "MiB", "GiB"} {
		if rest, ok := strings.CutSuffix(text, suffix); ok {
			digits, unit = strings.TrimSpace(rest), 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1<<20/unit || n > 1<<50/unit {
		s.fault(name, "viết số byte, hoặc như 256MiB, 2GiB; ít nhất 1MiB", "write a number of bytes, or such as 256MiB, 2GiB; 1MiB at least")
		return fallback
	}
	return n * unit
}

func (s *settings) smtp() email.Config {
	c := email.Config{
		Host: s.text("CANVASS_SMTP_HOST"), Port: s.number("CANVASS_SMTP_PORT"), TLS: s.text("CANVASS_SMTP_TLS"),
		Username: s.text("CANVASS_SMTP_USERNAME"), Password: s.secret("CANVASS_SMTP_PASSWORD"),
		HELO: s.text("CANVASS_SMTP_HELO"), ListID: s.text("CANVASS_SMTP_LIST_ID"), Connections: s.number("CANVASS_SMTP_CONNECTIONS"),
	}
	if file := s.text("CANVASS_SMTP_CA_FILE"); file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			s.fault("CANVASS_SMTP_CA_FILE", "không đọc được tệp này", "this file cannot be read")
		}
		c.RootCAs = b
	}
	return c
}

func (s *settings) twilio() phone.Config {
	return phone.Config{
		AccountSID: s.text("CANVASS_TWILIO_ACCOUNT_SID"), AuthToken: s.secret("CANVASS_TWILIO_AUTH_TOKEN"),
		SecondaryToken: s.secret("CANVASS_TWILIO_SECONDARY_TOKEN"),
		APIKey:         s.text("CANVASS_TWILIO_API_KEY"), APISecret: s.secret("CANVASS_TWILIO_API_SECRET"),
		BaseURL: s.text("CANVASS_TWILIO_BASE_URL"),
		Voices:  s.voices(),
	}
}

// voices are Twilio's names of the voices that read to people, where another than the
// usual one is wished.
func (s *settings) voices() map[survey.Lang]string {
	var out map[survey.Lang]string
	for lang, name := range map[survey.Lang]string{survey.Vietnamese: "CANVASS_TWILIO_VOICE_VI", survey.English: "CANVASS_TWILIO_VOICE_EN"} {
		if voice := s.text(name); voice != "" {
			if out == nil {
				out = map[survey.Lang]string{}
			}
			out[lang] = voice
		}
	}
	return out
}

// office is who asks; English names fall back to the Vietnamese ones.
func (s *settings) office() survey.Office {
	return survey.Office{
		Name:    s.both("CANVASS_OFFICE_NAME"),
		Short:   s.both("CANVASS_OFFICE_SHORT"),
		Contact: s.text("CANVASS_OFFICE_CONTACT"),
		Phone:   s.text("CANVASS_OFFICE_PHONE"),
		Mail:    s.text("CANVASS_OFFICE_MAIL"),
	}
}

// both reads NAME for Vietnamese and NAME_EN for English.
func (s *settings) both(name string) map[survey.Lang]string {
	vi := s.text(name)
	if vi == "" {
		return nil
	}
	return map[survey.Lang]string{survey.Vietnamese: vi, survey.English: s.text(name+"_EN", "", vi)}
}

// defaultDataDir is where programs of the user keep data.
func (s *settings) defaultDataDir() string {
	if dir := s.getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "canvass")
	}
	home := s.getenv("HOME")
	if home == "" {
		s.fault("CANVASS_DATA_DIR", "cần đặt, vì HOME cũng không có", "must be set, for there is no HOME either")
	}
	return filepath.Join(home, ".local", "share", "canvass")
}

func (s *settings) address(name, value string) {
	_, port, err := net.SplitHostPort(value)
	if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 0 || n > 65535 {
		s.fault(name, "viết dạng địa chỉ:cổng, như 127.0.0.1:8080", "write address:port, such as 127.0.0.1:8080")
	}
}

// publicURL must be such that links and webhooks are not read on the way.
func (s *settings) publicURL(c Config) {
	if c.PublicURL == "" {
		if host, _, err := net.SplitHostPort(c.PublicAddr); err == nil && !loopback(host) {
			s.fault("CANVASS_PUBLIC_URL", "cần đặt, vì CANVASS_PUBLIC_ADDR nhận kết nối từ máy khác",
				"must be set, for CANVASS_PUBLIC_ADDR is open to other machines")
		}
		return
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		!(u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())) {
		s.fault("CANVASS_PUBLIC_URL", "phải là địa chỉ https (http chỉ dùng trên máy này), không có ? và #",
			"an https address is needed (http only on this machine), without ? and #")
	}
}

// serverURL checks the form only; its value may hold a password and is not told.
func (s *settings) serverURL(name, value string, schemes ...string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	if err == nil {
		for _, scheme := range schemes {
			if u.Scheme == scheme {
				return
			}
		}
	}
	s.fault(name, "phải bắt đầu bằng "+schemes[0]+"://", "must begin with "+schemes[0]+"://")
}

// log reads a level and a form, in any order: "debug", "info,json".
func (s *settings) log(text string) (level slog.Level, json bool) {
	for word := range strings.SplitSeq(text, ",") {
		switch word = strings.TrimSpace(word); word {
		case "json", "text":
			json = word == "json"
		default:
			if level.UnmarshalText([]byte(word)) != nil {
				s.fault("CANVASS_LOG", "dùng debug, info, warn hoặc error, và text hoặc json", "use debug, info, warn or error, and text or json")
			}
		}
	}
	return level, json
}

// channels refuses senders that nothing can send for.
func (s *settings) channels(c Config) {
	need := map[survey.Channel]bool{}
	for _, sender := range c.Senders {
		need[sender.Channel] = need[sender.Channel] || sender.Provider != android.ProviderName
	}
	s.needsAndroid(c)
	if need[survey.Mail] && c.SMTP.Host == "" {
		s.fault("CANVASS_SMTP_HOST", "cần đặt để gửi thư", "must be set to send e-mail")
	}
	if (need[survey.SMS] || need[survey.Call]) && c.Twilio.AccountSID == "" {
		s.fault("CANVASS_TWILIO_ACCOUNT_SID", "cần đặt để gửi SMS và gọi", "must be set to send texts and to call")
	}
}

// addMailSender makes CANVASS_SMTP_FROM a sender, unless e-mail senders are
// listed one by one.
func (c *Config) addMailSender() {
	for _, s := range c.Senders {
		if s.Channel == survey.Mail {
			return
		}
	}
	if c.MailFrom != "" {
		c.Senders = append(c.Senders, survey.Sender{Channel: survey.Mail, Address: c.MailFrom, Provider: "smtp", CanReceive: true})
	}
}

// logger is the log of a process, on standard error.
func (a *app) logger(c Config) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel, ReplaceAttr: func(_ []string, attr slog.Attr) slog.Attr {
		if attr.Key == slog.TimeKey && attr.Value.Kind() == slog.KindTime {
			return slog.String(slog.TimeKey, attr.Value.Time().Format(time.RFC3339))
		}
		return attr
	}}
	if c.LogJSON {
		return slog.New(slog.NewJSONHandler(a.errs, options))
	}
	return slog.New(slog.NewTextHandler(a.errs, options))
}

// loopback reports whether only this machine reaches host.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
