package survey

// Identifiers are database keys, typed so that one can never be passed for
// another. Zero means "none".
type (
	// ContactID identifies a collaborator on the living contact list.
	ContactID int64
	// EndpointID identifies one address (e-mail or phone) of a contact.
	EndpointID int64
	// QuestionnaireID identifies one published version of a questionnaire.
	QuestionnaireID int64
	// CampaignID identifies one fielding.
	CampaignID int64
	// InvitationID identifies one sampled unit's case in one campaign.
	InvitationID int64
	// AttemptID identifies one planned contact on one channel.
	AttemptID int64
	// NoticeID identifies one message caused by an inbound one.
	NoticeID int64
	// ChunkID identifies a batch of attempts that travels the queue as one task.
	ChunkID int64
	// InboxID identifies one inbound thing, stored raw before it is applied.
	InboxID int64
	// SenderID identifies an address of ours that messages leave from.
	SenderID int64
	// ImportID identifies one run of a contact-list import.
	ImportID int64
	// SeriesID identifies one repeated survey.
	SeriesID int64
	// WaveID identifies one round of a series.
	WaveID int64
	// TopicID identifies one thing that open answers may be about.
	TopicID int64
	// ResponseID identifies one person's set of answers. It is random (UUID
	// text), so that the order of responses says nothing about the order of
	// invitations.
	ResponseID string
)

// Seed is of what is drawn by lot for one invitation: the order of random groups and of
// random choices. It is stored with the invitation, being its id, and the version of
// the questionnaire never changes: so an order can be computed again at any time, and
// storing these two is storing it.
func (id InvitationID) Seed() uint64 { return uint64(id) }
