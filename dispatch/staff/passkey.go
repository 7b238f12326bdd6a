package staff

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net"
	"net/url"
	"time"

	"canvass/dispatch/survey"
)

// A passkey opens an account by itself: the device asks for a finger, a face or a number,
// and signs a challenge of ours (W3C Web Authentication, Level 2). Nothing is asked of
// who made the device: no attestation, and so nothing to parse but what the browser hands
// over in plain fields.
type Passkey struct {
	ID         int64
	Staff      ID
	Credential []byte // the device's name for it
	Key        []byte // the public key, as SubjectPublicKeyInfo
	Count      uint32 // of signatures, as the device counts; 0: it does not
	Name       string
	MadeAt     time.Time
	UsedAt     time.Time
}

// Relying is who asks for passkeys: a host, and the one address that pages have.
type Relying struct{ Host, Origin string }

// RelyingAt is who asks for the console at an address; false where browsers give no
// passkeys: by http from elsewhere than this machine, or at a number in the place of a
// name.
func RelyingAt(address string) (Relying, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil || u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost") {
		return Relying{}, false
	}
	return Relying{Host: u.Hostname(), Origin: u.Scheme + "://" + u.Host}, true
}

// Ceremony is what a browser hands over: of a new passkey its Key, of one that is used
// its Signature.
type Ceremony struct {
	Credential []byte
	Client     []byte // client data, JSON
	Device     []byte // authenticator data
	Key        []byte
	Signature  []byte
}

// ChallengeBytes is how much chance a challenge has.
const ChallengeBytes = 32

// ChallengeTime is how long a challenge may be answered.
const ChallengeTime = 5 * time.Minute

func passkeyWrong() error {
	return &survey.Error{Kind: survey.Forbidden, Code: survey.CodePasskeyWrong}
}

// Challenge is the challenge that a ceremony says it answers; it proves nothing yet.
func (c Ceremony) Challenge() []byte {
	var said clientData
	if json.Unmarshal(c.Client, &said) != nil {
		return nil
	}
	challenge, err := base64.RawURLEncoding.DecodeString(said.Challenge)
	if err != nil {
		return nil
	}
	return challenge
}

type clientData struct {
	Type, Challenge, Origin string
	CrossOrigin             bool
}

// The flags of authenticator data (6.1): somebody was there, was known, and a new key
// follows. Its head is the hash of the host, the flags and a count.
const (
	flagPresent  = 0x01
	flagVerified = 0x04
	flagNew      = 0x40
	deviceHead   = 32 + 1 + 4
)

// common checks what a new passkey and one that is used have in common, and returns the
// count.
func (r Relying) common(kind string, challenge []byte, c Ceremony) (uint32, bool) {
	var said clientData
	if json.Unmarshal(c.Client, &said) != nil || said.Type != kind || said.Origin != r.Origin || said.CrossOrigin || len(challenge) != ChallengeBytes ||
		subtle.ConstantTimeCompare([]byte(said.Challenge), []byte(base64.RawURLEncoding.EncodeToString(challenge))) != 1 {
		return 0, false
	}
	host := sha256.Sum256([]byte(r.Host))
	if len(c.Device) < deviceHead || !bytes.Equal(c.Device[:32], host[:]) || c.Device[32]&(flagPresent|flagVerified) != flagPresent|flagVerified {
		return 0, false
	}
	return binary.BigEndian.Uint32(c.Device[33:37]), true
}

// Made checks a new passkey (7.1). Errors: passkey_wrong.
func (r Relying) Made(challenge []byte, c Ceremony) (Passkey, error) {
	count, ok := r.common("webauthn.create", challenge, c)
	const at = deviceHead + 16 + 2 // behind the model of the device, and the length
	if !ok || c.Device[32]&flagNew == 0 || len(c.Device) < at || len(c.Credential) == 0 || len(c.Credential) > 1023 ||
		int(binary.BigEndian.Uint16(c.Device[at-2:at])) != len(c.Credential) || !bytes.HasPrefix(c.Device[at:], c.Credential) {
		return Passkey{}, passkeyWrong()
	}
	if _, ok := publicKey(c.Key); !ok {
		return Passkey{}, passkeyWrong()
	}
	return Passkey{Credential: c.Credential, Key: c.Key, Count: count}, nil
}

// Used checks the signature of a passkey (7.2), and returns its count. A count that does
// not grow is a copy's. Errors: passkey_wrong.
func (r Relying) Used(challenge []byte, p Passkey, c Ceremony) (uint32, error) {
	count, ok := r.common("webauthn.get", challenge, c)
	if !ok || !bytes.Equal(p.Credential, c.Credential) || (count != 0 || p.Count != 0) && count <= p.Count {
		return 0, passkeyWrong()
	}
	key, ok := publicKey(p.Key)
	client := sha256.Sum256(c.Client)
	if !ok || !signed(key, append(bytes.Clone(c.Device), client[:]...), c.Signature) {
		return 0, passkeyWrong()
	}
	return count, nil
}

// publicKey reads a key of one of the kinds that we ask for: ES256, EdDSA and RS256.
func publicKey(der []byte) (any, bool) {
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil || len(der) > 2048 {
		return nil, false
	}
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		return k, k.Curve == elliptic.P256()
	case ed25519.PublicKey:
		return k, true
	case *rsa.PublicKey:
		return k, k.N.BitLen() >= 2048 && k.N.BitLen() <= 4096
	}
	return nil, false
}

func signed(key any, message, signature []byte) bool {
	sum := sha256.Sum256(message)
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(k, sum[:], signature)
	case ed25519.PublicKey:
		return ed25519.Verify(k, message, signature)
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], signature) == nil
	}
	return false
}
