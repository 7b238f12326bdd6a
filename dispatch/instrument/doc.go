// Package instrument is the questionnaire: how it is written, what of it each
// mode asks of whom, how a reply is read, and the conversation by SMS or phone
// as a pure function from one input to one step.
//
// It is not a place for wording (dispatch/wording says what a Prompt is in
// words), for storing (worker/ingest stores what a Step sets) or for time: the
// package has no clock, no chance and no I/O, and every function is total.
//
// # A questionnaire in YAML
//
// Vietnamese is written first and English beside it, after " | ", in the order
// of languages; or each under its own key, where a text is long or has quotes.
//
//	name: khan_bao
//	title: Sau bão số 9 | After storm no. 9
//	languages: [vi, en]          # default [vi]
//	minutes: 1                   # by web; optional
//	ask_again: 2                 # by SMS: how often a reply is asked back, 0 to 5; default 2
//	not_understood: skip         # and then: skip (default), or staff, who read it and call
//	missing:                     # offered by every question but text and note
//	  98: Khó nói | Hard to say
//	  99: Không muốn trả lời | Prefer not to say
//	lists:                       # choices that several questions share, up to 10,000 each
//	  can: {1: Điện | Power, 2: Nước sạch | Clean water}
//	questions:
//	  - name: sinh_hoat
//	    type: single             # see below
//	    kind: what_i_hear        # own_opinion, what_i_hear, fact, background
//	    required: true           # the web form insists; 98 and 99 will do
//	    key: true                # needed for a sufficient partial response
//	    core: true               # if any question is core, SMS and voice ask only those
//	    label:
//	      vi: Sau bão số 9, sinh hoạt hằng ngày nơi Ông/Bà sống hiện thế nào?
//	      en: After storm no. 9, how is daily life where you live now?
//	    sms: Sinh hoạt nơi Ông/Bà? | Daily life where you are?
//	    choices:
//	      1: Bình thường | Normal
//	      2: {label: Khó khăn ít | Some trouble, short: Ít khó khăn | Some}
//	  - name: can_nhat
//	    type: multiple
//	    at_most: 2
//	    page: 2                  # of the web form; the next questions follow on it
//	    relevant: ${sinh_hoat} = 2
//	    kind: what_i_hear
//	    label: Đang cần gì nhất? | What is needed most?
//	    choices: can
//
// Other keys: hint (web only); voice (as sms); audio, the name of a file in which the
// question is spoken with its choices, by language, which calls play; record of a text, how
// many seconds calls record of what is said to it (10 to 180; without it they pass the
// question over); missing: [99] or [] to offer
// fewer of the two; min and max of an integer or of a scale without choices,
// with low and high for what its ends mean; max_length of a text (runes,
// default 2000). A choice may have label, short (SMS), voice, exclusive and
// other, which opens a companion text stored as "<question>_khac". The texts
// sms and voice are stems: the choices follow them, or stand where {options}
// is. Codes 98 and 99 are missing reasons wherever they appear.
//
// # Types
//
// single, multiple and ranking take choices; at_most bounds a multiple, and says of
// a ranking how many are put in order. integer, decimal (decimals: 1 to 6) and a
// scale without choices have min, max and perhaps step. date has min and max as
// days. attachment has accept: [photo, document], max_size in MB (1 to 5) and at_most
// files (1 to 3, default 1). text; note (said, not answered); acknowledge (one tick, stored as
// OK); with consent: true and 99 offered, whoever declines it does not take part: the case is
// a refusal (2.112), and no answer is kept.
// matrix has rows besides choices, and becomes a question a row, <name>_<row>; a row may
// have a relevant of its own, and random: true asks the rows in an order drawn by lot.
// calculate (calculation: an expression) and hidden (default: a text) are not asked:
// their value follows from the answers, is not stored with them, and is added by
// whoever reads them, see Derived.
//
// A single or multiple with more than 40 choices left by its filter is answered on the
// web by typing a name, whole or in part, with or without accents (see Typed); SMS and
// calls cannot ask it. A ranking and a scale have 40 choices at most. A questionnaire has
// up to 3,000 questions in 4 MiB of source, and groups up to 20 deep.
//
// # Groups, conditions, piping
//
//   - groups: {ho: {label: Hộ gia đình, page: true}} begins a page of the form
//
//   - groups: {tre: {in: ho, relevant: "${co_tre} = '1'"}} applies together
//
//   - groups: {y_kien: {random: true}} asks what is in it in an order drawn by lot
//
// A random group has one order per person, the same by web, SMS and voice (see
// Questionnaire.For). A group within it moves as one, and so does a matrix; notes keep
// their place, and so do the pages, on which the questions change places. Nothing in it
// may look at an answer in another part of it, in a condition, filter, constraint or
// text: it may be asked first. Its questions stand together in the source, and each part
// is on one page. random: true of a single, multiple or ranking draws the order of its
// choices, by web only: by SMS and phone their figures are the answers. Neither order is stored:
// the seed is the invitation's, the version never changes, and so both can be computed
// again; the export of answers does.
//
// group: names a question's group. constraint: is an expression over the answer
// itself, ".", and earlier ones; constraint_message and required_message are the
// author's own words. A text may hold an earlier answer: ${name}, or ${name|words}
// with what is said where there is none.
//
// # Expressions
//
// relevant is the subset of XPath 1.0 that XLSForm uses: ${name} and "."; or,
// and, = != < <= > >=, + - * div mod, unary minus; numbers, 'text', "text";
// true() false() not() if() coalesce() selected() count-selected()
// string-length() regex() number() int() round() concat() date()
// decimal-date-time() and, in a constraint, today(). It is checked when
// it is parsed: unknown and later names, choices that do not exist, and
// comparisons of different types are errors.
//
// A day is compared as a day, and counts as the days since 1970-01-01:
// int((today() - ${sinh}) div 365.25) >= 18. date('2026-12-31') is that day, date(n) the
// day n days after 1970-01-01; what is none is the empty day, which is NaN as a number.
// today() is the day on which an answer is given, where the campaign is, the same in every
// mode. It stands only in a constraint, which is looked at once, then and there. A
// condition, filter or calculation is looked at again by everybody who reads the
// answers later, and would come to something else than the person was asked by.
//
// An empty answer is the empty text; as a number it is NaN, so <, > and = are
// false and != is true; so it is for an empty day. The answer to a question that does not apply counts as
// empty. 98 and 99 have their code as value where they are choices.
//
// # Modes
//
// By web all questions that apply are asked; a blank one is stored as skipped
// unless it is required. SMS and voice ask the core. Voice asks no texts
// and no decimals, and a response by voice can be complete without them. Neither takes
// an attachment: the question is left out, and without an answer by then it does not
// apply; a required one shuts the mode (dispatch/appraisal), because nobody could
// answer it there. The same answers by any mode store the same items.
//
// An attachment's answer is the ids of its files (survey.AttachmentID) in their
// order, with one blank between, never a file's name. In expressions
// count-selected(${name}) is how many there are.
//
// A State belongs to one conversation in one mode; answers are shared by all.
//
// It may import dispatch/survey and dispatch/smstext. Read next:
// questionnaire.go, turn.go (what a conversation is made of), reading.go (the
// order in which a reply is read), step_crossed.go and step_noted.go (replies that are
// not for the open question alone), testdata/replies.tsv (what people text), then dispatch/wording and worker/ingest.
package instrument
