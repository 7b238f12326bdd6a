package smtpsink

import (
	"net"
	"sync"
)

// listener remembers its open connections, so that Close can end those that
// merely wait for their client's next word. (go-smtp's Close ends them too, but
// does not wait until they are gone; its Shutdown waits, but ends none.)
type listener struct {
	net.Listener
	mu   sync.Mutex
	open map[*tracked]struct{}
}

type tracked struct {
	net.Conn
	of *listener
}

func listen(address string) (*listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return &listener{Listener: l, open: make(map[*tracked]struct{})}, nil
}

// Accept returns the next connection.
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	t := &tracked{Conn: c, of: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[t] = struct{}{}
	return t, nil
}

// Close ends the connection.
func (t *tracked) Close() error {
	t.of.mu.Lock()
	delete(t.of.open, t)
	t.of.mu.Unlock()
	return t.Conn.Close()
}

// hangUp ends every open connection.
func (l *listener) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for t := range l.open {
		_ = t.Conn.Close() // it was to end, however it ends
	}
}
