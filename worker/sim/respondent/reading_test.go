package respondent

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// figures are the values of choices.
func figures(of []choice) string {
	var out []string
	for _, c := range of {
		out = append(out, c.value)
	}
	return strings.Join(out, "")
}

func TestReadText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		body    string
		asks    asks
		figures string
		most    int
	}{
		{firstText, asksChoice, "1230", 0},
		{"DLXH Lam Xuyen hoi nhanh 1-2 cau, khong bat buoc. Sau bao so 9, sinh hoat noi Ong/Ba: 1 Binh thuong 2 Kho khan it 3 Kho khan nhieu 0 Kho noi. Thoi nhan: TC", asksChoice, "1230", 0},
		{"Cau 2/12: 30 ngay qua, nguoi dan noi nhieu ve viec gi (toi da 3)? 1 Gia, viec lam 2 Dat dai 3 Y te, hoc 4 Cau duong, nuoc 5 An ninh 6 Thu tuc 7 Khac 0 Kho noi", asksChoices, "12345670", 3},
		{"DLXH Lam Xuyen: Con 3 cau. Cau 4: Gia hang thiet yeu so voi thang truoc? 1 Cao hon nhieu 2 Cao hon 3 Nhu truoc 4 Thap hon 5 Thap hon nhieu 0 Kho noi", asksChoice, "123450", 0},
		{"Cam on Ong/Ba. Noi minh dang can gi nhat? 1 Dien 2 Nuoc sach 3 Duong di lai 4 Thuc an 5 Thuoc 6 Noi o 7 Khac 0 Kho noi. Viec khan cap: goi 112, 115", asksChoice, "12345670", 0},
		{"Cau 3/12: 30 ngay qua, nha minh co ai lam thu tuc o xa, phuong khong (ke ca qua mang)? 1 Co 2 Khong 0 Kho noi", asksChoice, "120", 0},
		{"Đã bỏ qua. Câu 5: 1 Có 2 Không 0 Khó nói", asksChoice, "120", 0},
		{"Xin tra loi bang mot so: 1 Tot len 2 Nhu truoc 3 Xau di 0 Kho noi.", asksChoice, "1230", 0},
		{"Xin loi, he thong chua hieu. Tra loi 1, 2, 3 hoac 0. BQ: bo qua cau nay. Can nguoi giup: 0298 3555 010", asksAgain, "", 0},
		{"Chon nhieu nhat 3 viec, viet so cach nhau bang dau phay. VD: 1,4,6", asksAgain, "", 3},
		{"Ong/Ba chon 4 viec, cau nay nhan nhieu nhat 2. Xin gui lai 2 so quan trong nhat. VD: 1,4", asksAgain, "", 2},
		{"Xin gui lai bang chu so (VD: 5), he thong chua hieu ro chu.", asksAgain, "", 0},
		{"Xin tra loi bang chu so, tu 0 den 30. VD: 3. Khong nho: BQ", asksNumber, "", 0},
		{"So 250 nam ngoai khoang 0-30. Neu go nham, xin gui lai.", asksNumber, "", 0},
		{"Cau 9/12: Tin do noi gi, nghe o dau? Xin viet vai chu, khong ghi ten ai. BQ: bo qua", asksWords, "", 0},
		{"Ong/Ba chon 7 Viec khac. Do la viec gi? Xin viet vai chu. BQ: bo qua.", asksWords, "", 0},
		{"Ong/Ba co tra loi khao sat nay khong? 1 Co 2 Khong", asksWhether, "", 0},
		{"Y Ong/Ba la: A Hai long, hay B Khong hai long? Tra loi A hoac B.", asksLetter, "", 0},
		{"Con 6 cau nua. A: lam tiep. B: gui phan da lam.", asksLetter, "", 0},
		{"Ong/Ba muon thoi nhan khao sat? A: Phai, thoi nhan. B: Khong, tra loi tiep.", asksLetter, "", 0},
		{"Xong roi, cam on Ong/Ba. Ket qua chung se gui ve so nay khi co. Muon sua cau nao: LINK truoc 17h 18/12.", tellsThanks, "", 0},
		{"DLXH Lam Xuyen: Da ghi nhan. Chung toi se khong gui tin hay goi khao sat nua. Muon nhan lai: DK.", tellsStopped, "", 0},
		{"DLXH Lam Xuyen: Phieu cua Ong/Ba da xong tu 15/12, khong can lam lai.", tellsStopped, "", 0},
		{"DLXH Lam Xuyen, voluntary. Q1: Things in your commune or ward are? 1 Better 2 Same 3 Worse 0 Hard to say. Stop: TC", asksChoice, "1230", 0},
		{"DLXH Lam Xuyen hoi y kien thang 12, 5 cau, khong bat buoc. Cau dau o tin sau, tra loi bang so. Thoi nhan: TC", asksNothing, "", 0},
	} {
		r := readText(test.body)
		if r.asks != test.asks || figures(r.choices) != test.figures || r.most != test.most {
			t.Errorf("%q: asks %d of %q, at most %d; want %d of %q, %d", test.body, r.asks, figures(r.choices), r.most, test.asks, test.figures, test.most)
		}
	}
	link := readText("DLXH Lam Xuyen: Moi Ong/Ba cho y kien. https://ks.lamxuyen.example/r/kV3xQ9mT2bY7wR5nZ8cJ4A Den 17h 18/12. Thoi nhan: TC")
	if link.link != "/r/kV3xQ9mT2bY7wR5nZ8cJ4A" {
		t.Errorf("link %q", link.link)
	}
	first := readText(firstText)
	want := []choice{{"1", "tot len"}, {"2", "nhu truoc"}, {"3", "xau di"}, {"0", "kho noi"}}
	if !reflect.DeepEqual(first.choices, want) || !first.choices[3].isQuiet() {
		t.Errorf("choices %v", first.choices)
	}
}

