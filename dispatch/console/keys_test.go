package console_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"canvass/dispatch/staff"
)

// handset is an authenticator, as the standard describes it.
type handset struct {
	key   *ecdsa.PrivateKey
	id    []byte
	count uint32
	flags byte
	at    string // origin
	host  string
}

func newHandset(t *testing.T) *handset {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &handset{key: key, id: []byte("credential of " + rand.Text()), flags: 0x05, at: "http://localhost", host: "localhost"}
}

var b64 = base64.RawURLEncoding.EncodeToString

// answer is what a browser puts into the form for a challenge.
func (d *handset) answer(t *testing.T, kind, challenge string) url.Values {
	t.Helper()
	client, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.at, "crossOrigin": false})
	host := sha256.Sum256([]byte(d.host))
	data := append(host[:], d.flags)
	data = binary.BigEndian.AppendUint32(data, d.count)
	form := url.Values{"credential": {b64(d.id)}, "client": {b64(client)}, "next": {"/account"}}
	if kind == "webauthn.create" {
		data[32] |= 0x40
		data = append(data, make([]byte, 16)...)
		data = append(binary.BigEndian.AppendUint16(data, uint16(len(d.id))), d.id...)
		der, err := x509.MarshalPKIXPublicKey(&d.key.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		form.Set("key", b64(der))
	} else {
		clientSum := sha256.Sum256(client)
		sum := sha256.Sum256(append(append([]byte{}, data...), clientSum[:]...))
		sig, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		form.Set("signature", b64(sig))
	}
	form.Set("device", b64(data))
	return form
}

func challengeAt(t *testing.T, b *browser, path string) string {
	t.Helper()
	b.later(10 * time.Second) // nobody guesses fast
	var asked struct{ Challenge, Host string }
	got := b.post(path, nil)
	if err := json.Unmarshal([]byte(got.body), &asked); err != nil || asked.Host != "localhost" || len(asked.Challenge) != 43 {
		t.Fatalf("%s: %d %s", path, got.status, got.body)
	}
	return asked.Challenge
}

