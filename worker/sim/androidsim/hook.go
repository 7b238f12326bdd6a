package androidsim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// event is something that the phone tells.
type event struct {
	name, device string
	payload      map[string]any
	of           *message // nil for an incoming text
}

// Sign is the signature of a body at a time in Unix seconds: hexadecimal
// HMAC-SHA256 over the body followed by the time.
func Sign(key string, body []byte, at string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	_, _ = io.WriteString(mac, at)
	return hex.EncodeToString(mac.Sum(nil))
}

// tell tells an event to everybody who is registered for it, in the style of its
// message; it does not wait.
func (s *Sim) tell(e event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	times, delay := 1, time.Duration(0)
	if e.of != nil {
		switch e.of.behaviour.hooks {
		case hookTwice:
			times = 2
		case hookLate:
			delay = s.config.LateDelay
		}
	}
	if s.holding {
		s.held = append(s.held, e)
		return
	}
	s.post(e, times, delay)
}

// post sends an event some times over. The caller holds s.mu.
func (s *Sim) post(e event, times int, delay time.Duration) {
	for _, h := range s.hooks {
		if h.Event != e.name || h.Device != "" && h.Device != e.device {
			continue
		}
		body, err := json.Marshal(map[string]any{"id": token(), "webhookId": h.ID, "event": e.name, "deviceId": e.device, "payload": e.payload})
		if err != nil {
			panic(err) // maps of texts always encode
		}
		for range times {
			s.spawn(func() {
				if s.pause(delay) {
					s.deliver(h.URL, body)
				}
				s.mu.Lock()
				defer s.mu.Unlock()
				if m := e.of; m != nil {
					select {
					case <-m.first:
					default:
						close(m.first)
					}
				}
			})
		}
	}
}

// deliver posts one event until it is taken, as the phone does.
func (s *Sim) deliver(address string, body []byte) {
	for try := 0; ; try++ {
		if !s.present() {
			return
		}
		taken := s.once(address, body)
		s.mu.Lock()
		s.counts.Tries++
		if taken {
			s.counts.Told++
		} else if try == s.config.Retries {
			s.counts.Lost++
		}
		s.mu.Unlock()
		if taken || try >= s.config.Retries || !s.pause(s.config.RetryDelay<<try) {
			return
		}
	}
}

// once makes one request, signed at its own time. It refuses every host but
// loopback, so that a forgotten RewriteHook cannot post to the world.
func (s *Sim) once(address string, body []byte) bool {
	local, err := url.Parse(s.config.RewriteHook(address))
	if err != nil || !loopbackHost(local.Hostname()) {
		return false
	}
	ctx, cancel := context.WithTimeout(s.ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, local.String(), bytes.NewReader(body))
	if err != nil {
		return false
	}
	at := strconv.FormatInt(s.config.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Timestamp", at)
	req.Header.Set("X-Signature", Sign(s.config.HookKey, body, at))
	resp, err := s.client.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody))
	return resp.StatusCode/100 == 2
}

// Hold keeps events back from now on.
func (s *Sim) Hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holding = true
}

// Release tells what was held, in the order that permute gives (indexes of the n
// held events, each as often as it occurs), and holds nothing any more. Each event
// waits for the one before it. Nil is the order in which they happened.
func (s *Sim) Release(permute func(n int) []int) int {
	s.mu.Lock()
	held := s.held
	s.held, s.holding = nil, false
	s.mu.Unlock()
	order := make([]int, len(held))
	for i := range order {
		order[i] = i
	}
	if permute != nil {
		order = permute(len(held))
	}
	for _, i := range order {
		s.mu.Lock()
		s.post(held[i], 1, 0)
		s.mu.Unlock()
		_ = s.Settle(s.ctx)
	}
	return len(order)
}
