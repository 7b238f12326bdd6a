package dispatch

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// UnmergeStore is what taking a merge back needs of the database.
type UnmergeStore interface {
	FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error)
	UnmergePeople(ctx context.Context, o view.UnmergeOrder, decide func(view.MergeKept) (view.PeopleUnmerge, error)) (view.PeopleUnmerged, error)
}

// UnmergeRequest says that two contacts that were made one are two after all.
type UnmergeRequest struct {
	Ref    string // ID or code of one of them
	Merge  int64  // which merge; 0 is that in which Ref went, else the last one that Ref was kept in
	Reason string // may be empty
	Actor  string
	Now    time.Time // business time
}

// Why a merge is not taken back: Args why of merge_not_undoable. With each it says what to
// do instead.
const (
	UnmergeNone   = "unmerge_none"   // no merge of theirs stands
	UnmergeUnkept = "unmerge_unkept" // it was made before what takes it back was kept
	UnmergeErased = "unmerge_erased" // one of the two was erased
	UnmergeLater  = "unmerge_later"  // one of the two was merged again since (Args other)
	UnmergeCode   = "unmerge_code"   // the code of the one that went is somebody else's (Args value)
)

// UnmergeProblems lists why a merge may not be taken back.
func UnmergeProblems() []string {
	return []string{UnmergeNone, UnmergeUnkept, UnmergeErased, UnmergeLater, UnmergeCode}
}

// UnmergePeople gives back two contacts that were made one, as they were, and keeps what
// happened since: that stays with the one that was kept. What somebody said since against
// being contacted holds for both, as nobody knows any more who of the two said it. Merges
// are taken back the latest first, however long ago they were. Errors: not_found, and
// merge_not_undoable.
func UnmergePeople(ctx context.Context, store UnmergeStore, r UnmergeRequest) (view.PeopleUnmerged, error) {
	ref := ParseContactRef(r.Ref)
	id, err := store.FindContact(ctx, ref)
	if survey.KindOf(err) == survey.NotFound && ref.ID != 0 {
		id, err = ref.ID, nil // whoever was erased is on no list, and the merge may be known
	}
	if err != nil {
		return view.PeopleUnmerged{}, err
	}
	return store.UnmergePeople(ctx, view.UnmergeOrder{Person: id, Merge: r.Merge, Reason: r.Reason, Actor: r.Actor, Now: r.Now}, unmerge)
}

func unmergeRefused(why, key, value string) error {
	e := &survey.Error{Kind: survey.Conflict, Code: survey.CodeUnmergeRefused, Args: map[string]string{"why": why}}
	if key != "" {
		e.Args[key] = value
	}
	return e
}

// unmerge decides what becomes of two who are two again.
func unmerge(m view.MergeKept) (view.PeopleUnmerge, error) {
	switch {
	case m.Erased:
		return view.PeopleUnmerge{}, unmergeRefused(UnmergeErased, "", "")
	case m.ID == 0 && m.Kept != 0:
		return view.PeopleUnmerge{}, unmergeRefused(UnmergeUnkept, "", "")
	case m.ID == 0 || m.Undone:
		return view.PeopleUnmerge{}, unmergeRefused(UnmergeNone, "", "")
	case m.Later != 0:
		return view.PeopleUnmerge{}, unmergeRefused(UnmergeLater, "other", strconv.FormatInt(int64(m.Later), 10))
	case m.CodeTaken:
		return view.PeopleUnmerge{}, unmergeRefused(UnmergeCode, "value", m.Other.Code)
	}
	out := view.PeopleUnmerge{Other: m.Other}
	out.Keep, out.Since = asBefore(m.Before, m.After, m.Now)
	out.Touched = len(out.Since) > 0 || !sameTime(m.Now.UpdatedAt, m.After.UpdatedAt)
	if m.Now.LeftAt != nil && m.Before.LeftAt == nil && out.Other.LeftAt == nil {
		out.Other.LeftAt = m.Now.LeftAt // one of the two left, and nobody knows which
	}
	for _, theirs := range m.Theirs {
		at := func(s survey.EndpointID) func(view.AddressState) bool {
			return func(a view.AddressState) bool { return a.ID == s }
		}
		found, left, now := slices.IndexFunc(m.Found, at(theirs.Into)), slices.IndexFunc(m.Left, at(theirs.Into)), slices.IndexFunc(m.Present, at(theirs.Into))
		if found >= 0 && left >= 0 && now >= 0 {
			if a := m.Present[now]; sameState(a, m.Left[left]) {
				out.Kept = append(out.Kept, m.Found[found])
			} else if a.Status == survey.EndpointDead {
				theirs.Status = survey.EndpointDead
				if theirs.NotTheirs == nil {
					theirs.NotTheirs = a.NotTheirs
				}
			}
		}
		out.Theirs = append(out.Theirs, theirs)
	}
	return out, nil
}

func sameState(a, b view.AddressState) bool {
	return a.Status == b.Status && sameTime(a.NotTheirs, b.NotTheirs)
}

func sameTime(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}

// asBefore are the fields as the merge found them, but for those that somebody changed
// since it left them, which it names. A unit goes whole, as it came.
func asBefore(before, after, now view.MergedFields) (view.MergedFields, []string) {
	out := now
	var since []string
	field := func(name string, was, made string, have *string) {
		switch {
		case *have == made || name == "code" && strings.EqualFold(*have, made):
			*have = was
		case was != made: // what the merge left alone is as it is
			since = append(since, name)
		}
	}
	field("code", before.Code, after.Code, &out.Code)
	field("title", before.Title, after.Title, &out.Title)
	field("sex", before.Sex, after.Sex, &out.Sex)
	birth := yearOf(now.Birth)
	field("birth", yearOf(before.Birth), yearOf(after.Birth), &birth)
	out.Birth, _ = strconv.Atoi(birth)
	field("zone", before.Zone, after.Zone, &out.Zone)
	if before.Unit == after.Unit {
		field("unit_code", before.UnitCode, after.UnitCode, &out.UnitCode)
	} else if field("unit", before.Unit, after.Unit, &out.Unit); out.Unit == before.Unit {
		out.UnitCode = before.UnitCode
	}
	if now.Hours == after.Hours && sameTime(now.HoursAt, after.HoursAt) {
		out.Hours, out.HoursAt, out.HoursSource = before.Hours, before.HoursAt, before.HoursSource
	} else if !sameTime(before.HoursAt, after.HoursAt) {
		since = append(since, "hours")
	}
	out.Attributes = maps.Clone(now.Attributes)
	if out.Attributes == nil {
		out.Attributes = map[string]string{}
	}
	for _, key := range slices.Sorted(maps.Keys(after.Attributes)) {
		was, had := before.Attributes[key]
		made, have := after.Attributes[key], now.Attributes[key]
		switch {
		case had && was == made:
			continue
		case key == oldCodeKey:
			have = withoutCodes(have, was, made)
		case have != made:
			since = append(since, key)
			continue
		default:
			have = was
		}
		if out.Attributes[key] = have; have == "" && !had {
			delete(out.Attributes, key)
		}
	}
	out.UpdatedAt = before.UpdatedAt
	return out, since
}

// withoutCodes takes out of the old codes those that the merge put there.
func withoutCodes(have, was, made string) string {
	if have == made {
		return was
	}
	before, gained := oldCodes(was), oldCodes(made)
	return strings.Join(slices.DeleteFunc(oldCodes(have), func(code string) bool {
		return slices.Contains(gained, code) && !slices.Contains(before, code)
	}), oldCodeGap)
}