func TestPasskeys(t *testing.T) {
	t.Parallel()
	d := newDeskAt(t, "http://localhost")
	b := d.signedIn("mai", staff.Manager)
	phone := newHandset(t)
	add := func(change func(url.Values)) page {
		form := phone.answer(t, "webauthn.create", challengeAt(t, b, "/account/keys/begin"))
		form.Set("name", "Điện thoại của tôi")
		form.Set("password", password)
		if change != nil {
			change(form)
		}
		return b.post("/account/keys", form)
	}
	for name, change := range map[string]func(url.Values){
		"another password":   func(f url.Values) { f.Set("password", "mot mat khau khac") },
		"no name":            func(f url.Values) { f.Set("name", " ") },
		"another credential": func(f url.Values) { f.Set("credential", b64([]byte("cai khac"))) },
		"no key":             func(f url.Values) { f.Set("key", "AAAA") },
		"nothing":            func(f url.Values) { f.Del("client") },
	} {
		if got := add(change); got.status != 422 {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if got := add(nil); got.path != "/account" || !strings.Contains(got.body, "Điện thoại của tôi") {
		t.Fatalf("%d at %s", got.status, got.path)
	}
	if got := add(nil); got.status != 422 {
		t.Errorf("the same device twice: %d", got.status)
	}

	come := func(change func(url.Values)) (*browser, page) {
		c := d.browser()
		form := phone.answer(t, "webauthn.get", challengeAt(t, c, "/sign-in/key/begin"))
		if change != nil {
			change(form)
		}
		return c, c.post("/sign-in/key", form)
	}
	c, got := come(nil)
	if got.path != "/account" {
		t.Fatalf("the passkey leads to %s, %d", got.path, got.status)
	}
	form := phone.answer(t, "webauthn.get", challengeAt(t, c, "/sign-in/key/begin"))
	c.post("/sign-in/key", form)
	if got := d.browser().post("/sign-in/key", form); got.status != 403 {
		t.Errorf("an answer twice: %d", got.status)
	}
	other := newHandset(t)
	for name, change := range map[string]func(){
		"another page":       func() { phone.at = "https://evil.example" },
		"another host":       func() { phone.host = "evil.example" },
		"nobody known":       func() { phone.flags = 0x01 },
		"another key":        func() { phone.key = other.key },
		"another credential": func() { phone.id = other.id },
	} {
		before := *phone
		change()
		if _, got := come(nil); got.status != 403 {
			t.Errorf("%s: %d at %s", name, got.status, got.path)
		}
		*phone = before
	}
	if _, got := come(func(f url.Values) { f.Set("signature", f.Get("signature")[:20]) }); got.status != 403 {
		t.Errorf("a cut signature: %d", got.status)
	}
	phone.count = 7
	come(nil)
	if _, got := come(nil); got.status != 403 {
		t.Errorf("a count that does not grow: %d", got.status)
	}
	form = phone.answer(t, "webauthn.get", challengeAt(t, d.browser(), "/sign-in/key/begin"))
	d.later(staff.ChallengeTime)
	if got := d.browser().post("/sign-in/key", form); got.status != 403 {
		t.Errorf("an answer too late: %d", got.status)
	}
	id := d.db.Text(`SELECT id::text FROM door.passkey`)
	khue := d.signedIn("khue", staff.Viewer)
	if khue.post("/account/keys/drop", url.Values{"key": {id}}); d.db.Int(`SELECT count(*) FROM door.passkey`) != 1 {
		t.Error("somebody else took the passkey away")
	}
	b.signIn("mai", password)
	b.post("/account/keys/drop", url.Values{"key": {id}})
	phone.count = 90
	if _, got := come(nil); got.status != 403 {
		t.Errorf("a passkey that is gone: %d", got.status)
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE detail ? 'passkey'`); n != 2 {
		t.Errorf("%d lines on record", n)
	}
}

// Where browsers give no passkeys nothing of them is offered.
func TestPasskeysNeedAName(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Viewer)
	if got := b.get("/account"); strings.Contains(got.body, "data-passkey") || !strings.Contains(got.body, "CANVASS_STAFF_URL") {
		t.Error("offered at a number")
	}
	for _, path := range []string{"/sign-in/key/begin", "/sign-in/key", "/account/keys/begin", "/account/keys"} {
		if got := b.post(path, nil); got.status != 404 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}

// A real browser with a virtual device makes a passkey and signs in with it.
func TestPasskeysInABrowser(t *testing.T) {
	d := newDeskAt(t, "localhost")
	d.account("mai", staff.Viewer)
	_, port, _ := strings.Cut(strings.TrimPrefix(d.srv.URL, "http://"), ":")
	at := "http://localhost:" + port
	ctx := window(t)
	run := func(actions ...func() error) {
		t.Helper()
		for i, do := range actions {
			if err := do(); err != nil {
				t.Fatalf("step %d: %v", i, err)
			}
		}
	}
	eval := func(script string) func() error {
		return func() error { _, err := chromedp.Run(ctx, chromedp.Evaluate[any](script+";0")); return err }
	}
	until := func(script string) func() error {
		return func() error {
			for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
				if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script)); ok || time.Now().After(deadline) {
					if !ok {
						t.Fatalf("never: %s (%v)", script, err)
					}
					return nil
				}
			}
		}
	}
	goTo := func(path string) func() error {
		return func() error { return chromedp.Do(ctx, chromedp.Navigate(at+path)) }
	}
	authenticator := func() error {
		return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
			if _, err := cdp.Call(ctx, s, webauthn.Enable, webauthn.EnableParams{}); err != nil {
				return err
			}
			_, err := cdp.Call(ctx, s, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
				Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
			return err
		}))
	}
	ready := func(path string) func() error { // a button shows when its script can answer
		return until(`location.pathname === "` + path + `" && !!document.querySelector("form[data-passkey]:not([hidden])")`)
	}
	run(goTo("/sign-in"), authenticator, eval(`document.getElementById("login").value = "mai"; document.getElementById("password").value = "`+password+`"; document.querySelector("form").submit()`),
		until(`location.pathname === "/"`), goTo("/account"), ready("/account"),
		eval(`document.getElementById("k-name").value = "Máy này"; document.getElementById("k-pw").value = "`+password+`"; document.querySelector("form[data-passkey] button").click()`),
		until(`document.body.innerText.includes("Máy này")`), eval(`document.querySelector("form[action='/sign-out']").submit()`),
		ready("/sign-in"), eval(`document.querySelector("form[data-passkey] button").click()`), until(`location.pathname === "/"`))
}
