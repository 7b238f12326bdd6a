package contactlist

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func TestIsSyllable(t *testing.T) {
	t.Parallel()
	for _, w := range strings.Fields(`nguyễn NGUYỄN nghiêng nghĩa quyết quốc quý qúy quỳnh quới quên giếng giữa gì gìn giết già gia giỏi ghế ghềnh kẻ kỳ kỷ ký kạn
		hòa hoà thủy thuỷ khuya khuỷu huýt uyên uống ươm ước yên yến ý ỷ ẩn âu oanh oách xoong moong đắk lắk thuở huơ ngoằn ngoèo khoẻ khỏe loẹt rượu bưởi
		tuần tuẫn tuất tuâng huếch huệ huênh tiêu thiếu triệu diệu nguyệt tuyệt xuyến chuyện bích chích ếch phịch phượng trường trương hưu hữu cứu mười`) {
		if !isSyllable(w) {
			t.Errorf("%q is a syllable", w)
		}
	}
	for _, w := range strings.Fields(`nguyôn văx viöt trçn hiòn huõ tuên vâ cê nge ngiên gế ghà qa qốc fă zô wê hác1 hoaang thị1 nguyễnn nghiênggg việtt tác̀
		ác̀ bàt bảc tềch khộch? đưđ ưu̓ müller josé lờn̂ nguyễễn híếu`) {
		if isSyllable(norm.NFC.String(w)) {
			t.Errorf("%q is no syllable", w)
		}
	}
	if isSyllable("") {
		t.Error("nothing is no syllable")
	}
}

func TestLettersAreComplete(t *testing.T) {
	t.Parallel()
	const vowelLetters, consonants, cases = 12 * tonesPerVowel, 17, 2
	n := 0
	for r := range rune(unicode.MaxRune) {
		l := letters.of(r)
		if l.bare == 0 {
			continue
		}
		n++
		if unicode.ToLower(r) != l.bare && l.tone == level {
			t.Errorf("%q is %q", r, l.bare)
		}
		marks := strings.ContainsAny(norm.NFD.String(string(r)), "\u0300\u0309\u0303\u0301\u0323")
		if marks != (l.tone != level) {
			t.Errorf("%q has the tone %d", r, l.tone)
		}
	}
	if n != cases*(vowelLetters+consonants) {
		t.Errorf("%d letters", n)
	}
	if len(tcvn3) != 67+7 { // every small letter beyond ASCII, and the seven capitals without tone
		t.Errorf("%d characters of TCVN3", len(tcvn3))
	}
	if n = len(vniPairs) + len(vniSingles); n != 67 {
		t.Errorf("%d letters of VNI", n)
	}
}
