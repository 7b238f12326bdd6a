package survey

// Finding says why only a person can settle a message in doubt: what came of
// looking for it at the provider. Empty: it is still looked for.
type Finding string

// The findings.
const (
	FindingNoListing  Finding = "no_listing"  // mails are listed nowhere: nobody can be asked
	FindingSeveral    Finding = "several"     // the listing shows several that may be it
	FindingWordsMoved Finding = "words_moved" // the listing does not show it, but other words may have left
	FindingErased     Finding = "erased"      // the person was erased: nobody knows the address any more
	FindingRestored   Finding = "restored"    // it may have left after the backup was taken
)

// Findings lists every finding.
func Findings() []Finding {
	return []Finding{FindingNoListing, FindingSeveral, FindingWordsMoved, FindingErased, FindingRestored}
}
