package survey

// Keeping names a kind of thing that is kept for a time and then ended.
type Keeping string

// The kinds, each with what becomes of it.
const (
	KeepTexts      Keeping = "texts"      // what people wrote or pressed, and mails that came back: the raw words are emptied
	KeepForms      Keeping = "forms"      // posts of the form as they came: emptied; the answers stand in the response
	KeepNotices    Keeping = "notices"    // what was answered to arrivals: words and address are emptied
	KeepNotes      Keeping = "notes"      // what staff noted on items of the inbox that are settled: emptied
	KeepRecordings Keeping = "recordings" // what was said in calls: deleted here, and at the provider if it is still there
	KeepTalk       Keeping = "talk"       // conversations that are over: deleted
	KeepProvider   Keeping = "provider"   // the provider's copy of the words of a text: redacted there
	KeepUploads    Keeping = "uploads"    // lists that staff uploaded: deleted
	KeepLinks      Keeping = "links"      // which confidential answer is whose: deleted on the day that was promised
)

// Life is how many days a kind is kept after it came; 0 is for ever. That of links is the
// campaign's own.
type Life struct {
	Kind Keeping
	Days int
}

// Lives are the kinds in the order in which they are ended, with the days that hold where
// nothing else is set. A further kind is a line here and one in dispatch/postgres.
func Lives() []Life {
	return []Life{{KeepForms, 30}, {KeepTexts, 180}, {KeepNotices, 180}, {KeepNotes, 180}, {KeepRecordings, 180}, {KeepTalk, 180}, {KeepUploads, 1}, {KeepLinks, 0}, {KeepProvider, 30}}
}

// StaysFor is why something is kept beyond its days.
type StaysFor string

// The reasons.
const (
	StaysInField StaysFor = "in_field" // its campaign is in the field
	StaysWaits   StaysFor = "waits"    // it is not applied yet, or waits for staff
	StaysRefused StaysFor = "refused"  // the provider did not do it; tried again
)
