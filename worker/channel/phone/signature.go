package phone

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"hash"
	"io"
	"net/url"
	"slices"
	"sync"

	"github.com/twilio/twilio-go/client"
)

// validator checks signatures made with one token.
type validator struct {
	careful client.RequestValidator
	// makers are keyed hashes at rest.
	makers *sync.Pool
}

func newValidator(token string) validator {
	return validator{client.NewRequestValidator(token), &sync.Pool{New: func() any { return hmac.New(sha1.New, []byte(token)) }}}
}

// fits reports whether Twilio signed these parameters, each with one value, for
// this address: HMAC-SHA1 over the address and the sorted keys, each followed by
// its value. Nearly all that comes is found right by that; twilio-go, which knows
// the other ways in which an address may be written, judges the rest.
func (v validator) fits(address string, form url.Values, signature string) bool {
	mac := v.makers.Get().(hash.Hash)
	defer v.makers.Put(mac)
	mac.Reset()
	_, _ = io.WriteString(mac, address)
	var room [32]string
	keys := room[:0]
	for key := range form {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		_, _ = io.WriteString(mac, key)
		_, _ = io.WriteString(mac, form[key][0])
	}
	given, err := base64.StdEncoding.DecodeString(signature)
	if err == nil && hmac.Equal(mac.Sum(nil), given) {
		return true
	}
	signed := make(map[string]string, len(form))
	for key, values := range form {
		signed[key] = values[0]
	}
	return v.careful.Validate(address, signed, signature)
}
