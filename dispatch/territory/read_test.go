package territory_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"canvass/dispatch/survey"
	"canvass/dispatch/territory"
)

const small = "Mã;Tên đơn vị;Trực thuộc;Tên khác;Trước đây\n" +
	"LX;tỉnh Lam Xuyên;;;\n;;;;\n" +
	"LX-10; xã  Vân Trạch;Tỉnh Lam Xuyên;\"Vân Trạch mới; xã Vân Trạch;;Trạch Vân\";\"xã A, huyện B|xã C\"\n"

func TestReadTakesAListHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(small)
	if err != nil {
		t.Fatal(err)
	}
	english := "Code,Name,Parent,Aliases,Formerly\nLX,tỉnh Lam Xuyên,,,\n,,,,\nLX-10,xã Vân Trạch,LX,Vân Trạch mới;Trạch Vân,\"xã A, huyện B;xã C\"\n"
	for name, file := range map[string]string{
		"semicolons": small, "mark": "\ufeff" + small, "utf-16": utf16, "english": english, "windows": strings.ReplaceAll(small, "\n", "\r\n"),
		"titles": "DANH MỤC ĐƠN VỊ;;;;\nNăm 2025;;;;\n" + small,
		"tabs":   strings.ReplaceAll(strings.ReplaceAll(english, ",", "\t"), "xã A\t huyện", "xã A, huyện"),
		"order":  "trước đây,thuộc,tên khác,mã,STT,tên\n,,,LX,1,tỉnh Lam Xuyên\n,,,,,\n\"xã A, huyện B;xã C\",lx,Vân Trạch mới;Trạch Vân,LX-10,2,xã Vân Trạch\n",
	} {
		list := read(t, file)
		if len(list) != 2 || list[0].Code != "LX" || list[0].Parent != "" {
			t.Fatalf("%s: %+v", name, list)
		}
		u := list[1]
		if u.Code != "LX-10" || u.Name != "xã Vân Trạch" || u.Parent != "LX" || !slices.Equal(u.Aliases, []string{"Vân Trạch mới", "Trạch Vân"}) ||
			!slices.Equal(u.Formerly, []string{"xã A, huyện B", "xã C"}) || (u.Line != 4 && u.Line != 6) {
			t.Errorf("%s: %+v", name, u)
		}
	}
}

func TestReadSaysWhichLineIsWrong(t *testing.T) {
	t.Parallel()
	_, err := territory.Read(strings.NewReader("mã,tên,thuộc,tên khác\nA,xã A,,\nA,xã B,Z,\n,xã C,,\nD,,,xã A\n"))
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatal(err)
	}
	var got []string
	for _, e := range joined.Unwrap() {
		got = append(got, strings.TrimPrefix(e.Error(), "unit_invalid at "))
	}
	want := []string{`3 twice="A"`, `4 missing="mã/code"`, `5 missing="tên/name"`, `3 parent="Z"`, `5 alias="xã A"`}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestReadRefusesWhatIsNoList(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		file string
		code survey.Code
	}{
		"nothing":     {"", survey.CodeUnitInvalid},
		"no header":   {"LX-10,xã Vân Trạch\n", survey.CodeUnitInvalid},
		"no name":     {"mã,thuộc\nLX-10,LX\n", survey.CodeUnitInvalid},
		"no units":    {"mã,tên\n", survey.CodeUnitInvalid},
		"a workbook":  {"PK\x03\x04\x00\x00", survey.CodeFileFormat},
		"old letters": {"m\xe3,t\xean\n1,x\xe3\n", survey.CodeLegacyEncoding},
		"too large":   {strings.Repeat("x", 17<<20), survey.CodeFileFormat},
	} {
		if _, err := territory.Read(strings.NewReader(tc.file)); survey.CodeOf(err) != tc.code {
			t.Errorf("%s: %v, want %s", name, err, tc.code)
		}
	}
}

