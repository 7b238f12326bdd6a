package staff

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"testing"
)

func TestWherePasskeysWork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]Relying{
		"https://ks.vanphong.example":      {"ks.vanphong.example", "https://ks.vanphong.example"},
		"https://ks.vanphong.example:8443": {"ks.vanphong.example", "https://ks.vanphong.example:8443"},
		"http://localhost:8081":            {"localhost", "http://localhost:8081"},
		"http://127.0.0.1:8081":            {}, "https://10.0.0.7": {}, "https://[::1]": {}, "http://ks.vanphong.example": {}, "": {}, "::": {},
	} {
		if got, ok := RelyingAt(address); got != want || ok != (want.Host != "") {
			t.Errorf("%s: %v, %v", address, got, ok)
		}
	}
}

// ceremony is one by a device with flags and a count, not signed.
func ceremony(r Relying, kind string, challenge []byte, flags byte) Ceremony {
	host := sha256.Sum256([]byte(r.Host))
	return Ceremony{Credential: []byte("c"), Device: append(host[:], flags, 0, 0, 0, 0),
		Client: []byte(`{"type":"` + kind + `","challenge":"` + base64.RawURLEncoding.EncodeToString(challenge) + `","origin":"` + r.Origin + `","crossOrigin":false}`)}
}

// Devices sign by three kinds of keys; ES256 is tried by the console's tests.
func TestKindsOfKeys(t *testing.T) {
	t.Parallel()
	r, _ := RelyingAt("https://ks.vanphong.example")
	challenge := bytes.Repeat([]byte{3}, ChallengeBytes)
	c := ceremony(r, "webauthn.get", challenge, flagPresent|flagVerified)
	client := sha256.Sum256(c.Client)
	message := append(bytes.Clone(c.Device), client[:]...)
	sum := sha256.Sum256(message)
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	big, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	bySignature, err := rsa.SignPKCS1v15(rand.Reader, big, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]struct {
		key any
		sig []byte
	}{"EdDSA": {public, ed25519.Sign(private, message)}, "RS256": {&big.PublicKey, bySignature}} {
		der, err := x509.MarshalPKIXPublicKey(k.key)
		if err != nil {
			t.Fatal(err)
		}
		p := Passkey{Credential: c.Credential, Key: der}
		c.Signature = k.sig
		if _, err := r.Used(challenge, p, c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		c.Signature = append(bytes.Clone(k.sig[:len(k.sig)-1]), k.sig[len(k.sig)-1]^1)
		if _, err := r.Used(challenge, p, c); err == nil {
			t.Errorf("%s: another signature opens", name)
		}
		c.Signature = k.sig
		if _, err := r.Used(bytes.Repeat([]byte{4}, ChallengeBytes), p, c); err == nil {
			t.Errorf("%s: another challenge opens", name)
		}
		if _, err := r.Used(nil, p, c); err == nil {
			t.Errorf("%s: no challenge opens", name)
		}
	}
}

func FuzzCeremony(f *testing.F) {
	r, _ := RelyingAt("https://ks.vanphong.example")
	challenge := bytes.Repeat([]byte{3}, ChallengeBytes)
	c := ceremony(r, "webauthn.create", challenge, flagPresent|flagVerified|flagNew)
	f.Add(c.Client, append(c.Device, make([]byte, 18)...), []byte("c"), []byte{}, []byte{})
	f.Add([]byte(`{"challenge":"!"}`), []byte{}, []byte{}, []byte{0x30}, []byte{0x30, 0})
	f.Fuzz(func(t *testing.T, client, device, credential, key, signature []byte) {
		c := Ceremony{Credential: credential, Client: client, Device: device, Key: key, Signature: signature}
		if got := c.Challenge(); len(got) > len(client) {
			t.Error("a challenge out of nothing")
		}
		if p, err := r.Made(challenge, c); err == nil {
			if _, ok := publicKey(p.Key); !ok || len(p.Credential) == 0 {
				t.Error("a passkey without a key")
			}
		}
		if _, err := r.Used(challenge, Passkey{Credential: credential, Key: key}, c); err == nil && len(signature) == 0 {
			t.Error("nothing signed, and it opens")
		}
	})
}
