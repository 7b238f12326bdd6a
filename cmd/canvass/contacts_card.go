package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// sayCard prints what the help desk sees of one person.
func (a *app) sayCard(c view.ContactCard) error {
	a.say("%s · ID %d · %s", strings.TrimSpace(c.Title+" "+string(c.Name)), c.ID, firstOf(c.Code, a.t("không có mã", "no code")))
	a.say("  %s: %s%s", a.t("đơn vị", "unit"), firstOf(c.Unit, "–"), bracketed(c.UnitCode))
	facts := []string{a.label("lang", string(c.Language))}
	if c.Zone != "" {
		facts = append(facts, a.t("múi giờ ", "time zone ")+c.Zone)
	}
	if c.Hours != "" {
		facts = append(facts, fmt.Sprintf("%s (%s, %s)", a.label("hours", string(c.Hours)), a.label("source", c.HoursSource), moment(c.HoursAt)))
	}
	if c.Sex != "" {
		facts = append(facts, c.Sex)
	}
	if c.Birth != 0 {
		facts = append(facts, fmt.Sprint(c.Birth))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Attributes)) {
		facts = append(facts, name+" = "+c.Attributes[name])
	}
	a.sayWrapped(2, "  %s", strings.Join(facts, " · "))
	a.say("  %s %s%s", a.t("vào danh sách", "on the list since"), moment(c.CreatedAt), a.ofImport(c.Import))
	if !c.LeftAt.IsZero() {
		a.say("  %s %s", a.t("đã rời mạng lưới", "left the network"), moment(c.LeftAt))
	}
	if c.MergedInto != nil {
		a.say("  %s %s", a.t("đã gộp vào", "merged into"), housemate(*c.MergedInto))
	}
	for _, o := range c.MergedFrom {
		a.say("  %s %s", a.t("đã gộp từ", "merged from"), housemate(o))
	}
	return errors.Join(a.sayEndpoints(c.Endpoints), a.sayConsents(c.Consents), a.sayStops(c.Stops),
		a.sayInvitations(c.Invitations), a.sayChanges(c.Changes))
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// ofImport says by which import; "" without one.
func (a *app) ofImport(m *view.ImportMark) string {
	if m == nil {
		return ""
	}
	return fmt.Sprintf(" · %s %d, %s", a.t("lần nhập", "import"), m.ID, m.Source)
}

