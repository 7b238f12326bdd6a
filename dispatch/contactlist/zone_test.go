package contactlist

import (
	"testing"
	_ "time/tzdata"

	"canvass/dispatch/survey"
)

func TestParseZone(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"Asia/Ho_Chi_Minh": homeZone, "asia/ho_chi_minh": homeZone, "Asia/Ho Chi Minh": homeZone, " ASIA/HO CHI MINH ": homeZone,
		"Việt Nam": homeZone, "Hà Nội": homeZone, "TP. Hồ Chí Minh": homeZone, "Giờ Việt Nam": homeZone, "ICT": homeZone,
		"America/New_York": "America/New_York", "america/new york": "America/New_York", "Europe/Berlin": "Europe/Berlin",
		"america/port of spain": "America/Port_of_Spain", "africa/dar es salaam": "Africa/Dar_es_Salaam", "america/port-au-prince": "America/Port-au-Prince",
		"America/Argentina/Buenos Aires": "America/Argentina/Buenos_Aires", "asia/ust-nera": "Asia/Ust-Nera",
		"UTC": "UTC", "utc": "UTC", "GMT+7": "Etc/GMT-7", "UTC +07:00": "Etc/GMT-7", "utc+9": "Etc/GMT-9", "GMT-5": "Etc/GMT+5", "UTC+0": "UTC",
	} {
		got, ok := parseZone(cell)
		if !ok || got != want {
			t.Errorf("%q is %q, %v; want %q", cell, got, ok, want)
		}
		if _, real := survey.Zone(got); !real {
			t.Errorf("%q is no zone", got)
		}
	}
	for _, cell := range []string{"Local", "giờ Mỹ", "+7", "7", "GMT+5:30", "GMT+99", "GMT+", "Mars/Phobos", "localtime", "posix/Asia/Tokyo", "../../etc/passwd", "Asia", "Asia/", "/"} {
		if got, ok := parseZone(cell); ok {
			t.Errorf("%q is %q", cell, got)
		}
	}
}

// An unknown zone is told, and costs the row nothing.
func TestAZoneThatNobodyKnowsIsAWarning(t *testing.T) {
	t.Parallel()
	_, rows := read(t, []byte("Họ và tên,Điện thoại,Múi giờ\nLê Thị Hà,0912345678,Europe/Berlin\nLê Thị Hoa,0912345679,giờ Mỹ\nLê Thị Huệ,0912345670,\n"))
	if len(rows) != 3 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, want := range []string{"Europe/Berlin", "", ""} {
		if r := rows[i]; r.Rejected() || r.Contact.Zone != want {
			t.Errorf("row %d: zone %q, errors %v", i, r.Contact.Zone, r.Errors)
		}
	}
	if w := rows[1].Warnings; len(w) != 1 || w[0].Code != survey.CodeZoneUnknown || w[0].Where != "3:Múi giờ" || w[0].Args["value"] != "giờ Mỹ" {
		t.Errorf("warnings %v", w)
	}
	if len(rows[0].Warnings)+len(rows[2].Warnings) > 0 {
		t.Errorf("warnings %v, %v", rows[0].Warnings, rows[2].Warnings)
	}
}

func FuzzParseZone(f *testing.F) {
	for _, seed := range []string{"Asia/Ho_Chi_Minh", "GMT+7", "UTC-12:00", "Việt Nam", "america/new york", "../etc"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		name, ok := parseZone(cell)
		if !ok {
			return
		}
		if _, real := survey.Zone(name); !real {
			t.Fatalf("%q is %q, which is no zone", cell, name)
		}
		if again, ok := parseZone(name); !ok || again != name {
			t.Fatalf("%q is %q, and that is %q", cell, name, again)
		}
	})
}
