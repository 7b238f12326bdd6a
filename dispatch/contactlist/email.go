package contactlist

import (
	"strings"
	"unicode/utf8"

	"canvass/dispatch/survey"

	"golang.org/x/text/unicode/norm"
)

// ParseEmail reads one e-mail address. Blanks are taken out and the domain is
// put in lower case; anything else that looks wrong is told, never changed:
// warnings carry email_suspect (Args "guess" holds a better domain) or
// email_shared (an office's mailbox, not a person's). The error is
// email_invalid, with Args "why" one of at, comma, letters, local, domain,
// length.
func ParseEmail(s string) (survey.Email, []*survey.Error, *survey.Error) {
	text := strings.TrimSpace(visible(norm.NFKC.String(unescape(s))))
	text = strings.TrimPrefix(text, "mailto:")
	const around = " \t\r\n<>\"'()[],;:"
	text = strings.TrimRight(strings.TrimLeft(text, around), around+".")
	var warnings []*survey.Error
	if compact := strings.Join(strings.Fields(text), ""); compact != text {
		text = compact
		warnings = append(warnings, invalid(survey.CodeEmailSuspect, "fixed", "blanks"))
	}
	local, domain, ok := strings.Cut(text, "@")
	domain = strings.ToLower(domain)
	if why := badEmail(local, domain, ok); why != "" {
		return "", nil, invalid(survey.CodeEmailInvalid, "why", why)
	}
	if better := suggestDomain(domain); better != "" {
		warnings = append(warnings, invalid(survey.CodeEmailSuspect, "guess", better))
	}
	if isSharedMailbox(local) {
		warnings = append(warnings, invalid(survey.CodeEmailShared, "", ""))
	}
	return survey.Email(local + "@" + domain), warnings, nil
}

// badEmail says why an address cannot be one [RFC 5321 §4.5.3.1, RFC 5322
// §3.2.3], or "". Quoted local parts and address literals are not accepted: in
// a contact list they are slips.
func badEmail(local, domain string, at bool) string {
	switch {
	case !at || strings.Contains(domain, "@"):
		return "at"
	case strings.ContainsAny(local+domain, ",;"):
		return "comma"
	case !isASCII(local) || !isASCII(domain):
		return "letters"
	case len(local) > 64 || len(local)+1+len(domain) > 254:
		return "length"
	case !isDotted(local, "!#$%&'*+-/=?^_`{|}~"):
		return "local"
	case !isDomain(domain):
		return "domain"
	}
	return ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isDotted reports whether s is non-empty atoms of letters, digits and extra
// characters, parted by single dots.
func isDotted(s, extra string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for i := range len(atom) {
			c := atom[i]
			if !isAlnum(c) && strings.IndexByte(extra, c) < 0 {
				return false
			}
		}
	}
	return true
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// isDomain reports whether s is at least two labels of a host name, the last
// not a number.
func isDomain(s string) bool {
	if !isDotted(s, "-") || !strings.Contains(s, ".") {
		return false
	}
	last := ""
	for label := range strings.SplitSeq(s, ".") {
		if len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		last = label
	}
	return len(last) >= 2 && (digits(last) == "" || strings.HasPrefix(last, "xn--"))
}

// suggestDomain returns the domain that was probably meant: one slip away from
// a provider that most people use, or with a broken ending. It returns "" for
// a domain that looks right.
func suggestDomain(domain string) string {
	for _, known := range [...]string{"gmail.com", "yahoo.com", "yahoo.com.vn", "hotmail.com", "outlook.com", "icloud.com"} {
		if domain == known {
			return ""
		}
	}
	switch domain { // real providers that are one slip from another
	case "ymail.com", "mail.com", "email.com", "gmx.com":
		return ""
	}
	for _, known := range [...]string{"gmail.com", "yahoo.com", "yahoo.com.vn", "hotmail.com", "outlook.com", "icloud.com"} {
		if isOneSlip(domain, known) {
			return known
		}
	}
	host, ending, _ := cutLast(domain)
	switch ending {
	case "con", "cmo", "ocm", "comm", "coom", "cpm", "vom", "xom":
		return host + ".com"
	case "vnn":
		return host + ".vn"
	}
	return ""
}

func cutLast(domain string) (host, ending string, ok bool) {
	i := strings.LastIndexByte(domain, '.')
	if i < 0 {
		return domain, "", false
	}
	return domain[:i], domain[i+1:], true
}

// isOneSlip reports whether a and b differ by one letter left out, added or
// changed, or by two neighbours swapped [Damerau 1964].
func isOneSlip(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	x, y := a[i:], b[i:]
	switch len(x) - len(y) {
	case 1:
		return x[1:] == y
	case -1:
		return x == y[1:]
	case 0:
		return len(x) > 0 && (x[1:] == y[1:] ||
			len(x) > 1 && x[0] == y[1] && x[1] == y[0] && x[2:] == y[2:])
	}
	return false
}

// isSharedMailbox reports whether a local part names an office or a role.
func isSharedMailbox(local string) bool {
	name := strings.ToLower(local)
	bare := strings.TrimRight(strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' {
			return -1
		}
		return r
	}, name), "0123456789")
	switch bare {
	case "info", "contact", "lienhe", "office", "admin", "support", "hotro", "sales", "tonghop", "hcth", "hanhchinh", "mail", "email", "postmaster", "webmaster", "noreply", "donotreply", "tochuc", "baocao":
		return true
	}
	for _, prefix := range [...]string{
		"ubnd", "hdnd", "ubmttq", "mttq", "vanphong", "vanthu", "vpub", "vphdnd", "bantuyengiao", "bandanvan",
		"doanthanhnien", "tinhdoan", "xadoan", "hoiphunu", "hoinongdan", "hoicuuchienbinh", "congdoan", "congan",
		"tramyte", "benhvien", "bvdk", "ttyt", "thpt", "thcs", "tieuhoc", "mamnon", "trungtam", "phongvanhoa", "phongnoivu",
	} {
		if strings.HasPrefix(bare, prefix) {
			return true
		}
	}
	return false
}

// invalid makes an error of the giver's; key and value are one argument, or
// empty. Arguments never hold the address or name itself: errors are logged.
func invalid(code survey.Code, key, value string) *survey.Error {
	e := &survey.Error{Kind: survey.Invalid, Code: code}
	if key != "" {
		e.Args = map[string]string{key: value}
	}
	return e
}