func TestCrosswalkSaysWhatIsNotThere(t *testing.T) {
	t.Parallel()
	former := survey.UnitSet{Version: "2020", Units: territory.Units(listed(t, "units-2020.csv"))}
	list := read(t, "mã,tên,trước đây\n1,xã A,98102;xã Bãi Ngao\n2,xã B,xã Không Có\n3,xã C,Xa Bai Trien\n")
	got, err := territory.Crosswalk(former, "2025", list)
	if want := []survey.UnitSuccession{{FromVersion: "2020", FromCode: "98102", ToVersion: "2025", ToCode: "1"}}; !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if e := first(t, err); e.Where != "3" || e.Args["former"] != "xã Không Có" || !strings.Contains(err.Error(), `at 4 unclear="Xa Bai Trien"`) {
		t.Errorf("%v", err)
	}
}

func TestAListAloneTellsWhatWasBefore(t *testing.T) {
	t.Parallel()
	list := read(t, "mã,tên,trước đây\n1,xã Lam Đông,\"xã Tân, huyện Lam Hải; xã Đông; xã Nam\"\n2,xã Lam Tây,\"xã Tân, huyện Quỳnh; xã Nam\"\n")
	former := territory.Formers("<1", list)
	successions, err := territory.Crosswalk(former, "1", list)
	if err != nil {
		t.Fatal(err)
	}
	tree := build(t, survey.Territory{Successions: successions, Sets: []survey.UnitSet{former,
		{Version: "1", ValidFrom: date(2025, 7, 1), Units: territory.Units(list)}}})
	for text, want := range map[string]string{"xã Tân, H. Lam Hải": "1", "Tân (huyện Quỳnh cũ)": "2", "xã Đông": "1"} {
		if m := tree.Match(text); m.Outcome != territory.Renamed || m.Code != want {
			t.Errorf("%q: %+v, want %s", text, m, want)
		}
	}
	for _, text := range []string{"xã Tân", "xã Nam"} {
		if m := tree.Match(text); m.Outcome != territory.Ambiguous || codes(m.Candidates) != "1 2" {
			t.Errorf("%q: %+v", text, m)
		}
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	set := func() survey.UnitSet {
		return survey.UnitSet{Version: "1", ValidFrom: date(2025, 7, 1), Units: []survey.Unit{{Code: "1", Name: "xã A", Aliases: []string{"A"}}, {Code: "2", Name: "xã B"}}}
	}
	stored := set()
	stored.Units[0].Aliases = []string{"A", "Á"}
	slices.Reverse(stored.Units)
	if !territory.Holds(stored, set()) {
		t.Error("an alias was added and the order changed: it is the same list")
	}
	for i, change := range []func(*survey.UnitSet){
		func(s *survey.UnitSet) { s.ValidFrom = date(2025, 7, 2) },
		func(s *survey.UnitSet) { s.Units = s.Units[:1] },
		func(s *survey.UnitSet) { s.Units[0].Code = "3" },
		func(s *survey.UnitSet) { s.Units[0].Name = "xã C" },
		func(s *survey.UnitSet) { s.Units[0].Parent = "2" },
		func(s *survey.UnitSet) { s.Units[0].Aliases = []string{"B"} },
	} {
		other := set()
		if change(&other); territory.Holds(stored, other) {
			t.Errorf("change %d is not seen", i)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("mã\ttên\n1\tphường 1\n"))
	f.Add([]byte("code,name,parent\n1,a,2\n2,b,1\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		list, err := territory.Read(bytes.NewReader(file))
		if (err == nil) != (len(list) > 0) {
			t.Fatalf("%d units, %v", len(list), err)
		}
		if err != nil {
			return
		}
		set := survey.UnitSet{Version: "1", ValidFrom: date(2025, 7, 1), Units: territory.Units(list)}
		tree := build(t, survey.Territory{Sets: []survey.UnitSet{set}}) // what is read can be built
		for _, u := range list {
			if m := tree.Match(u.Code); m.Code != u.Code && len(u.Code) < 100 {
				if m.Outcome != territory.Blank { // a code of signs only
					t.Errorf("%q: %+v", u.Code, m)
				}
			}
		}
		former := territory.Formers("<1", list)
		if _, err := territory.Build(survey.Territory{Sets: []survey.UnitSet{former}}); err != nil && len(file) < 100 {
			t.Errorf("%v", err)
		}
	})
}
