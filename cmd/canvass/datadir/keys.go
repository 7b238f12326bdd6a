package datadir

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// SecretSize is the length of a key's secret in bytes, that of SHA-256.
const SecretSize = 32

// maxKeys bounds keys.json, in a data directory and in a bundle alike.
const maxKeys = 1 << 20

// Secret is key material. It prints as stars, wherever it is printed.
type Secret []byte

// String hides the secret.
func (Secret) String() string { return "***" }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return "***" }

// Format hides the secret from every verb, %x too.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, "***") }

// LogValue hides the secret from logs.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// Key makes and checks tokens.
type Key struct {
	ID      string    `json:"id"` // 16 hexadecimal digits; stored beside each token
	Secret  Secret    `json:"secret"`
	Created time.Time `json:"created"`
}

// KeyFile is the keys of an installation, the newest first. Its methods may be
// called from several goroutines.
type KeyFile struct {
	dir  *Dir
	mu   sync.RWMutex
	keys []Key
}

type keysJSON struct {
	Keys []Key `json:"keys"`
}

// Keys reads keys.json, and makes it with a first key if there is none; of
// several processes at once only one does. It returns an *ExposedError if
// others can read the file.
func (d *Dir) Keys() (*KeyFile, error) {
	keys, err := d.readKeys()
	if errors.Is(err, fs.ErrNotExist) {
		keys, err = d.firstKey()
	}
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return &KeyFile{dir: d, keys: keys}, nil
}

func (d *Dir) firstKey() ([]Key, error) {
	text, err := encodeKeys([]Key{d.newKey()})
	if err != nil {
		return nil, err
	}
	if err := d.createNew(keysName, text); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return d.readKeys() // ours, or that of whoever was first
}

// HasKeys reports whether keys.json exists. A database with tokens and a
// directory without keys is a half-restored system.
func (d *Dir) HasKeys() bool {
	_, err := os.Lstat(d.at(keysName))
	return err == nil
}

// Active is the key for new tokens.
func (k *KeyFile) Active() Key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys[0]
}

// All lists the keys, the newest first.
func (k *KeyFile) All() []Key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return slices.Clone(k.keys)
}

// ByID is the key that a stored token names.
func (k *KeyFile) ByID(id string) (Key, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	i := slices.IndexFunc(k.keys, func(key Key) bool { return key.ID == id })
	if i < 0 {
		return Key{}, false
	}
	return k.keys[i], true
}

// Rotate adds a key and makes it the active one. Older keys stay, because
// tokens made with them are in people's mailboxes. Other processes see it when
// they next call Keys.
func (k *KeyFile) Rotate() (Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	fresh, keys, err := k.dir.addKey()
	if err != nil {
		return Key{}, fmt.Errorf("keys: %w", err)
	}
	k.keys = keys
	return fresh, nil
}

// addKey reads and writes under a lock: two rotations at once keep both keys.
func (d *Dir) addKey() (Key, []Key, error) {
	f, err := os.OpenFile(d.at(keysLockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return Key{}, nil, err
	}
	defer f.Close()
	if err := errors.Join(d.disown(f), syscall.Flock(int(f.Fd()), syscall.LOCK_EX)); err != nil {
		return Key{}, nil, err
	}
	keys, err := d.readKeys()
	if err != nil {
		return Key{}, nil, err
	}
	fresh := d.newKey()
	keys = append([]Key{fresh}, keys...)
	text, err := encodeKeys(keys)
	if err != nil {
		return Key{}, nil, err
	}
	return fresh, keys, d.replace(keysName, text)
}

func (d *Dir) newKey() Key {
	id, secret := make([]byte, 8), make([]byte, SecretSize)
	rand.Read(id) // never fails: the runtime ends the program instead
	rand.Read(secret)
	return Key{ID: hex.EncodeToString(id), Secret: secret, Created: d.now().UTC().Truncate(time.Second)}
}

func (d *Dir) readKeys() ([]Key, error) {
	text, err := d.readPrivate(keysName, maxKeys)
	if err != nil {
		return nil, err
	}
	keys, err := parseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.at(keysName), err)
	}
	return keys, nil
}

func encodeKeys(keys []Key) ([]byte, error) {
	text, err := json.MarshalIndent(keysJSON{keys}, "", "  ")
	return append(text, '\n'), err
}

// parseKeys reads keys.json and refuses what could not have been written by
// encodeKeys. Its errors never quote the text.
func parseKeys(text []byte) ([]Key, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var file keysJSON
	if err := dec.Decode(&file); err != nil {
		return nil, errors.New("it is not a key file, or damaged")
	}
	if dec.More() {
		return nil, errors.New("something follows the keys")
	}
	if len(file.Keys) == 0 {
		return nil, errors.New("it holds no key")
	}
	seen := map[string]bool{}
	for i, k := range file.Keys {
		id, err := hex.DecodeString(k.ID)
		switch {
		case err != nil || len(id) != 8 || hex.EncodeToString(id) != k.ID:
			return nil, fmt.Errorf("key %d has a damaged id", i+1)
		case seen[k.ID]:
			return nil, fmt.Errorf("key %d repeats an id", i+1)
		case len(k.Secret) != SecretSize:
			return nil, fmt.Errorf("key %d has a secret of %d bytes, not %d", i+1, len(k.Secret), SecretSize)
		case k.Created.IsZero():
			return nil, fmt.Errorf("key %d has no date", i+1)
		}
		seen[k.ID] = true
	}
	return file.Keys, nil
}
