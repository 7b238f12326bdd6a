package twiliosim

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"maps"
	"net/url"
	"slices"
)

// Signature computes X-Twilio-Signature: Base64(HMAC-SHA1(authToken, publicURL and
// for each form key in byte order the key followed by its value)). Values of a
// repeated key are taken once each, in byte order. publicURL carries its query and
// no fragment; form is nil for GET. (Twilio Docs, "Webhooks Security".)
func Signature(authToken, publicURL string, form url.Values) string {
	mac := hmac.New(sha1.New, []byte(authToken))
	io.WriteString(mac, publicURL)
	for _, key := range slices.Sorted(maps.Keys(form)) {
		values := slices.Sorted(slices.Values(form[key]))
		for _, value := range slices.Compact(values) {
			io.WriteString(mac, key+value)
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