func TestReadPrompt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		said string
		asks asks
		keys string
		most int
	}{
		{"Xin chào Ông, Bà. Đây là cuộc gọi hỏi ý kiến. Nếu Ông, Bà nghe máy được lúc này, xin bấm phím một. Nếu muốn chúng tôi gọi lại lúc khác, xin bấm phím hai.", asksDoor, "12", 0},
		{"Chúng tôi vẫn đang nghe máy. Xin bấm phím một để bắt đầu, phím hai để gọi lại sau.", asksDoor, "", 0},
		{"Câu trả lời được giữ kín. Đồng ý, xin bấm phím một. Muốn nhận đường dẫn qua tin nhắn để tự làm, xin bấm phím bốn. Không muốn được gọi khảo sát nữa, xin bấm phím số không.", asksDoor, "1", 0},
		{"Các câu đã trả lời vẫn còn. Còn hai câu nữa. Làm tiếp, bấm phím một. Để lúc khác, bấm phím hai.", asksDoor, "12", 0},
		{"Ông, Bà vừa bấm mười hai. Nếu đúng, bấm một. Nếu muốn bấm lại, bấm hai.", asksDoor, "12", 0},
		{"Ông, Bà bấm phím lúc nào cũng được, không cần nghe hết. Muốn nghe lại, bấm chín. Muốn về câu trước, bấm số không. Muốn bỏ qua một câu, bấm phím sao. Câu một. Theo Ông, Bà, tình hình chung đang đi theo hướng nào? Tốt lên, bấm một. Như trước, bấm hai. Xấu đi, bấm ba.", asksChoice, "123", 0},
		{"Câu hai. Xin bấm tối đa hai số, rồi bấm phím thăng. Giá cả, việc làm, bấm một. Đất đai, quy hoạch, bấm hai. Việc khác, bấm bảy.", asksChoices, "127", 2},
		{"Xin bấm nhiều nhất ba số. Giá cả, việc làm, bấm một. Đất đai, bấm hai. Xong, bấm phím thăng.", asksChoices, "12", 3},
		{"Trong ba mươi ngày qua, Ông, Bà đã trò chuyện với khoảng bao nhiêu người? Xin bấm số, rồi bấm phím thăng.", asksNumber, "", 0},
		{"Còn điều gì muốn nói thêm? Sau tiếng bíp, xin nói trong khoảng một phút, rồi bấm phím thăng. Không muốn nói thêm, bấm phím sao.", asksRecord, "", 0},
		{"Phím vừa bấm không có trong câu này. Xin nghe lại. Có, bấm một. Không, bấm hai.", asksChoice, "12", 0},
		{"Ông, Bà đã trả lời xong. Xin cảm ơn Ông, Bà đã dành thời gian.", tellsThanks, "", 0},
		{"Vâng. Chúng tôi sẽ gọi lại. Buổi sáng, bấm một. Buổi chiều, bấm hai. Không cần gọi lại trong đợt này, bấm ba.", asksChoice, "123", 0},
		{"Question one. Which way are things going? Getting better, press one. About the same, press two. Getting worse, press three.", asksChoice, "123", 0},
		{"If you can talk now, please press one. To be called at another time, press two.", asksDoor, "2", 0},
	} {
		r := readPrompt(test.said)
		if r.asks != test.asks || r.most != test.most || test.asks != asksDoor && figures(r.choices) != test.keys {
			t.Errorf("%q: asks %d of %q, at most %d; want %d of %q, %d", test.said, r.asks, figures(r.choices), r.most, test.asks, test.keys, test.most)
		}
	}
}

