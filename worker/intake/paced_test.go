package intake

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// deadlines is a connection that remembers until when it waits.
type deadlines struct {
	http.ResponseWriter
	read []time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error { d.read = append(d.read, t); return nil }
func (d *deadlines) SetWriteDeadline(time.Time) error  { return nil }

// Whoever makes progress is given more time, and nobody more than there is in all;
// a byte at a time is no progress.
func TestTimeIsRenewedByProgress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bytes, at, renewals int
	}{
		"a photo in pieces": {5 * uploadStep, uploadStep / 4, 5}, "a byte at a time": {1000, 1, 1}, "at once": {3 * uploadStep, 10 * uploadStep, 1},
	} {
		conn := &deadlines{ResponseWriter: httptest.NewRecorder()}
		until := time.Now().Add(time.Second) // sooner than a pause
		p := &paced{ReadCloser: io.NopCloser(strings.NewReader(strings.Repeat("x", c.bytes))), control: http.NewResponseController(conn), until: until}
		for got, b := 0, make([]byte, c.at); got < c.bytes; {
			n, err := p.Read(b)
			if got += n; err != nil {
				t.Fatal(err)
			}
		}
		if len(conn.read) != c.renewals {
			t.Errorf("%s: renewed %d times, want %d", name, len(conn.read), c.renewals)
		}
		for _, at := range conn.read {
			if at.After(until) {
				t.Errorf("%s: waits longer than there is in all", name)
			}
		}
	}
}
