package cluster

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// copyOf is the address of another database of the same server.
func copyOf(t *testing.T, c *Cluster, name string) string {
	t.Helper()
	exec1(t, c, "CREATE DATABASE "+name)
	return strings.Replace(c.URL(), "/canvass?", "/"+name+"?", 1)
}

func dumpAndRestore(t *testing.T, dir string) {
	c := open(t, dir)
	exec1(t, c, `
		CREATE SCHEMA links;
		CREATE TABLE contact (id bigint PRIMARY KEY, name text NOT NULL);
		CREATE TABLE links.response_link (contact bigint REFERENCES contact);
		CREATE ROLE reader; GRANT SELECT ON contact TO reader;
		INSERT INTO contact SELECT n, 'Cộng tác viên ' || n FROM generate_series(1, 20000) n;
		INSERT INTO links.response_link SELECT id FROM contact`)
	const digest = "SELECT md5(string_agg(id || name, ',' ORDER BY id)) FROM contact"
	var dump bytes.Buffer
	if err := c.Dump(t.Context(), &dump); err != nil {
		t.Fatal(err)
	}
	want := ask(t, c.URL(), digest)

	t.Run("into an empty one", func(t *testing.T) {
		there := copyOf(t, c, "whole")
		if err := Restore(t.Context(), c.Binaries(), there, bytes.NewReader(dump.Bytes())); err != nil {
			t.Fatal(err)
		}
		if got := ask(t, there, digest); got != want {
			t.Errorf("contacts %s, want %s", got, want)
		}
		if got := ask(t, there, "SELECT has_table_privilege('reader', 'contact', 'SELECT')"); got != "false" {
			t.Error("granted to a role that the database here need not know")
		}
		if err := Restore(t.Context(), c.Binaries(), there, bytes.NewReader(dump.Bytes())); !errors.Is(err, ErrNotEmpty) {
			t.Error("a second time:", err)
		}
	})
	t.Run("where anything is", func(t *testing.T) { emptiness(t, c) })
	t.Run("cut off", func(t *testing.T) {
		there := copyOf(t, c, "cut")
		broken := io.MultiReader(bytes.NewReader(dump.Bytes()[:dump.Len()/2]), failing{})
		if err := Restore(t.Context(), c.Binaries(), there, broken); err == nil {
			t.Error("half a dump was taken for a whole one")
		}
		if err := Restore(t.Context(), c.Binaries(), there, strings.NewReader("nonsense")); err == nil {
			t.Error("nonsense was restored")
		}
		if empty, err := isEmpty(t.Context(), there); err != nil || !empty {
			t.Errorf("afterwards: empty %v, %v", empty, err)
		}
	})
	t.Run("errors hold no secret and no row", func(t *testing.T) { discretion(t, c) })
}

func emptiness(t *testing.T, c *Cluster) {
	there := copyOf(t, c, "taken")
	for name, statement := range map[string]string{
		"table":    "CREATE TABLE x (); ",
		"schema":   "CREATE SCHEMA x",
		"view":     "CREATE VIEW x AS SELECT 1",
		"function": "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
		"type":     "CREATE TYPE x AS ENUM ()",
	} {
		db := connect(t, there)
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(statement); err != nil {
			t.Fatal(err)
		}
		var empty bool
		if err := tx.QueryRow(isEmptySQL).Scan(&empty); err != nil || empty {
			t.Errorf("%s: empty %v, %v", name, empty, err)
		}
		tx.Rollback()
	}
	if _, err := connect(t, there).Exec("CREATE EXTENSION IF NOT EXISTS plpgsql"); err != nil {
		t.Fatal(err)
	}
	if empty, err := isEmpty(t.Context(), there); err != nil || !empty {
		t.Errorf("a new one: empty %v, %v", empty, err)
	}
}

func discretion(t *testing.T, c *Cluster) {
	wrong := strings.Replace(c.URL(), c.password, "s3cret-guess", 1)
	err := Dump(t.Context(), c.Binaries(), wrong, io.Discard)
	if err == nil || strings.Contains(err.Error(), "s3cret-guess") || !strings.Contains(err.Error(), "pg_dump: ") {
		t.Error(err)
	}
	said := "pg_restore: error: COPY failed for table \"contact\": ERROR:  duplicate key\nDETAIL:  Key (phone)=(+8490) exists.\nCONTEXT:  COPY contact, line 1\n"
	if got := withoutData(said); strings.Contains(got, "+8490") || !strings.Contains(got, "duplicate key") {
		t.Error(got)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestSplitPassword(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][2]string{
		"postgres://u:p%40ss@db.example:5432/canvass?sslmode=disable": {"postgres://u@db.example:5432/canvass?sslmode=disable", "p@ss"},
		"postgresql://u@db.example/canvass":                           {"postgresql://u@db.example/canvass", ""},
		"postgres://u:p@/canvass?host=%2Fa%2Fb":                       {"postgres://u@/canvass?host=%2Fa%2Fb", "p"},
		"postgres:///canvass?host=/a&password=q":                      {"postgres:///canvass?host=%2Fa", "q"},
	} {
		public, password, err := splitPassword(address)
		if err != nil || public != want[0] || password != want[1] {
			t.Errorf("%s: %s, %s, %v", address, public, password, err)
		}
	}
	for _, address := range []string{"host=/a password=hush", "mysql://u:hush@h/d", "postgres://u:hush@h:port/d", ""} {
		if _, _, err := splitPassword(address); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