func TestReadPage(t *testing.T) {
	t.Parallel()
	p, err := readPage(strings.NewReader(`<!doctype html><title>Câu 2</title><main><h1>Việc <b>gì</b>?</h1>
<form method="get" action="/tim"><button>Tìm</button></form>
<form method="post" action="/r/abc?p=2"><input type="hidden" name="nonce" value="n7">
<div class="field"><fieldset><legend>Việc gì?</legend><p>Chọn nhiều nhất 2</p>
<label><input type="checkbox" name="viec" value="1" checked>Giá cả</label>
<label><input type="checkbox" name="viec" value="7">Việc khác</label><input name="viec_khac">
<label><input type="checkbox" name="viec" value="98">Khó nói</label></fieldset></div>
<div class="field"><label for="n">Mấy người?</label><p>Một số từ 3 đến 30</p><input id="n" name="so" inputmode="numeric"></div>
<div class="field"><input type="number" name="tuoi" min="18" max="90"><input type="file" name="tep"><input name="tat" disabled></div>
<button type="button">Nghe</button><button name="do" value="back">Quay lại</button><button name="do" value="next">Tiếp tục</button><input type="submit" name="do" value="Bỏ qua câu này">
</form><a href="/r/abc/decline">Không tham gia đợt này</a></main>`))
	if err != nil {
		t.Fatal(err)
	}
	f := p.main()
	if p.heading != "viec gi" || f == nil || f.action != "/r/abc?p=2" || p.follow("khong tham gia") != "/r/abc/decline" {
		t.Fatalf("page %+v", p)
	}
	var got []string
	for _, x := range f.fields {
		got = append(got, x.name)
	}
	if want := []string{"viec", "viec_khac", "so", "tuoi"}; !slices.Equal(got, want) {
		t.Fatalf("fields %v, want %v", got, want)
	}
	if x := f.fields[0]; x.kind != checkbox || len(x.choices) != 3 || x.most() != 2 || !slices.Equal(x.marked, []string{"1"}) || !x.choices[2].isExclusive() {
		t.Errorf("boxes %+v", x)
	}
	if x := f.fields[1]; x.kind != text || x.of != "viec" || x.ofValue != "7" {
		t.Errorf("line of its own words %+v", x)
	}
	if x := f.fields[2]; x.kind != number || x.low != 3 || x.high != 30 {
		t.Errorf("number %+v", x)
	}
	if x := f.fields[3]; x.kind != number || x.low != 18 || x.high != 90 {
		t.Errorf("number %+v", x)
	}
	sent := f.press(f.forward(), nil)
	if sent.Encode() != "do=next&nonce=n7" || f.skip() != 2 {
		t.Errorf("pressing sends %s, skipping is %d", sent.Encode(), f.skip())
	}
}

