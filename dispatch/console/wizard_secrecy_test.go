package console_test

import (
	"strings"
	"testing"

	"canvass/dispatch/staff"
)

// Groups in which an anonymous answer would point at somebody are shown at the step, and
// joined by a press, or gone with the field that makes them.
func TestSmallGroupsAreJoinedByAPress(t *testing.T) {
	t.Parallel()
	d := office(t)
	b := d.signedIn("mai", staff.Manager)
	root := b.written("kin")
	keep := func() string { return d.db.Text(`SELECT coalesce(plan #>> '{Spec,Keep}', '–') FROM proposal`) }
	at := b.counted(root + "/sample")
	b.next(at, "protocol", "n.C1", "12", "n.C2", "3", "n.C3", "2")
	at = b.get(root + "/protocol")
	b.next(at, "secrecy", "p1.gone", "yes", "p2.gone", "yes")
	at = b.get(root + "/secrecy")
	if strings.Contains(at.body, "Các nhóm câu trả lời") {
		t.Error("groups are shown of answers that stand under names")
	}
	looked := b.looked(at.path, fill(form(at), "level", "anonymous", "do", "look"))
	for _, want := range []string{"2 nhóm có dưới 5 người được mời", "C2 + C3 → C2&#43;C3", "5 người", "12 người"} {
		if !strings.Contains(strings.ReplaceAll(looked.body, "\u00a0", " "), want) {
			t.Errorf("the look does not say %q:\n%s", want, looked.body[strings.Index(looked.body, "l-groups")-50:])
			break
		}
	}
	got := b.post(at.path, fill(form(at), "level", "anonymous", "do", "save"))
	if got.status != 422 || !strings.Contains(alert(got), "Gộp như đề nghị ở dưới") {
		t.Errorf("kept with groups of two and three: %d %s", got.status, alert(got))
	}
	got = b.post(at.path, fill(form(got), "level", "anonymous", "do", "join"))
	if got.status != 200 || !strings.HasSuffix(got.path, "/secrecy") || !strings.Contains(got.body, "Nhóm nào cũng có từ 5 người") || !strings.Contains(got.body, "Bỏ gộp") {
		t.Fatalf("joined: %d %s", got.status, alert(got))
	}
	joined := keep()
	if !strings.Contains(joined, "join") || !strings.Contains(joined, `"C2"`) || strings.Contains(joined, `"C1"`) {
		t.Errorf("kept %s", joined)
	}
	b.next(got, "money")
	if keep() != joined {
		t.Errorf("going on changes what is kept: %s", keep())
	}
	got = b.get(root + "/secrecy")
	apart := b.post(got.path, fill(form(got), "do", "apart"))
	if apart.status != 200 || strings.Contains(keep(), "join") {
		t.Errorf("taken apart: %d, %s", apart.status, keep())
	}
	b.next(b.get(root+"/secrecy"), "money", "keep", "")
	if keep() != "[]" {
		t.Errorf("without the field: %s", keep())
	}
}