func housemate(h view.Housemate) string {
	return fmt.Sprintf("%s (ID %d%s)", string(h.Name), h.ID, prefixed(", ", h.Code))
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func (a *app) sayEndpoints(all []view.EndpointCard) error {
	a.say("\n%s", a.t("Số và e-mail", "Addresses"))
	t := a.table(a.t("LOẠI", "KIND"), a.t("ĐỊA CHỈ", "ADDRESS"), a.t("TÌNH TRẠNG", "STATUS"), a.t("TỪ", "SINCE"), a.t("NGUỒN", "SOURCE"))
	for _, e := range all {
		source := firstOf(a.label("source", e.Source), "–") + a.ofImport(e.Import)
		if e.Import != nil && e.Source == "import" {
			source = strings.TrimPrefix(a.ofImport(e.Import), " · ")
		}
		if e.Label != "" {
			source += fmt.Sprintf(" · %q", e.Label)
		}
		t.row(a.endpointKind(e), e.Address, a.endpointStatus(e.Status), day(e.Since), source)
		for _, h := range e.Shared {
			t.row("", "", "", "", a.t("dùng chung với ", "shared with ")+housemate(h))
		}
	}
	return t.end()
}

func (a *app) endpointKind(e view.EndpointCard) string {
	switch {
	case e.Kind == survey.EmailAddress:
		return "e-mail"
	case e.SMS:
		return a.t("di động", "mobile")
	}
	return a.t("máy bàn", "landline")
}

func (a *app) endpointStatus(s survey.EndpointStatus) string {
	switch s {
	case survey.EndpointOK:
		return a.t("dùng được", "ok")
	case survey.EndpointDead:
		return a.t("không dùng được", "dead")
	case view.EndpointSuppressed:
		return a.t("không liên hệ", "do not contact")
	}
	return a.t("chưa kiểm chứng", "unverified")
}

func (a *app) sayConsents(all []view.ConsentLine) error {
	a.say("\n%s", a.t("Căn cứ liên hệ, dòng cuối hợp với mục đích và kênh là dòng có hiệu lực", "Ground for contacting; the last line that fits purpose and channel counts"))
	t := a.table(a.t("NGÀY", "DAY"), a.t("MỤC ĐÍCH", "PURPOSE"), a.t("KÊNH", "CHANNEL"), a.t("CĂN CỨ", "GROUND"), a.t("NGUỒN", "SOURCE"), a.t("LỜI ĐÃ ĐỌC", "TEXT SHOWN"))
	for _, o := range all {
		at, basis := o.GivenAt, a.label("basis", o.Basis)
		if !o.WithdrawnAt.IsZero() {
			at, basis = o.WithdrawnAt, a.t("rút lại: ", "withdrawn: ")+basis
		}
		source := ""
		if o.OfImport {
			source = a.t("lần nhập: ", "import: ")
		}
		source += a.label("source", o.Source) + prefixed(" · ", o.Evidence) + prefixed(" · ", o.Actor)
		t.row(day(at), firstOf(string(o.Purpose), a.t("mọi mục đích", "every purpose")), a.channel(o.Channel), basis, source, o.TextShown)
	}
	return t.end()
}

// channel is the word for a channel; none means every one.
func (a *app) channel(c survey.Channel) string {
	if c == "" {
		return a.t("mọi kênh", "every channel")
	}
	return a.label("channel", string(c))
}

func (a *app) sayStops(all []view.StopLine) error {
	if len(all) == 0 {
		return nil
	}
	a.say("\n%s", a.t("Không liên hệ", "Do not contact"))
	t := a.table(a.t("LÚC", "TIME"), a.t("AI", "WHOM"), a.t("KÊNH", "CHANNEL"), a.t("PHẠM VI", "REACH"), a.t("NGUỒN", "SOURCE"), a.t("MỞ LẠI", "LIFTED"))
	for _, s := range all {
		reach := s.Campaign
		if s.Scope == survey.SuppressAll {
			reach = a.t("tất cả", "everything")
		}
		t.row(moment(s.At), firstOf(s.Address, a.t("người này", "the person")), a.channel(s.Channel), reach, a.label("source", s.Source), moment(s.LiftedAt))
	}
	return t.end()
}

func (a *app) sayInvitations(all []view.InvitationCard) error {
	if len(all) == 0 {
		return nil
	}
	a.say("\n%s", a.t("Lượt mời", "Invitations"))
	t := a.table(a.t("KHẢO SÁT", "CAMPAIGN"), a.t("TRẠNG THÁI", "STATE"), a.t("LÚC", "TIME"), a.t("KÊNH", "CHANNEL"), a.t("LẦN LIÊN HỆ", "CONTACT"), a.t("LÝ DO", "REASON"))
	for _, i := range all {
		state := a.label("invitation", string(i.State))
		if i.Disposition != "" {
			state += fmt.Sprintf(" · %s %s", i.Disposition, a.label("disposition", string(i.Disposition)))
		}
		t.row(i.Campaign, state, moment(i.ClosedAt), "", "", "")
		for _, c := range i.Attempts {
			why := ""
			if c.Reason != "" {
				why = a.label("reason", string(c.Reason))
			}
			t.row("", "", moment(c.At), a.channel(c.Channel), fmt.Sprintf("%s #%d: %s", c.Step, c.Try, a.label("attempt", string(c.State))), why)
		}
	}
	return t.end()
}

// sayChanges prints what imports changed, a column at a time.
func (a *app) sayChanges(all []view.ImportChange) error {
	if len(all) == 0 {
		return nil
	}
	a.say("\n%s", a.t("Các lần nhập đã sửa", "Changed by imports"))
	t := a.table(a.t("LÚC", "TIME"), a.t("LẦN NHẬP", "IMPORT"), a.t("DÒNG", "ROW"), a.t("CỘT", "COLUMN"), a.t("TRƯỚC", "BEFORE"), a.t("SAU", "AFTER"))
	for _, h := range all {
		before, after := columnsOf(h.Before), columnsOf(h.After)
		names := maps.Clone(after)
		maps.Copy(names, before)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if before[name] == after[name] || name == "name_folded" { // which is only searched by
				continue
			}
			t.row(moment(h.Import.At), fmt.Sprintf("%d, %s", h.Import.ID, h.Import.Source), h.Place, a.label("field", name),
				firstOf(before[name], "–"), firstOf(after[name], "–"))
		}
	}
	return t.end()
}

// columnsOf are the columns of one side of a change, each as text; attributes by
// their own names.
func columnsOf(doc json.RawMessage) map[string]string {
	columns := map[string]json.RawMessage{}
	if err := json.Unmarshal(doc, &columns); err != nil {
		return map[string]string{"": string(doc)} // not by columns: shown as it is
	}
	attributes := map[string]json.RawMessage{}
	if json.Unmarshal(columns["attributes"], &attributes) == nil {
		delete(columns, "attributes")
		maps.Copy(columns, attributes)
	}
	out := map[string]string{}
	for name, value := range columns {
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = string(value)
		}
		out[name] = text
	}
	return out
}