func TestAgendaKeepsTheOrder(t *testing.T) {
	t.Parallel()
	a := newAgenda()
	var got []string
	ended, cancel := make(chan struct{}), make(chan struct{})
	a.add(40*time.Millisecond, func(context.Context) { got = append(got, "late"); close(cancel) })
	a.add(0, func(context.Context) { got = append(got, "first") })
	a.add(0, func(context.Context) {
		got = append(got, "second")
		a.add(time.Millisecond, func(context.Context) { got = append(got, "follows") })
		if a.pending() != 3 { // itself, what follows, and what is late
			t.Errorf("%d pending, want 3", a.pending())
		}
	})
	ctx, stop := context.WithCancel(t.Context())
	go func() { a.run(ctx, 1); close(ended) }()
	<-cancel
	stop()
	<-ended
	if want := []string{"first", "second", "follows", "late"}; !slices.Equal(got, want) || a.pending() != 0 {
		t.Errorf("%v with %d pending, want %v", got, a.pending(), want)
	}
}

func TestOpinionsSpread(t *testing.T) {
	t.Parallel()
	offered := []choice{{"1", "tot len"}, {"2", "nhu truoc"}, {"3", "xau di"}, {"98", "kho noi"}}
	got := map[string]int{}
	c := &Crowd{seed: 5, byMail: map[string][]*someone{}, byPhone: map[string][]*someone{}}
	c.gather(NewProvince(7))
	for _, s := range c.people {
		for range 10 {
			got[s.one(offered).value]++
		}
		for _, most := range []int{1, 2, 3} {
			few := s.few(offered, most)
			if len(few) == 0 || len(few) > most || len(few) > 1 && slices.ContainsFunc(few, choice.isQuiet) {
				t.Fatalf("%d boxes of at most %d: %v", len(few), most, few)
			}
		}
		if n := s.number(3, 9); n < 3 || n > 9 {
			t.Fatalf("number %d", n)
		}
	}
	for value, span := range map[string][2]int{"1": {900, 1400}, "2": {1000, 1500}, "3": {350, 800}, "98": {90, 300}} {
		if n := got[value]; n < span[0] || n > span[1] {
			t.Errorf("%d of 3000 said %s, want %v", n, value, span)
		}
	}
}

func FuzzReadText(f *testing.F) {
	for _, s := range []string{firstText, "Xin tra loi bang chu so, tu 0 den 30.", "https://x.example/r/a", "1 a 2 b 0 c", "(toi da 3)? 1 x 2 y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := readText(body)
		if asked := r.asks == asksChoice || r.asks == asksChoices; asked && (len(r.choices) < 2 || r.choices[0].value != "1") {
			t.Errorf("%q offers %v", body, r.choices)
		}
	})
}

func FuzzReadPrompt(f *testing.F) {
	for _, s := range []string{"Tốt lên, bấm một. Như trước, bấm hai.", "Xin bấm phím một.", "Xin bấm số, rồi bấm phím thăng.", "A, press one."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, said string) {
		for _, c := range readPrompt(said).choices {
			if len(c.value) != 1 || c.value < "1" || c.value > "7" {
				t.Errorf("%q offers the key %q", said, c.value)
			}
		}
	})
}

func FuzzReadPage(f *testing.F) {
	for _, s := range append(pages, thanksPage, `<form method=post><input name=a inputmode=numeric min=5 max=1><button>x</button></form>`) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		p, err := readPage(strings.NewReader(body))
		if err != nil {
			return
		}
		s := &someone{rng: rand.New(rand.NewPCG(1, 2))}
		if f := p.main(); f != nil {
			s.fill(f)
			f.press(f.forward(), nil)
		}
	})
}
