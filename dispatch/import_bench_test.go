package dispatch_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
	"canvass/dispatch/postgres/pgtest"
)

// benchRows is how many rows the import is measured with.
const benchRows = 1_000_000

// writeBenchList writes a list as an office keeps it: codes, accented names,
// units, phones in several spellings, e-mails for seven of ten; two rows of a
// hundred speak of somebody again, one has a number that is none.
func writeBenchList(b *testing.B, rows int) string {
	b.Helper()
	family := []string{"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ"}
	middle := []string{"Văn", "Thị", "Xuân", "Đình", "Ngọc", "Minh", "Thanh", "Thị Thu", "Hữu", "Quang"}
	given := []string{"An", "Bình", "Cường", "Dũng", "Hà", "Hương", "Lan", "Mai", "Nga", "Phượng", "Sơn", "Thắng", "Uyên", "Vân", "Xuân", "Yến"}
	units := []string{"phường Lam Phố", "xã Vân Trạch", "xã Hạ Tràng", "xã Hà Trạng", "Phường Cửa Lãng", "xã Gò Sỏi", "xã Nà Khoang"}
	spell := []string{"09%02d%06d", "09%02d %06d", "9%02d%06d", "+849%02d%06d", "09%02d.%06d"}
	f, err := os.Create(filepath.Join(b.TempDir(), "danh-sach.csv"))
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprint(w, "Mã CTV,Họ và tên,Năm sinh,Đơn vị,Điện thoại,E-mail,Cụm\r\n")
	for i := range rows {
		n := i
		if i%50 == 49 {
			n = i - 7
		}
		phone := fmt.Sprintf(spell[n%len(spell)], n/1_000_000%89+10, n%1_000_000)
		if i%100 == 17 {
			phone = "09123"
		}
		mail := ""
		if n%10 < 7 {
			mail = fmt.Sprintf("ctv%d@gmail.example", n)
		}
		fmt.Fprintf(w, "LX%07d,%s %s %s,%d,%s,%s,%s,C%d\r\n", n, family[n%10], middle[n/7%10], given[n/3%16], 1960+n%45,
			units[n%len(units)], phone, mail, n%6+1)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return f.Name()
}

// copyIndexed is the yardstick: the rows of the list as they are, by COPY, into
// one table with a primary key and unique e-mails in lower case.
func copyIndexed(b *testing.B, db *sql.DB, file string) time.Duration {
	b.Helper()
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	conn, err := db.Conn(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	for _, q := range []string{`DROP TABLE IF EXISTS yardstick`,
		`CREATE TABLE yardstick (n bigint PRIMARY KEY, code text, name text, birth int, unit text, phone text, email text, cluster text)`,
		`CREATE UNIQUE INDEX ON yardstick (lower(email))`, `BEGIN`} {
		if _, err := conn.ExecContext(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
	start := time.Now()
	err = conn.Raw(func(dc any) error {
		stmt, err := dc.(driver.ConnPrepareContext).PrepareContext(b.Context(), `COPY yardstick FROM STDIN (FORMAT csv, NULL '')`)
		if err != nil {
			return err
		}
		lines := bufio.NewReaderSize(f, 1<<20)
		if _, err := lines.ReadString('\n'); err != nil { // the header
			return err
		}
		var block strings.Builder
		for n := 0; ; n++ {
			line, err := lines.ReadString('\n')
			if err == io.EOF {
				break
			}
			cells := strings.SplitN(strings.TrimRight(line, "\r\n"), ",", 7)
			if n%50 == 49 {
				cells[5] = "" // it would be there twice
			}
			block.WriteString(strconv.Itoa(n) + "," + strings.Join(cells, ",") + "\n")
			if block.Len() > 60<<10 {
				if _, err := stmt.(copier).CopyData(b.Context(), strings.TrimSuffix(block.String(), "\n")); err != nil {
					return err
				}
				block.Reset()
			}
		}
		if block.Len() > 0 {
			if _, err := stmt.(copier).CopyData(b.Context(), strings.TrimSuffix(block.String(), "\n")); err != nil {
				return err
			}
		}
		//lint:ignore SA1019 lib/pq ends a COPY by this call
		_, err = stmt.Exec(nil)
		return err
	})
	if err == nil {
		_, err = conn.ExecContext(b.Context(), `COMMIT`)
	}
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

type copier interface {
	CopyData(ctx context.Context, line string) (driver.Result, error)
}

// BenchmarkImportMillion measures an import with dedupe and phone checks against
// a bare COPY of the same rows in the same run. x_copy is the ratio; With
// CANVASS_BENCH_AGAIN set, again_s is the same list once more: nobody stands alone.
func BenchmarkImportMillion(b *testing.B) {
	file := writeBenchList(b, benchRows)
	for b.Loop() {
		db := pgtest.New(b)
		base := copyIndexed(b, db.SQL(), file)
		db.Exec(`DROP TABLE yardstick`)
		first := importBenchList(b, db, file, benchRows/100*97)
		if os.Getenv("CANVASS_BENCH_AGAIN") != "" {
			again := importBenchList(b, db, file, 0)
			b.ReportMetric(again.Seconds(), "again_s")
		}
		b.ReportMetric(base.Seconds(), "copy_s")
		b.ReportMetric(first.Seconds(), "import_s")
		b.ReportMetric(first.Seconds()/base.Seconds(), "x_copy")
		b.ReportMetric(peakMiB(b), "peak_MiB")
	}
}

func importBenchList(b *testing.B, db *pgtest.DB, file string, created int) time.Duration {
	b.Helper()
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, f)
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	list, err := contactlist.Open("ds.csv", f, size, contactlist.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer list.Close()
	r, err := dispatch.Import(b.Context(), db, dispatch.ImportRequest{Source: "ds.csv", SHA256: hash.Sum(nil), List: list,
		Basis: "appointment", ConsentSource: "ds", Actor: "bench", Now: pgtest.Day(), Rand: rand.Reader})
	if err != nil {
		b.Fatal(err)
	}
	took := time.Since(start)
	if r.Created != created {
		b.Fatalf("%+v, want %d created", r.ImportCounts, created)
	}
	return took
}

// peakMiB is the most memory that this process ever held, 0 where the system
// does not tell.
func peakMiB(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			if err != nil {
				b.Fatal(err)
			}
			return float64(kib) / 1024
		}
	}
	return 0
}
